// Pages that are one file: no network, light and dark, fit to print.
#pragma once

#include <opencv2/core/mat.hpp>
#include <string>
#include <string_view>

namespace pawprint {

// For text and for attributes in double quotes. Bytes that are not UTF-8, as file names may have, become U+FFFD.
std::string html_escaped(std::string_view text);

// A whole valid document. `body` is HTML: sections with <h2>, <table>, <div class="gallery"> of <figure>, inline SVG.
// Colours for it, readable on light and dark and told apart by colour-blind people (Okabe and Ito 2008), are the CSS
// variables --ink --quiet --line --card --paper and --blue --orange --green --red --purple --sky; a link to another
// place of the file is `#id`.
//   style: CSS of this page's own
std::string html_page(const std::string& title, const std::string& body, const std::string& style = "");

// The picture as it stands in <img src="...">: JPEG, its longer side at most `side_px`.   rgb [H,W,3] 8-bit
std::string picture_uri(const cv::Mat& rgb, int side_px, int quality = 80);

}  // namespace pawprint
