#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "app/check/check_report.h"

namespace pawprint {

// At most this many pictures a gallery; it says how many more there are.
inline constexpr size_t kMaxPictures = 60;

// The photos whose pictures the page shows, each once.
std::vector<int64_t> photos_on_page(const CheckReport& report);

// The page, most suspicious first: a whole HTML document, on which photos can be corrected.
//   pictures: the values of <img src="...">, of photos_on_page; those that are missing are shown by name only
std::string check_page(const CheckReport& report, const std::map<int64_t, std::string>& pictures);

}  // namespace pawprint
