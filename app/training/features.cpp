#include "app/training/features.h"

#include <torch/script.h>
#include <torch/version.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/base/cores.h"
#include "app/base/parallel.h"
#include "app/data/decode.h"
#include "app/data/preprocess.h"
#include "app/training/runtime.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

// Counts up when the same photo may give other pixels or features than before: what is cached is then left behind.
constexpr int kFeatureVersion = 2, kTraitsVersion = 1;

struct Batch {
  std::vector<int64_t> index;  // [N] into the paths
  std::vector<std::filesystem::path> paths;
};

struct BatchFeatures {
  Batch batch;
  at::Tensor features;  // [R,V,D]
  std::vector<std::string> status;
  std::vector<Sha256> content;
  std::vector<PhotoTraits> traits;  // [R]
  std::vector<bool> computed;       // [R]
};

// What is known of each photo while features are extracted.
struct Extraction {
  at::Tensor features;  // [N,V,D]
  std::vector<std::string> status;
  std::vector<Sha256> content;
  std::vector<PhotoTraits> traits;
  std::vector<std::optional<FileStamp>> stamps;
  std::vector<int64_t> stamped_ns;

  Extraction(int64_t photos, int64_t views, int64_t dim)
      : features(at::empty({photos, views, dim})),
        status(photos),
        content(photos),
        traits(photos),
        stamps(photos),
        stamped_ns(photos) {}
  int64_t row_size() const { return features.stride(0); }
  float* row(int64_t i) { return features.data_ptr<float>() + i * row_size(); }
};

// True if photo i need not be opened.
bool known_unread(Extraction& all, int64_t i, const std::filesystem::path& path, const FeatureCache* cache) {
  if (cache == nullptr) return false;
  all.stamps[i] = file_stamp(path);
  all.stamped_ns[i] = now_ns();
  const auto content = all.stamps[i] ? cache->content(*all.stamps[i]) : std::nullopt;
  const auto traits = content ? cache->traits(*content) : std::nullopt;
  if (!traits || !cache->find(*content, all.row(i))) return false;
  all.content[i] = *content;
  all.traits[i] = *traits;
  all.status[i] = "ok";
  return true;
}

void keep(Extraction& all, int64_t i, const std::filesystem::path& path, FeatureCache* cache) {
  if (cache == nullptr) return;
  cache->store(all.content[i], all.row(i));
  cache->store_traits(all.content[i], all.traits[i]);
  const auto& stamp = all.stamps[i];
  if (stamp && settled(*stamp, all.stamped_ns[i]) && stamp == file_stamp(path)) cache->remember(*stamp, all.content[i]);
}

FeatureSet readable(Extraction all, const std::vector<std::filesystem::path>& paths) {
  FeatureSet set;
  for (int64_t i = 0; i < static_cast<int64_t>(paths.size()); ++i) {
    if (all.status[i] != "ok") {
      set.skipped.push_back({paths[i], all.status[i]});
      continue;
    }
    const auto r = static_cast<int64_t>(set.rows.size());
    if (r != i) std::copy_n(all.row(i), all.row_size(), all.row(r));
    set.rows.push_back(i);
    set.content.push_back(all.content[i]);
    set.traits.push_back(all.traits[i]);
  }
  set.features = all.features.narrow(0, 0, static_cast<int64_t>(set.rows.size()));
  return set;
}

}  // namespace

ImageBatch load_batch(const std::vector<std::filesystem::path>& paths, const PreprocessSpec& spec,
                      const FeatureRecipe& recipe, const PhotoOptions& options, const Known& known, bool with_traits) {
  const auto photos = static_cast<int64_t>(paths.size());
  const int64_t views = options.views(), px = spec.crop_px;
  DecodeOptions decode = options.decode;
  decode.scaled_short_px = recipe.scaled_decoding ? kLeastOversampling * spec.resize_px : 0;
  ImageBatch batch;
  batch.pixels = at::empty(
      {photos * views, 3, px, px},
      at::TensorOptions(recipe.bfloat16 ? at::kBFloat16 : at::kFloat).memory_format(at::MemoryFormat::ChannelsLast));
  auto* out = static_cast<char*>(batch.pixels.data_ptr());
  int64_t decoded = 0;
  for (const auto& path : paths) {
    try {
      const std::string bytes = read_photo(path, decode.limits);
      const Sha256 content = sha256(bytes);
      const bool skip = known && known(content, static_cast<int64_t>(batch.content.size()));
      if (!skip) {
        decode.remark = [&](const std::string& text) {
          if (options.remark) options.remark(path, text);
        };
        const cv::Mat rgb = decode_photo(bytes, decode);
        if (with_traits) batch.traits.push_back(photo_traits(bytes, rgb));
        preprocess(rgb, spec, views, recipe.bfloat16 ? PixelType::kBFloat16 : PixelType::kFloat32,
                   out + decoded * views * px * px * 3 * batch.pixels.itemsize());
        ++decoded;
      }
      batch.content.push_back(content);
      batch.decoded.push_back(!skip);
      batch.status.emplace_back("ok");
    } catch (const Unreadable& reason) {
      batch.status.emplace_back(reason.what());
    }
  }
  batch.pixels = batch.pixels.narrow(0, 0, decoded * views);
  return batch;
}

