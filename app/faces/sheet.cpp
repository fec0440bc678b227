#include "app/faces/sheet.h"

#include <torch/types.h>

#include <algorithm>
#include <cstring>

namespace pawprint {

cv::Mat to_picture(const at::Tensor& face) {
  const auto bytes = (face.clamp(0, 1) * 255).round().to(at::kByte).permute({1, 2, 0}).contiguous();
  cv::Mat rgb(static_cast<int>(bytes.size(0)), static_cast<int>(bytes.size(1)), CV_8UC3);
  std::memcpy(rgb.data, bytes.data_ptr<uint8_t>(), static_cast<size_t>(bytes.numel()));
  return rgb;
}

at::Tensor to_tensor(const cv::Mat& rgb) {
  const cv::Mat whole = rgb.isContinuous() ? rgb : rgb.clone();
  return torch::from_blob(whole.data, {whole.rows, whole.cols, 3}, at::kByte).permute({2, 0, 1}).to(at::kFloat) / 255;
}

cv::Mat contact_sheet(const std::vector<std::vector<at::Tensor>>& rows, int64_t row_gap) {
  const auto size = static_cast<int>(rows.front().front().size(2));
  const int gap = std::max(2, size / 32), wide = 4 * gap;
  size_t columns = 0;
  for (const auto& row : rows) columns = std::max(columns, row.size());
  const auto wide_gap_above = [&](size_t row) {
    return row_gap > 0 && row > 0 && static_cast<int64_t>(row) % row_gap == 0;
  };
  int height = gap;
  for (size_t row = 0; row < rows.size(); ++row) height += size + gap + (wide_gap_above(row) ? wide - gap : 0);
  cv::Mat sheet(height, static_cast<int>(columns) * (size + gap) + gap, CV_8UC3, cv::Scalar::all(255));
  int y = gap;
  for (size_t row = 0; row < rows.size(); ++row) {
    if (wide_gap_above(row)) y += wide - gap;
    for (size_t column = 0; column < rows[row].size(); ++column) {
      const int x = gap + static_cast<int>(column) * (size + gap);
      to_picture(rows[row][column]).copyTo(sheet(cv::Rect(x, y, size, size)));
    }
    y += size + gap;
  }
  return sheet;
}

}  // namespace pawprint
