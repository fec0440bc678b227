#include "app/report/draw_text.h"

#include <opencv2/imgproc.hpp>

namespace pawprint {

namespace {

std::string drawable(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0) == 0x80) continue;  // inside a letter of UTF-8
    out += byte >= 0x20 && byte < 0x7f ? c : '?';
  }
  return out;
}

}  // namespace

const cv::Scalar kPaper(255, 255, 255), kInk(33, 28, 24), kQuiet(92, 84, 76);

int text_width(const std::string& text, double scale) {
  int baseline = 0;
  return cv::getTextSize(drawable(text), cv::FONT_HERSHEY_SIMPLEX, scale, 1, &baseline).width;
}

void write_text(cv::Mat& picture, const std::string& text, cv::Point left_of_baseline, double scale,
                const cv::Scalar& color) {
  cv::putText(picture, drawable(text), left_of_baseline, cv::FONT_HERSHEY_SIMPLEX, scale, color, 1, cv::LINE_AA);
}

std::string fitted(const std::string& text, double scale, int width) {
  const std::string whole = drawable(text);
  if (text_width(whole, scale) <= width) return whole;
  for (size_t keep = whole.size(); keep > 2; --keep) {
    const std::string shorter = whole.substr(0, keep / 2) + "..." + whole.substr(whole.size() - (keep - keep / 2));
    if (text_width(shorter, scale) <= width) return shorter;
  }
  return "...";
}

}  // namespace pawprint