FeatureSet extract_features(const std::vector<std::filesystem::path>& paths, const Backbone& backbone,
                            const PreprocessSpec& spec, const PhotoOptions& options, FeatureCache* cache,
                            const Progress& progress) {
  const auto total = static_cast<int64_t>(paths.size());
  const int64_t views = options.views(), dim = backbone.feature_dim();
  Extraction all(total, views, dim);
  int64_t taken = 0, done = 0, computed = 0;
  const auto next = [&]() -> std::optional<Batch> {
    Batch batch;
    for (; taken < total && static_cast<int64_t>(batch.paths.size()) < options.batch; ++taken) {
      if (known_unread(all, taken, paths[taken], cache)) continue;
      batch.index.push_back(taken);
      batch.paths.push_back(paths[taken]);
    }
    return batch.paths.empty() ? std::nullopt : std::optional(std::move(batch));
  };
  const auto work = [&](Batch batch) {
    at::Tensor features = at::empty({static_cast<int64_t>(batch.paths.size()), views, dim});
    std::vector<PhotoTraits> traits(batch.paths.size());
    const auto known = [&](const Sha256& content, int64_t r) {
      const auto found = cache != nullptr ? cache->traits(content) : std::nullopt;
      if (!found || !cache->find(content, features[r].data_ptr<float>())) return false;
      traits[static_cast<size_t>(r)] = *found;
      return true;
    };
    ImageBatch images = load_batch(batch.paths, spec, backbone.recipe(), options, known, true);
    const at::Tensor found = backbone.features(images.pixels).view({images.pixels.size(0) / views, views, dim});
    int64_t next_found = 0;
    for (size_t r = 0; r < images.decoded.size(); ++r) {
      if (!images.decoded[r]) continue;
      traits[r] = images.traits[static_cast<size_t>(next_found)];
      features[static_cast<int64_t>(r)].copy_(found[next_found++]);
    }
    return BatchFeatures{std::move(batch),          features,          std::move(images.status),
                         std::move(images.content), std::move(traits), std::move(images.decoded)};
  };
  const auto sink = [&](const BatchFeatures& result) {
    int64_t r = 0;
    for (size_t n = 0; n < result.status.size(); ++n) {
      const int64_t i = result.batch.index[n];
      all.status[i] = result.status[n];
      if (result.status[n] != "ok") continue;
      all.content[i] = result.content[r];
      all.traits[i] = result.traits[r];
      computed += result.computed[r];
      std::copy_n(result.features[r++].data_ptr<float>(), all.row_size(), all.row(i));
      keep(all, i, paths[i], cache);
    }
    done += static_cast<int64_t>(result.status.size());
    if (progress) progress(done, total);
  };
  parallel_stream(math_workers(options.threads), next, work, sink);
  if (progress) progress(total, total);
  FeatureSet set = readable(std::move(all), paths);
  set.computed = computed;
  return set;
}

FeatureKind feature_kind(const Backbone& backbone, const PreprocessSpec& spec, const PhotoOptions& options) {
  const nlohmann::json text = {{"version", kFeatureVersion},
                               {"backbone", backbone.id()},
                               {"recipe", to_json(backbone.recipe())},
                               {"preprocess", to_json(spec)},
                               {"accept_truncated", options.decode.accept_truncated},
                               {"processor", processor_name()},
                               {"torch", TORCH_VERSION}};
  const nlohmann::json decoding = {{"version", kTraitsVersion},
                                   {"scaled", backbone.recipe().scaled_decoding},
                                   {"accept_truncated", options.decode.accept_truncated}};
  return {text.dump(), decoding.dump(), options.views(), backbone.feature_dim()};
}

}  // namespace pawprint
