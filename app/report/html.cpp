#include "app/report/html.h"

#include <openssl/evp.h>

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "app/data/json_text.h"
#include "app/report/picture_file.h"

namespace pawprint {

namespace {

constexpr std::string_view kStyle = R"css(
:root {
  color-scheme: light dark;
  --paper: #f7f5f2; --card: #fff; --ink: #211c18; --quiet: #665d55; --line: #dcd5cc;
  --blue: #0072b2; --orange: #b36b00; --green: #00795a; --red: #c04a00; --purple: #a8518a; --sky: #2b88b8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #151311; --card: #1f1c19; --ink: #f2ece5; --quiet: #b0a69c; --line: #3a342e;
    --blue: #6fb8ea; --orange: #e69f00; --green: #35c79b; --red: #ff8a4a; --purple: #e09ac6; --sky: #56b4e9;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto; max-width: 1100px; padding: 20px 20px 60px; color: var(--ink); background: var(--paper);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
}
h1 { margin: 8px 0 4px; font-size: 26px; line-height: 1.2; letter-spacing: -0.01em; }
h2 { margin: 0 0 10px; font-size: 19px; }
h3 { margin: 18px 0 6px; font-size: 15px; }
p { margin: 6px 0; max-width: 75ch; }
a { color: var(--blue); }
code { font: 0.9em ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); }
.lead { font-size: 19px; }
section { margin: 18px 0; padding: 18px 20px; border: 1px solid var(--line); border-radius: 14px; background: var(--card); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
td.number, th.number { text-align: right; }
.gallery { display: grid; gap: 12px; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); }
figure { margin: 0; min-width: 0; }
figure img { display: block; width: 100%; height: auto; border-radius: 8px; background: var(--line); }
figcaption { margin-top: 4px; font-size: 13px; line-height: 1.35; color: var(--quiet); overflow-wrap: anywhere; }
figcaption b { color: var(--ink); }
.charts { display: grid; gap: 20px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr)); }
svg { display: block; max-width: 100%; height: auto; }
svg text { fill: var(--ink); font: 12px system-ui, "DejaVu Sans", sans-serif; }
@media (max-width: 480px) {
  section { padding: 16px; }
  .gallery { grid-template-columns: 1fr 1fr; }
}
@media print {
  body { max-width: none; padding: 0; background: #fff; }
  section { border: 0; padding: 8px 0; }
  figure, tr, svg { break-inside: avoid; }
}
)css";

std::string base64(const std::string& bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // EVP_EncodeBlock ends with a zero
  const auto* in = reinterpret_cast<const unsigned char*>(bytes.data());
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), in, static_cast<int>(bytes.size()));
  out.pop_back();
  return out;
}

}  // namespace

std::string html_escaped(std::string_view text) {
  std::string out;
  for (const char c : valid_utf8(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        // other control characters have no place in HTML
        out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? std::string("\xef\xbf\xbd")
                                                                              : std::string(1, c);
    }
  }
  return out;
}

std::string html_page(const std::string& title, const std::string& body, const std::string& style) {
  std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>";
  out += html_escaped(title) + "</title>\n<style>";
  out += kStyle;
  out += style;
  return out + "</style>\n</head>\n<body>\n" + body + "</body>\n</html>\n";
}

std::string picture_uri(const cv::Mat& rgb, int side_px, int quality) {
  cv::Mat small = rgb;
  if (const int longer = std::max(rgb.rows, rgb.cols); longer > side_px) {
    const double scale = static_cast<double>(side_px) / longer;
    cv::resize(rgb, small, {std::max(1, cvRound(rgb.cols * scale)), std::max(1, cvRound(rgb.rows * scale))}, 0, 0,
               cv::INTER_AREA);
  }
  return "data:image/jpeg;base64," + base64(encode_picture(small, ".jpg", quality));
}

}  // namespace pawprint
