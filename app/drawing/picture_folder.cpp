#include "app/drawing/picture_folder.h"

#include <opencv2/imgcodecs.hpp>
#include <string>
#include <vector>

#include "models/base/atomic_file.h"
#include "models/base/error.h"

namespace pawprint::drawing {

namespace fs = std::filesystem;

namespace {

void check_empty(const fs::path& out) {
  std::error_code error;
  if (!fs::exists(fs::symlink_status(out, error))) return;
  const std::string subject = in_quotes(out.native()) + ": expected a new or empty folder, got ";
  if (!fs::is_directory(out, error)) throw Error(subject + "a file; name another folder");
  const bool empty = fs::is_empty(out, error);
  if (error) throw Error(subject + "one that cannot be read (" + error.message() + "); name another folder");
  if (!empty) throw Error(subject + "one that holds files; name another folder or remove them");
}

}  // namespace

void check_drawing(const fs::path& out, int64_t count) {
  if (count < 1)
    throw Error("count: expected at least 1 picture, got " + std::to_string(count) +
                "; ask for 100 or more to train on");
  check_empty(out);
}

void write_jpeg(const fs::path& path, const cv::Mat& picture, int quality) {
  std::vector<uchar> bytes;
  if (!cv::imencode(".jpg", picture, bytes, {cv::IMWRITE_JPEG_QUALITY, quality}))
    throw Error(in_quotes(path.native()) + ": cannot be encoded as a JPEG file");
  write_file(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace pawprint::drawing
