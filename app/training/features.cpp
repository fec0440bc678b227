#include "app/training/features.h"

#include <torch/script.h>

#include <algorithm>

#include "app/data/decode.h"
#include "app/data/preprocess.h"
#include "app/training/ordered_parallel.h"

namespace pawprint {

namespace {

struct BatchFeatures {
  at::Tensor features;  // [R*V,D]
  std::vector<std::string> status;
  std::vector<Sha256> content;
};

}  // namespace

ImageBatch load_batch(const std::vector<std::filesystem::path>& paths, const PreprocessSpec& spec,
                      const PhotoOptions& options) {
  const auto photos = static_cast<int64_t>(paths.size());
  const int64_t views = options.views(), px = spec.crop_px;
  ImageBatch batch;
  batch.pixels = at::empty({photos * views, 3, px, px},
                           at::TensorOptions(at::kFloat).memory_format(at::MemoryFormat::ChannelsLast));
  float* out = batch.pixels.data_ptr<float>();
  for (const auto& path : paths) {
    try {
      const std::string bytes = read_photo(path, options.decode.limits);
      preprocess(decode_photo(bytes, options.decode), spec, views, PixelType::kFloat32, out);
      out += views * px * px * 3;
      batch.content.push_back(sha256(bytes));
      batch.status.emplace_back("ok");
    } catch (const Unreadable& reason) {
      batch.status.emplace_back(reason.what());
    }
  }
  batch.pixels = batch.pixels.narrow(0, 0, static_cast<int64_t>(batch.content.size()) * views);
  return batch;
}

FeatureSet extract_features(const std::vector<std::filesystem::path>& paths, const Backbone& backbone,
                            const PreprocessSpec& spec, const PhotoOptions& options, const Progress& progress) {
  const auto total = static_cast<int64_t>(paths.size());
  FeatureSet set;
  at::Tensor features = at::empty({total, options.views(), backbone.feature_dim()});
  int64_t begin = 0, done = 0;
  const auto next = [&]() -> std::optional<std::vector<std::filesystem::path>> {
    if (begin == total) return std::nullopt;
    const int64_t end = std::min(begin + options.batch, total);
    std::vector<std::filesystem::path> batch(paths.begin() + begin, paths.begin() + end);
    begin = end;
    return batch;
  };
  const auto work = [&](const std::vector<std::filesystem::path>& batch) {
    ImageBatch images = load_batch(batch, spec, options);
    return BatchFeatures{backbone.features(images.pixels), std::move(images.status), std::move(images.content)};
  };
  const auto sink = [&](const BatchFeatures& batch) {
    const auto readable = static_cast<int64_t>(batch.content.size());
    features.narrow(0, static_cast<int64_t>(set.rows.size()), readable)
        .copy_(batch.features.view({readable, options.views(), backbone.feature_dim()}));
    set.content.insert(set.content.end(), batch.content.begin(), batch.content.end());
    for (const auto& status : batch.status) {
      if (status == "ok") {
        set.rows.push_back(done);
      } else {
        set.skipped.push_back({paths[done], status});
      }
      ++done;
    }
    if (progress) progress(done, total);
  };
  ordered_parallel(options.threads, next, work, sink);
  set.features = features.narrow(0, 0, static_cast<int64_t>(set.rows.size()));
  return set;
}

}  // namespace pawprint
