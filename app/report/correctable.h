// Pages on which a person can say what photos show. corrections.js makes the buttons; without it the pages are read as
// they are. Such a page names corrections.css and corrections.js in html_page().
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "app/report/html.h"

namespace pawprint {

// For the <figure> of a photo.
//   data: the folder that names in corrections.csv are relative to; empty: as the photo is named
//   label: the class it has if the page is right; suggested: another that is likely, or none (-1)
Attributes correctable(const std::filesystem::path& photo, const std::filesystem::path& data, int64_t label,
                       int64_t suggested = -1);

// kData: photos have labels, and are kept or given another; for `finetune --relabel`. kPredictions: a label is what a
// person says; for `classify --corrections`.
enum class Corrects { kData, kPredictions };

// Behind all sections: the counter, the button that saves the list, the keys.
Html corrections_bar(const std::vector<std::string>& class_names, Corrects what);

}  // namespace pawprint
