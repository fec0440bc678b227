#include "app/training/predict.h"

#include <torch/script.h>

#include <algorithm>

#include "app/base/parallel.h"
#include "app/training/runtime.h"
#include "models/base/error.h"

namespace pawprint {

std::vector<double> view_probabilities(const at::Tensor& features, const Head& head, double temperature) {
  const auto logits = head.forward(features.flatten(0, 1)).view({features.size(0), features.size(1), head.classes()});
  return to_probabilities(logits.mean(1), temperature);
}

namespace {

// The networks, each in every size that photos are shown in.
std::vector<Backbone> in_all_sizes(const std::vector<Backbone>& backbones, const PhotoOptions& options) {
  auto all = backbones;
  for (size_t k = 0; options.two_sizes && k < backbones.size(); ++k) {
    try {
      all.push_back(backbones[k].with_preprocess(backbones[k].preprocess().larger()));
    } catch (const Error&) {
      throw Error(
          "--views 4: expected networks that take photos in a larger size, too, got one that takes its own only; use "
          "--views 2");
    }
  }
  return all;
}

std::vector<Prediction> predict_batch(const std::vector<FoundPhoto>& batch, const Classifier& classifier,
                                      const std::vector<Backbone>& shown, const PhotoOptions& options,
                                      const Abstention* abstention) {
  std::vector<Prediction> predictions;
  std::vector<std::filesystem::path> paths;
  std::vector<size_t> of_path;
  for (const auto& photo : batch) {
    if (photo.problem.empty()) {
      of_path.push_back(predictions.size());
      paths.push_back(photo.path);
    }
    predictions.push_back({photo.path.native(), {}, photo.problem});
  }
  const BatchFeatures images = batch_features(paths, shown, options);
  const auto sizes = images.features.chunk(options.two_sizes ? 2 : 1, 2);  // each [R,V,D]
  const at::Tensor features = at::cat(sizes, 1);
  const int64_t readable = features.size(0);
  const auto p = view_probabilities(features, classifier.head, classifier.temperature);
  const int64_t classes = classifier.head.classes();
  std::vector<double> confidences;
  for (int64_t i = 0; i < readable; ++i)
    confidences.push_back(*std::max_element(p.begin() + i * classes, p.begin() + (i + 1) * classes));
  const auto notes = abstention ? abstention->notes(features.select(1, 0), confidences)
                                : std::vector<Note>(static_cast<size_t>(readable));
  int64_t done = 0;
  for (size_t i = 0; i < paths.size(); ++i) {
    Prediction& prediction = predictions[of_path[i]];
    prediction.error = images.errors[i];
    if (!prediction.error.empty()) continue;
    prediction.probabilities.assign(p.begin() + done * classes, p.begin() + (done + 1) * classes);
    prediction.note = notes[static_cast<size_t>(done)].text;
    prediction.looks_like = notes[static_cast<size_t>(done++)].looks_like;
    if (abstention) prediction.set = abstention->set_of(prediction.probabilities);
  }
  return predictions;
}

}  // namespace

void predict_photos(const std::function<std::optional<FoundPhoto>()>& next, const Classifier& classifier,
                    const PhotoOptions& options, const Abstention* abstention,
                    const std::function<void(const Prediction&)>& sink) {
  const auto shown = in_all_sizes(classifier.backbones, options);
  const auto next_batch = [&]() -> std::optional<std::vector<FoundPhoto>> {
    std::vector<FoundPhoto> batch;
    while (static_cast<int64_t>(batch.size()) < options.batch) {
      auto photo = next();
      if (!photo) break;
      batch.push_back(std::move(*photo));
    }
    return batch.empty() ? std::nullopt : std::optional(std::move(batch));
  };
  parallel_stream(
      math_workers(options.threads), next_batch,
      [&](const std::vector<FoundPhoto>& batch) {
        return predict_batch(batch, classifier, shown, options, abstention);
      },
      [&](const std::vector<Prediction>& predictions) {
        for (const auto& prediction : predictions) sink(prediction);
      });
}

}  // namespace pawprint
