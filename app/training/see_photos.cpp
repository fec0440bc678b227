#include "app/training/see_photos.h"

#include <torch/types.h>

#include <algorithm>

#include "app/training/try_inputs.h"

namespace pawprint {

namespace {

FeatureOptions feature_options(const FinetuneOptions& options) {
  return {.fit = options.fit,
          .image_size_px = options.image_size_px,
          .managed_color = options.colour == Colour::kManaged,
          .network = options.network,
          .photos = options.photos,
          .cache = options.cache};
}

// What the networks are best shown, which photos there are for that being known; they are changed to that. None where
// it is given, or nothing can be tried.
std::optional<InputChoice> choose_inputs(std::vector<PreparedNetwork>& networks, const TrainingPhotos& images,
                                         FeatureSet known, const FinetuneOptions& options, const MakeProgress& progress,
                                         const Say& say) {
  known.features = at::empty({static_cast<int64_t>(known.rows.size()), 1, 0});
  const TrainValSplit data = split_train_val(images, known, options, {});
  std::vector<Photo> photos;
  for (const int64_t i : data.training_photos) photos.push_back(images.photos[i]);
  const auto found =
      try_inputs(networks, photos, data.training,
                 {feature_options(options), options.head, options.budget_s, options.seed}, progress, say);
  if (!found) return std::nullopt;
  std::vector<PreparedNetwork> chosen;
  for (size_t i = 0; i < found->networks.size(); ++i) {
    auto& network = chosen.emplace_back(std::move(networks[found->networks[i]]));
    network.backbone = network.backbone.with_preprocess(found->specs[i]);
  }
  networks = std::move(chosen);
  return found->choice;
}

// The features of all networks side by side.
//   known: of the same photos, what was known before; or nothing
void add_features(SeenPhotos& seen, const TrainingPhotos& images, std::optional<FeatureSet> known,
                  const FinetuneOptions& options, const MakeProgress& progress) {
  std::vector<FeatureSet> sets;
  for (const auto& network : seen.networks) {
    auto kept =
        get_features(network.backbone, feature_options(options), images.photos, start(progress, "features", "photos"));
    sets.push_back(std::move(kept.set));
    for (const auto& problem : {network.cache_problem, kept.cache_problem})
      if (seen.cache_problem.empty()) seen.cache_problem = problem;
  }
  const size_t count = sets.size();
  if (known) sets.push_back(std::move(*known));
  keep_common(sets);
  std::vector<at::Tensor> features;
  std::vector<int64_t> blocks;
  int64_t computed = 0;
  for (size_t k = 0; k < count; ++k) {
    features.push_back(std::move(sets[k].features));
    blocks.push_back(features[k].size(2));
    computed = std::max(computed, sets[k].computed);
  }
  seen.set = std::move(sets.back());
  seen.set.features = count == 1 ? features.front() : at::cat(features, 2);
  if (count > 1) seen.set.blocks = std::move(blocks);
  seen.set.computed = computed;
}

}  // namespace

std::vector<Backbone> backbones_of(const std::vector<PreparedNetwork>& networks) {
  std::vector<Backbone> backbones;
  for (const auto& network : networks) backbones.push_back(network.backbone);
  return backbones;
}

SeenPhotos see_photos(const TrainingPhotos& images, const FinetuneOptions& options, const MakeProgress& progress,
                      const Say& say, Stopwatch& watch) {
  SeenPhotos seen;
  FeatureOptions how = feature_options(options);
  how.say = say;
  seen.networks = prepare_networks(options.backbones, how, images.photos, &watch);
  std::optional<FeatureSet> known;
  if (!options.fit && options.image_size_px == 0 && options.budget_s.value_or(1) > 0) {
    known = get_traits(seen.networks.front().backbone, feature_options(options), images.photos,
                       start(progress, "reading", "photos"))
                .set;
    check_unreadable(*known, images, options);
    seen.choice = choose_inputs(seen.networks, images, *known, options, progress, say);
    watch.lap("trial");
  }
  add_features(seen, images, std::move(known), options, progress);
  watch.lap("features");
  return seen;
}

}  // namespace pawprint
