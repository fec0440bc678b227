#include "app/explain/heat_map.h"

#include <torch/script.h>

#include <algorithm>
#include <cmath>

#include "app/data/preprocess.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

// Features of bfloat16 differ from the mean of the map by rounding; those of another pooling, by much more.
constexpr double kPoolingTolerance = 0.05;

void check_pooling(const Classifier& classifier, const at::Tensor& last_maps, const at::Tensor& features) {
  const double error = (last_maps.mean({2, 3}) - features).norm().item<double>();
  if (error > kPoolingTolerance * features.norm().item<double>() + 1e-6)
    throw Error("backbone " + in_quotes(classifier.backbone.description().value("name", std::string("?"))) +
                ": expected features that are the mean of the last map of stages(), got others; a map would not be "
                "true to what the network does");
}

}  // namespace

at::Tensor crops_to_pixels(PreprocessSpec spec, const InferenceConfig& config, const std::vector<cv::Mat>& crops) {
  spec.resize_px = spec.crop_px;  // they are resized and cut already
  const bool bfloat16 = config.bfloat16;
  const at::Tensor pixels =
      at::empty({static_cast<int64_t>(crops.size()), 3, spec.crop_px, spec.crop_px},
                at::TensorOptions(bfloat16 ? at::kBFloat16 : at::kFloat).memory_format(at::MemoryFormat::ChannelsLast));
  auto* out = static_cast<char*>(pixels.data_ptr());
  for (const auto& crop : crops) {
    preprocess(crop, spec, 1, bfloat16 ? PixelType::kBFloat16 : PixelType::kFloat32, out);
    out += spec.crop_px * spec.crop_px * 3 * pixels.itemsize();
  }
  return pixels;
}

std::vector<PhotoView> view_photos(const Classifier& classifier, const at::Tensor& pixels) {
  std::vector<PhotoView> views;
  if (pixels.size(0) == 0) return views;
  const at::Tensor last_maps = classifier.backbone.stages(pixels).back();
  const at::Tensor features = classifier.backbone.features(pixels);
  check_pooling(classifier, last_maps, features);
  const auto probabilities = classifier.probabilities(features);
  const int64_t classes = classifier.head.classes();
  for (int64_t n = 0; n < pixels.size(0); ++n)
    views.push_back({last_maps[n], {probabilities.begin() + n * classes, probabilities.begin() + (n + 1) * classes}});
  return views;
}

HeatMap heat_map(const Classifier& classifier, const PhotoView& view, int64_t class_index, int64_t against) {
  const int64_t classes = classifier.head.classes();
  TORCH_CHECK(class_index >= 0 && class_index < classes && against < classes && against != class_index,
              "expected two classes of the model");
  const torch::NoGradGuard no_grad;
  const at::Tensor map = view.last_map.to(at::kDouble);  // [D,h,w]
  const at::Tensor features = map.mean({1, 2});
  const LogOdds log_odds = linearized_log_odds(classifier.head, classifier.temperature, features, class_index, against);
  const double constant = log_odds.value - log_odds.weight.dot(features).item<double>();
  const at::Tensor saliency =
      (at::tensordot(log_odds.weight, map, {0}, {0}) + constant).to(at::kFloat).contiguous();  // [h,w]
  HeatMap out;
  out.saliency = cv::Mat(static_cast<int>(saliency.size(0)), static_cast<int>(saliency.size(1)), CV_32F,
                         saliency.data_ptr<float>())
                     .clone();
  out.log_odds = log_odds.value;
  out.probability = view.probabilities.at(static_cast<size_t>(class_index));
  out.class_index = class_index;
  out.against = against;
  out.seen = static_cast<double>(classifier.preprocess.crop_px) / static_cast<double>(classifier.preprocess.resize_px);
  return out;
}

int64_t strongest_other(const std::vector<double>& probabilities, int64_t class_index) {
  int64_t best = class_index == 0 ? 1 : 0;
  for (int64_t c = 0; c < static_cast<int64_t>(probabilities.size()); ++c) {
    if (c != class_index && probabilities[c] > probabilities[best]) best = c;
  }
  return best;
}

std::vector<HeatMap> heat_maps(const Classifier& classifier, const std::vector<cv::Mat>& photos,
                               const std::vector<int64_t>& classes, const std::vector<int64_t>& against) {
  std::vector<cv::Mat> crops;
  for (const auto& photo : photos) crops.push_back(resize_and_crop(photo, classifier.preprocess));
  const auto views =
      view_photos(classifier, crops_to_pixels(classifier.preprocess, classifier.backbone.config(), crops));
  std::vector<HeatMap> maps;
  for (size_t i = 0; i < views.size(); ++i) {
    const auto& p = views[i].probabilities;
    const int64_t best = std::max_element(p.begin(), p.end()) - p.begin();
    const int64_t shown = classes[i] < 0 ? best : classes[i];
    const bool given = i < against.size() && against[i] != shown;
    maps.push_back(heat_map(classifier, views[i], shown, given ? against[i] : strongest_other(p, shown)));
  }
  return maps;
}

}  // namespace pawprint
