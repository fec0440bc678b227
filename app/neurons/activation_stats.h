#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <set>
#include <vector>

#include "app/base/progress.h"
#include "app/check/options.h"
#include "app/data/input_photos.h"
#include "app/neurons/stage_geometry.h"
#include "app/neurons/top_photos.h"
#include "app/training/features.h"
#include "models/classifier.h"

namespace pawprint {

// A network, and what a model adds to it.
struct Network {
  Backbone backbone;
  std::optional<Classifier> classifier;
};

Network load_network(const NeuronOptions& options);

// Of its stages, found by trying.
std::vector<StageGeometry> geometry_of(const Network& network);

// What the network sees of a photo: fit_photo(). Throws Unreadable.
cv::Mat load_fitted(const std::filesystem::path& path, const Network& network, const DecodeOptions& options);

// What all photos say of the network. Held are the strongest of each channel and sums, however many there are.
struct ActivationStats {
  std::vector<TopPhotos> stages;  // of those that were asked for
  int64_t photos = 0, copies = 0;
  std::vector<SkippedPhoto> unreadable;

  // With a model, how the features speak for the class that each photo is said to be of.
  struct OfClass {
    int64_t photos = 0;
    at::Tensor weight_sum, product_sum;  // [D] float64: of the gradient of the log-odds, and of that times the feature
  };
  std::vector<OfClass> classes;
  at::Tensor feature_sum;  // [D] float64

  std::set<Sha256> contents;
};

//   stages: numbers of those to look at; with a model the last one is among them
ActivationStats activation_stats(const std::vector<Photo>& photos, const Network& network,
                                 const std::vector<StageGeometry>& geometry, const std::vector<size_t>& stages,
                                 const NeuronOptions& options, const Progress& progress);

}  // namespace pawprint
