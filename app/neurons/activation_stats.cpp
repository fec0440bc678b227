#include "app/neurons/activation_stats.h"

#include <torch/script.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/base/parallel.h"
#include "app/data/decode.h"
#include "app/data/preprocess.h"
#include "app/evaluation/metrics.h"
#include "app/explain/log_odds.h"
#include "app/training/runtime.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

// How the features speak for the class a photo is said to be of.
struct ClassGradient {
  int64_t class_index = 0;
  at::Tensor features, weight;  // [D] float64
};

struct BatchActivations {
  int64_t first = 0;                                   // number of the first photo
  std::vector<std::string> errors;                     // empty: none
  std::vector<Sha256> content;                         // of the R readable ones
  std::vector<at::Tensor> activations, means, places;  // of each stage [R,C]
  std::vector<ClassGradient> gradients;                // [R], with a model
};

ClassGradient class_gradient(const Classifier& classifier, const at::Tensor& features) {
  const auto p = classifier.probabilities(features.to(at::kFloat).unsqueeze(0));
  ClassGradient gradient{argmax(p.data(), static_cast<int64_t>(p.size())), features, {}};
  gradient.weight = linearized_log_odds(classifier.head, classifier.temperature, features, gradient.class_index).weight;
  return gradient;
}

struct StrongestPlaces {
  at::Tensor activation, mean, place;  // [N,C]
};

// map [N,C,h,w] of pixels [N,3,H,W]
StrongestPlaces strongest_places(const at::Tensor& map, const StageGeometry& stage, const at::Tensor& pixels) {
  const auto rows = inner_places(stage, map.size(2), pixels.size(2)),
             columns = inner_places(stage, map.size(3), pixels.size(3));
  const int64_t height = rows.last - rows.first + 1, width = columns.last - columns.first + 1;
  const at::Tensor inner = map.narrow(2, rows.first, height).narrow(3, columns.first, width).flatten(2);
  const auto [activation, place] = inner.max(2);
  const at::Tensor y = at::floor_divide(place, width) + rows.first, x = place % width + columns.first;
  return {activation, inner.mean(2), y * kPlaceRows + x};
}

BatchActivations batch_activations(const std::vector<Photo>& photos, int64_t first, const Network& network,
                                   const std::vector<StageGeometry>& geometry, const std::vector<size_t>& stages,
                                   const PhotoOptions& options) {
  const int64_t end = std::min(static_cast<int64_t>(photos.size()), first + options.batch);
  std::vector<std::filesystem::path> paths;
  for (int64_t i = first; i < end; ++i) paths.push_back(photos[i].path);
  ImageBatch batch = load_batch(paths, {&network.backbone, 1}, options);
  for (int64_t i = first; i < end; ++i) {
    if (!photos[i].problem.empty()) batch.errors[i - first] = photos[i].problem;
  }
  BatchActivations out{first, std::move(batch.errors), std::move(batch.content), {}, {}, {}, {}};
  if (out.content.empty()) return out;
  std::vector<std::vector<StrongestPlaces>> parts(stages.size());
  std::vector<at::Tensor> features;
  for (const auto& pixels : batch.pixels[0]) {
    const auto maps = network.backbone.stages(pixels);
    for (size_t i = 0; i < stages.size(); ++i)
      parts[i].push_back(strongest_places(maps[stages[i]], geometry[stages[i]], pixels));
    features.push_back(maps.back().mean({2, 3}));
  }
  for (const auto& part : parts) {
    const auto joined = [&](at::Tensor StrongestPlaces::*member) {
      std::vector<at::Tensor> all;
      for (const auto& some : part) all.push_back(some.*member);
      return at::cat(all).contiguous();
    };
    out.activations.push_back(joined(&StrongestPlaces::activation));
    out.means.push_back(joined(&StrongestPlaces::mean));
    out.places.push_back(joined(&StrongestPlaces::place));
  }
  if (network.classifier) {
    for (const auto& of_photo : at::cat(features).to(at::kDouble).unbind(0))
      out.gradients.push_back(class_gradient(*network.classifier, of_photo));
  }
  return out;
}

