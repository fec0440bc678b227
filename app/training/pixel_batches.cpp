#include "app/training/pixel_batches.h"

#include <torch/types.h>

#include "app/data/preprocess.h"

namespace pawprint {

namespace {

bool have_one_shape(const PreprocessSpec& spec) { return spec.fit != Fit::kWhole; }

at::Tensor empty_pixels(int64_t photos, const cv::Size& input, bool bfloat16) {
  return at::empty(
      {photos, 3, input.height, input.width},
      at::TensorOptions(bfloat16 ? at::kBFloat16 : at::kFloat).memory_format(at::MemoryFormat::ChannelsLast));
}

PixelType type_of(bool bfloat16) { return bfloat16 ? PixelType::kBFloat16 : PixelType::kFloat32; }

}  // namespace

PixelWriter::PixelWriter(const Backbone& backbone, int64_t photos, int64_t views)
    : spec_(backbone.preprocess()), bfloat16_(backbone.config().bfloat16), views_(views) {
  const auto side = static_cast<int>(spec_.crop_px);
  if (have_one_shape(spec_)) pixels_ = {empty_pixels(photos * views, {side, side}, bfloat16_)};
}

void PixelWriter::add(const cv::Mat& rgb) {
  preprocess(rgb, spec_, views_, type_of(bfloat16_), room(fitted_view(rgb.size(), spec_).input));
}

void PixelWriter::add_fitted(const cv::Mat& fitted) {
  normalize(fitted, spec_, views_, type_of(bfloat16_), room(fitted.size()));
}

PixelBatches PixelWriter::finish() {
  if (have_one_shape(spec_)) pixels_[0] = pixels_[0].narrow(0, 0, photos_ * views_);
  return std::move(pixels_);
}

// For the views of the next photo.
void* PixelWriter::room(const cv::Size& input) {
  const int64_t photo = photos_++;
  if (have_one_shape(spec_)) return pixels_[0].narrow(0, photo * views_, views_).data_ptr();
  return pixels_.emplace_back(empty_pixels(views_, input, bfloat16_)).data_ptr();
}

PixelBatches fitted_pixels(const Backbone& backbone, const std::vector<cv::Mat>& fitted) {
  PixelWriter writer(backbone, static_cast<int64_t>(fitted.size()), 1);
  for (const auto& photo : fitted) writer.add_fitted(photo);
  return writer.finish();
}

}  // namespace pawprint
