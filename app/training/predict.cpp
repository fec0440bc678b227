#include "app/training/predict.h"

#include <torch/script.h>

#include <algorithm>

#include "app/base/parallel.h"
#include "app/training/runtime.h"

namespace pawprint {

std::vector<double> view_probabilities(const at::Tensor& features, const Head& head, double temperature) {
  const auto logits = head.forward(features.flatten(0, 1)).view({features.size(0), features.size(1), head.classes()});
  return to_probabilities(logits.mean(1), temperature);
}

namespace {

std::vector<Prediction> predict_batch(const std::vector<FoundPhoto>& batch, const Classifier& classifier,
                                      const PhotoOptions& options, const Abstention* abstention) {
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
  const ImageBatch images = load_batch(paths, classifier.preprocess, classifier.backbone.config(), options);
  const auto readable = static_cast<int64_t>(images.content.size());
  const auto features =
      classifier.backbone.features(images.pixels).view({readable, options.views(), classifier.head.feature_dim()});
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
      [&](const std::vector<FoundPhoto>& batch) { return predict_batch(batch, classifier, options, abstention); },
      [&](const std::vector<Prediction>& predictions) {
        for (const auto& prediction : predictions) sink(prediction);
      });
}

}  // namespace pawprint