void add(ActivationStats& stats, const BatchActivations& batch, const std::vector<Photo>& photos) {
  int64_t r = 0;
  for (size_t n = 0; n < batch.errors.size(); ++n) {
    const int64_t photo = batch.first + static_cast<int64_t>(n);
    if (!batch.errors[n].empty()) {
      stats.unreadable.push_back({photos[photo].path, batch.errors[n]});
      continue;
    }
    const int64_t row = r++;
    if (!stats.contents.insert(batch.content[row]).second) {
      ++stats.copies;
      continue;
    }
    ++stats.photos;
    for (size_t s = 0; s < stats.stages.size(); ++s)
      stats.stages[s].add(photo, batch.activations[s][row].data_ptr<float>(), batch.means[s][row].data_ptr<float>(),
                          batch.places[s][row].data_ptr<int64_t>());
    if (batch.gradients.empty()) continue;
    const auto& [class_index, features, weight] = batch.gradients[row];
    auto& sums = stats.classes[class_index];
    ++sums.photos;
    stats.feature_sum += features;
    sums.weight_sum += weight;
    sums.product_sum += weight * features;
  }
}

}  // namespace

Network load_network(const NeuronOptions& options) {
  const Device device = resolve_device(options.network.device);
  if (!options.model.empty()) {
    Classifier classifier = Classifier::load(options.model, device, options.network.precision);
    if (classifier.backbones.size() > 1)
      throw Error(in_quotes(options.model.native()) + ": expected a model of one network, got one of " +
                  std::to_string(classifier.backbones.size()) + "; give one of them with --backbone");
    return {classifier.backbones.front(), std::move(classifier)};
  }
  const Backbone backbone = Backbone::load(options.backbone, device);
  return {backbone.with_config(with_precision({true, false, true}, options.network.precision, device)), std::nullopt};
}

std::vector<StageGeometry> geometry_of(const Network& network) {
  const int64_t px = network.backbone.preprocess().crop_px;
  std::vector<std::vector<int64_t>> sizes;
  for (const auto& map : network.backbone.stages(at::zeros({1, 3, px, px}))) {
    if (map.dim() != 4)
      throw Error("backbone " + in_quotes(network.backbone.description().value("name", std::string("?"))) +
                  ": expected stages() that gives maps [N,C,h,w], got " + c10::str(map.sizes()));
    sizes.push_back(map.sizes().slice(1).vec());
  }
  return stage_geometry(network.backbone.description(), sizes, px);
}

cv::Mat load_fitted(const std::filesystem::path& path, const Network& network, const DecodeOptions& options) {
  const DecodeOptions decode = decoding_for(network.backbone, options);
  return fit_photo(decode_photo(read_photo(path, decode.limits), decode), network.backbone.preprocess());
}

ActivationStats activation_stats(const std::vector<Photo>& photos, const Network& network,
                                 const std::vector<StageGeometry>& geometry, const std::vector<size_t>& stages,
                                 const NeuronOptions& options, const Progress& progress) {
  ActivationStats stats;
  for (const size_t s : stages) stats.stages.emplace_back(geometry[s].channels, options.patches);
  const auto zeros = [&] { return at::zeros({network.backbone.feature_dim()}, at::kDouble); };
  stats.feature_sum = zeros();
  for (int64_t c = 0; network.classifier && c < network.classifier->head.classes(); ++c)
    stats.classes.push_back({0, zeros(), zeros()});
  const auto total = static_cast<int64_t>(photos.size());
  parallel_ranges(
      math_workers(options.photos.threads), total, options.photos.batch,
      [&](int64_t first, int64_t) {
        return batch_activations(photos, first, network, geometry, stages, options.photos);
      },
      [&](const BatchActivations& batch) { add(stats, batch, photos); }, progress);
  if (stats.photos == 0)
    throw Error(in_quotes(options.paths.front().native()) + ": expected photos, got none that can be read: " +
                in_quotes(stats.unreadable.front().path.native()) + ": " + stats.unreadable.front().reason);
  return stats;
}

}  // namespace pawprint
