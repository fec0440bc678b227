#include "app/inspect/heat_map.h"

#include <torch/script.h>

#include <algorithm>
#include <cmath>

#include "app/data/preprocess.h"
#include "models/error.h"

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

// ln(p / (1 - p)) of a class as a function of the features, linearised: weight [D] float64.
struct LogOdds {
  double value = 0;
  at::Tensor weight;
};

// The logits' weights in the log-odds: 1 for the class, minus its share of the others' probability for each other.
LogOdds log_odds_of_logits(const at::Tensor& logits, int64_t class_index) {
  at::Tensor others = logits.clone();
  others[class_index] = -INFINITY;
  LogOdds out{(logits[class_index] - others.logsumexp(0)).item<double>(), -others.softmax(0)};
  out.weight[class_index] = 1;
  return out;
}

// features [D] float64. Back-propagation by hand: a head is a few linear layers with ReLU between them.
LogOdds linearised_log_odds(const Head& head, double temperature, const at::Tensor& features, int64_t class_index) {
  std::vector<at::Tensor> weights, active;
  at::Tensor x = features;
  for (size_t i = 0; i < head.layers.size(); ++i) {
    if (i > 0) {
      active.push_back(x.gt(0).to(at::kDouble));
      x = x.relu();
    }
    weights.push_back(head.layers[i].weight.to(at::kDouble));
    x = at::addmv(head.layers[i].bias.to(at::kDouble), weights.back(), x);
  }
  LogOdds out = log_odds_of_logits(x / temperature, class_index);
  at::Tensor gradient = out.weight / temperature;
  for (size_t i = weights.size(); i-- > 0;) {
    gradient = weights[i].t().mv(gradient);
    if (i > 0) gradient = gradient * active[i - 1];
  }
  out.weight = gradient;
  return out;
}

}  // namespace

at::Tensor crops_to_pixels(const Classifier& classifier, const std::vector<cv::Mat>& crops) {
  PreprocessSpec spec = classifier.preprocess;
  spec.resize_px = spec.crop_px;  // they are resized and cut already
  const bool bfloat16 = classifier.backbone.recipe().bfloat16;
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

HeatMap heat_map(const Classifier& classifier, const PhotoView& view, int64_t class_index) {
  TORCH_CHECK(class_index >= 0 && class_index < classifier.head.classes(), "expected a class of the model");
  const torch::NoGradGuard no_grad;
  const at::Tensor map = view.last_map.to(at::kDouble);  // [D,h,w]
  const at::Tensor features = map.mean({1, 2});
  const LogOdds log_odds = linearised_log_odds(classifier.head, classifier.temperature, features, class_index);
  const double constant = log_odds.value - log_odds.weight.dot(features).item<double>();
  const at::Tensor evidence =
      (at::tensordot(log_odds.weight, map, {0}, {0}) + constant).to(at::kFloat).contiguous();  // [h,w]
  HeatMap out;
  out.evidence = cv::Mat(static_cast<int>(evidence.size(0)), static_cast<int>(evidence.size(1)), CV_32F,
                         evidence.data_ptr<float>())
                     .clone();
  out.log_odds = log_odds.value;
  out.probability = view.probabilities.at(static_cast<size_t>(class_index));
  out.class_index = class_index;
  out.seen = static_cast<double>(classifier.preprocess.crop_px) / static_cast<double>(classifier.preprocess.resize_px);
  return out;
}

std::vector<HeatMap> heat_maps(const Classifier& classifier, const std::vector<cv::Mat>& photos,
                               const std::vector<int64_t>& classes) {
  std::vector<cv::Mat> crops;
  for (const auto& photo : photos) crops.push_back(resize_and_crop(photo, classifier.preprocess));
  const auto views = view_photos(classifier, crops_to_pixels(classifier, crops));
  std::vector<HeatMap> maps;
  for (size_t i = 0; i < views.size(); ++i) {
    const auto& p = views[i].probabilities;
    const auto best = std::max_element(p.begin(), p.end()) - p.begin();
    maps.push_back(heat_map(classifier, views[i], classes[i] < 0 ? best : classes[i]));
  }
  return maps;
}

}  // namespace pawprint
