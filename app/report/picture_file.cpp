#include "app/report/picture_file.h"

#include <openssl/evp.h>

#include <algorithm>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "models/base/atomic_file.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

std::string base64(const std::string& bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // EVP_EncodeBlock ends with a zero
  const auto* in = reinterpret_cast<const unsigned char*>(bytes.data());
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), in, static_cast<int>(bytes.size()));
  out.pop_back();
  return out;
}

}  // namespace

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
