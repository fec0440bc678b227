#include "app/report/picture_file.h"

#include <algorithm>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "app/report/base64.h"
#include "models/base/atomic_file.h"
#include "models/base/error.h"

namespace pawprint {

std::string encode_picture(const cv::Mat& rgb, const std::string& extension, int quality) {
  cv::Mat bgr;
  cv::cvtColor(rgb, bgr, cv::COLOR_RGB2BGR);
  std::vector<uint8_t> bytes;
  const std::vector<int> parameters = {cv::IMWRITE_JPEG_QUALITY, quality, cv::IMWRITE_WEBP_QUALITY, quality};
  if (!cv::haveImageWriter("x" + extension) || !cv::imencode(extension, bgr, bytes, parameters))
    throw Error("expected a picture's name ending in .png, .jpg, .webp, .bmp or .tif, got " + in_quotes(extension));
  return {bytes.begin(), bytes.end()};
}

void write_picture(const cv::Mat& rgb, const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  write_file(path, encode_picture(rgb, extension));
}

cv::Mat at_most(const cv::Mat& rgb, int side_px) {
  const int longer = std::max(rgb.rows, rgb.cols);
  if (longer <= side_px) return rgb;
  const double scale = static_cast<double>(side_px) / longer;
  cv::Mat small;
  cv::resize(rgb, small, {std::max(1, cvRound(rgb.cols * scale)), std::max(1, cvRound(rgb.rows * scale))}, 0, 0,
             cv::INTER_AREA);
  return small;
}

std::string picture_uri(const cv::Mat& rgb, int side_px, int quality) {
  return "data:image/jpeg;base64," + base64(encode_picture(at_most(rgb, side_px), ".jpg", quality));
}

}  // namespace pawprint
