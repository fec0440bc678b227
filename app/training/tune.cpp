#include "app/training/tune.h"

#include <torch/types.h>

#include "app/training/training_photos.h"
#include "app/training/try_inputs.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

FinetuneOptions as_finetune(const TuneOptions& options) {
  FinetuneOptions out;
  out.data = options.data;
  out.dataset = options.dataset;
  out.limit = options.limit;
  out.max_unreadable = options.max_unreadable;
  out.seed = options.seed;
  out.head.seed = options.seed;
  out.head.threads = options.photos.threads;
  out.photos = options.photos;
  out.out = options.out;
  return out;
}

}  // namespace

TuneResult tune(const TuneOptions& options, const MakeProgress& progress, const Say& say) {
  const FinetuneOptions how = as_finetune(options);
  const TrainingPhotos images = find_photos(how);
  TrialOptions trial{{}, how.head, options.budget_s, options.seed};
  trial.features = {.network = options.network, .photos = options.photos, .cache = options.cache, .say = say};
  const auto networks = prepare_networks(options.backbones, trial.features, images.photos);
  auto [set, cache_problem] =
      get_traits(networks.front().backbone, trial.features, images.photos, start(progress, "reading", "photos"));
  check_unreadable(set, images, how);
  set.features = at::empty({static_cast<int64_t>(set.rows.size()), 1, 0});
  const TrainValSplit data = split_train_val(images, set, how, {});
  std::vector<Photo> photos;  // all of them: nothing is trained that would have to be validated
  for (const auto* part : {&data.training_photos, &data.validation_photos})
    for (const int64_t i : *part) photos.push_back(images.photos[i]);
  auto found = try_inputs(networks, photos, data.all.part(data.relatives, static_cast<int64_t>(photos.size())), trial,
                          progress, say);
  if (!found && static_cast<int64_t>(photos.size()) < kFewestPhotos)
    throw Error(in_quotes(options.data.native()) + ": expected at least " + std::to_string(kFewestPhotos) +
                " photos for a trial, got " + std::to_string(photos.size()));
  if (!found)
    throw Error(in_quotes(options.data.native()) +
                ": expected networks that take more than one input, at least 5 photos a class and time to compute " +
                "them, got less; give more photos, or a longer --budget");
  return {std::move(found->choice), std::move(set.skipped), cache_problem};
}

}  // namespace pawprint
