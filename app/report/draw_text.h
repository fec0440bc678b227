// Words in pictures. Letters other than ASCII's, which OpenCV has not, become `?`.
#pragma once

#include <opencv2/core/mat.hpp>
#include <string>

namespace pawprint {

extern const cv::Scalar kPaper, kInk, kQuiet;  // RGB

void write_text(cv::Mat& picture, const std::string& text, cv::Point left_of_baseline, double scale,
                const cv::Scalar& color);
int text_width(const std::string& text, double scale);  // pixels

// The text, shortened in the middle, where names of files differ least, until it is no wider than `width` pixels.
std::string fitted(const std::string& text, double scale, int width);

}  // namespace pawprint
