#include "app/training/prepare_features.h"

#include "app/training/autotune_inference.h"
#include "app/training/runtime.h"

namespace pawprint {

PreparedFeatures prepare_features(const FeatureOptions& options, const std::vector<Photo>& photos,
                                  const MakeProgress& progress, const VisitPhoto& visit, Stopwatch* watch) {
  const auto lap = [&](const char* stage) {
    if (watch != nullptr) watch->lap(stage);
  };
  const Device device = resolve_device(options.network.device);
  const Backbone loaded = Backbone::load(options.backbone, device, options.image_size_px);
  std::string weights = loaded.parameter_hash();
  const PreprocessSpec spec =
      options.image_size_px == 0 ? loaded.preprocess() : loaded.preprocess().with_crop(options.image_size_px);
  lap("load_backbone");
  AutotunedInference choice =
      options.config ? AutotunedInference{loaded.with_config(*options.config), {.config = *options.config}, ""}
                     : configure_inference(loaded, spec, photos, options.photos, options.cache.folder,
                                           options.network.precision, device);
  trim_heap();
  lap("autotune_inference");
  std::optional<FeatureCache> cache;
  if (options.cache.features && !options.cache.folder.empty())
    cache.emplace(options.cache, feature_kind(choice.backbone, spec, options.photos));
  FeatureSet set = extract_features(paths_of(photos), choice.backbone, spec, options.photos, cache ? &*cache : nullptr,
                                    start(progress, "features", "photos"), visit);
  lap("features");
  trim_heap();
  std::string problem = cache ? cache->problem() : "";
  if (problem.empty()) problem = std::move(choice.problem);
  return {std::move(choice.backbone), spec, std::move(choice.facts), std::move(set), std::move(weights),
          std::move(problem)};
}

}  // namespace pawprint
