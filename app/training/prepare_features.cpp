#include "app/training/prepare_features.h"

#include "app/training/autotune_inference.h"
#include "app/training/examine_photos.h"
#include "app/training/runtime.h"
#include "models/base/error.h"
#include "models/classifier.h"

namespace pawprint {

namespace {

std::optional<FeatureCache> open_cache(const Backbone& backbone, const FeatureOptions& options) {
  if (!options.cache.features || options.cache.folder.empty()) return std::nullopt;
  return std::optional<FeatureCache>(std::in_place, options.cache, feature_kind(backbone, options.photos));
}

// The network as it is asked for, and how it computes fastest.
PreparedNetwork prepare(Backbone loaded, const FeatureOptions& options, const std::vector<Photo>& photos,
                        Stopwatch* watch) {
  const auto lap = [&](const char* stage) {
    if (watch != nullptr) watch->lap(stage);
  };
  const Device device = resolve_device(options.network.device);
  std::string weights = loaded.parameter_hash();
  PreprocessSpec spec = loaded.preprocess();
  if (options.image_size_px != 0) spec = spec.with_crop(options.image_size_px);
  spec.managed_color = spec.managed_color || options.managed_color;
  if (options.fit) spec = spec.with_fit(*options.fit);
  loaded = loaded.with_preprocess(spec);
  lap("load_backbone");
  AutotunedInference choice =
      options.config ? AutotunedInference{loaded.with_config(*options.config), {.config = *options.config}, ""}
                     : configure_inference(loaded, photos, options.photos, options.cache.folder,
                                           options.network.precision, device, options.say);
  trim_heap();
  lap("autotune_inference");
  return {std::move(choice.backbone), std::move(choice.facts), std::move(weights), std::move(choice.problem)};
}

std::vector<Backbone> load(const std::filesystem::path& file, const FeatureOptions& options) {
  return load_networks(file, resolve_device(options.network.device), options.image_size_px);
}

}  // namespace

PreparedNetwork prepare_network(const FeatureOptions& options, const std::vector<Photo>& photos, Stopwatch* watch) {
  auto loaded = load(options.backbone, options);
  if (loaded.size() != 1)
    throw Error(in_quotes(options.backbone.native()) + ": expected one network, got a model of " +
                std::to_string(loaded.size()) + "; give the backbone alone");
  return prepare(std::move(loaded.front()), options, photos, watch);
}

std::vector<PreparedNetwork> prepare_networks(const std::vector<std::filesystem::path>& backbones,
                                              const FeatureOptions& options, const std::vector<Photo>& photos,
                                              Stopwatch* watch) {
  std::vector<PreparedNetwork> networks;
  std::vector<std::string> said;  // of each network
  for (const auto& file : backbones) {
    for (auto& loaded : load(file, options)) {
      networks.push_back(prepare(std::move(loaded), options, photos, watch));
      said.push_back(in_quotes(file.native()));
      for (size_t k = 0; k + 1 < networks.size(); ++k) {
        if (networks[k].backbone.id() == networks.back().backbone.id())
          throw Error("--backbone: expected different networks, got the same one as " + said[k] + " and as " +
                      said.back() + "; name it once");
      }
    }
  }
  return networks;
}

KeptFeatures get_features(const Backbone& backbone, const FeatureOptions& options, const std::vector<Photo>& photos,
                          const Progress& progress, const VisitPhoto& visit) {
  auto cache = open_cache(backbone, options);
  FeatureSet set =
      extract_features(paths_of(photos), backbone, options.photos, cache ? &*cache : nullptr, progress, visit);
  trim_heap();
  return {std::move(set), cache ? cache->problem() : ""};
}

KeptFeatures get_traits(const Backbone& backbone, const FeatureOptions& options, const std::vector<Photo>& photos,
                        const Progress& progress) {
  auto cache = open_cache(backbone, options);
  FeatureSet set = examine_photos(paths_of(photos), decoding_for(backbone, options.photos.decode),
                                  options.photos.threads, cache ? &*cache : nullptr, progress);
  return {std::move(set), cache ? cache->problem() : ""};
}

}  // namespace pawprint
