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

// Photos of the paths, and what a worker made of them.
struct Batch {
  std::vector<int64_t> index;       // [N] into the paths
  at::Tensor features;              // [R,V,D]
  std::vector<PhotoTraits> traits;  // [R]
  ImageBatch images;                // its pixels are gone
};

// The features of photos while they are extracted. next() is called from one thread at a time, compute() from any,
// keep() from one.
class Extraction {
 public:
  Extraction(const std::vector<std::filesystem::path>& paths, const Backbone& backbone, const PreprocessSpec& spec,
             const PhotoOptions& options, FeatureCache* cache, const VisitPhoto& visit)
      : paths_(paths),
        backbone_(backbone),
        spec_(spec),
        options_(options),
        cache_(cache),
        visit_(visit),
        features_(at::empty({static_cast<int64_t>(paths.size()), options.views(), backbone.feature_dim()})),
        photos_(paths.size()) {}

  // The next few that are not known.
  std::optional<std::vector<int64_t>> next() {
    std::vector<int64_t> index;
    for (; taken_ < total() && static_cast<int64_t>(index.size()) < options_.batch; ++taken_) {
      if (!known_unread(taken_)) index.push_back(taken_);
    }
    return index.empty() ? std::nullopt : std::optional(std::move(index));
  }

  Batch compute(std::vector<int64_t> index) const {
    const int64_t views = options_.views(), dim = backbone_.feature_dim();
    Batch batch{std::move(index), {}, {}, {}};
    std::vector<std::filesystem::path> paths;
    for (const int64_t i : batch.index) paths.push_back(paths_[i]);
    batch.features = at::empty({static_cast<int64_t>(paths.size()), views, dim});
    batch.traits.resize(paths.size());
    LoadExtras extras{[&](const Sha256& content, int64_t r) {
                        const auto found = cache_ != nullptr ? cache_->traits(content) : std::nullopt;
                        if (!found || !cache_->find(content, batch.features[r].data_ptr<float>())) return false;
                        batch.traits[static_cast<size_t>(r)] = *found;
                        return true;
                      },
                      {},
                      true};
    if (visit_)
      extras.visit = [&](int64_t n, std::string_view bytes, const Sha256& content, const cv::Mat& rgb) {
        visit_(batch.index[n], bytes, content, rgb);
      };
    batch.images = load_batch(paths, spec_, backbone_.config(), options_, extras);
    const int64_t count = batch.images.pixels.size(0);
    const at::Tensor computed =
        backbone_.features(std::exchange(batch.images.pixels, {})).view({count / views, views, dim});
    int64_t next_computed = 0;
    for (size_t r = 0; r < batch.images.decoded.size(); ++r) {
      if (!batch.images.decoded[r]) continue;
      batch.traits[r] = batch.images.traits[static_cast<size_t>(next_computed)];
      batch.features[static_cast<int64_t>(r)].copy_(computed[next_computed++]);
    }
    return batch;
  }

  // Returns how many photos are done.
  int64_t keep(const Batch& batch) {
    int64_t r = 0;
    for (size_t n = 0; n < batch.index.size(); ++n) {
      const int64_t i = batch.index[n];
      auto& photo = photos_[i];
      photo.error = batch.images.errors[n];
      if (!photo.error.empty()) continue;
      photo.content = batch.images.content[r];
      photo.traits = batch.traits[r];
      computed_ += batch.images.decoded[r];
      std::copy_n(batch.features[r++].data_ptr<float>(), row_size(), row(i));
      store(i);
    }
    return done_ += static_cast<int64_t>(batch.index.size());
  }

  FeatureSet finish() {
    FeatureSet set;
    for (int64_t i = 0; i < total(); ++i) {
      const auto& photo = photos_[i];
      if (!photo.error.empty()) {
        set.skipped.push_back({paths_[i], photo.error});
        continue;
      }
      const auto r = static_cast<int64_t>(set.rows.size());
      if (r != i) std::copy_n(row(i), row_size(), row(r));
      set.rows.push_back(i);
      set.content.push_back(photo.content);
      set.traits.push_back(photo.traits);
    }
    set.features = features_.narrow(0, 0, static_cast<int64_t>(set.rows.size()));
    set.computed = computed_;
    return set;
  }

  int64_t total() const { return static_cast<int64_t>(paths_.size()); }

 private:
  struct Known {
    std::string error;
    Sha256 content;
    PhotoTraits traits;
    std::optional<FileStamp> stamp;
    int64_t stamped_ns = 0;
  };

  int64_t row_size() const { return features_.stride(0); }
  float* row(int64_t i) { return features_.data_ptr<float>() + i * row_size(); }

  // True if photo i need not be opened.
  bool known_unread(int64_t i) {
    if (cache_ == nullptr) return false;
    auto& photo = photos_[i];
    photo.stamp = file_stamp(paths_[i]);
    photo.stamped_ns = now_ns();
    if (visit_) return false;
    const auto content = photo.stamp ? cache_->content(*photo.stamp) : std::nullopt;
    const auto traits = content ? cache_->traits(*content) : std::nullopt;
    if (!traits || !cache_->find(*content, row(i))) return false;
    photo.content = *content;
    photo.traits = *traits;
    return true;
  }

  void store(int64_t i) {
    if (cache_ == nullptr) return;
    const auto& photo = photos_[i];
    cache_->store(photo.content, row(i));
    cache_->store_traits(photo.content, photo.traits);
    if (photo.stamp && settled(*photo.stamp, photo.stamped_ns) && photo.stamp == file_stamp(paths_[i]))
      cache_->remember(*photo.stamp, photo.content);
  }

  const std::vector<std::filesystem::path>& paths_;
  const Backbone& backbone_;
  const PreprocessSpec& spec_;
  const PhotoOptions& options_;
  FeatureCache* cache_;
  const VisitPhoto& visit_;
  at::Tensor features_;  // [N,V,D]
  std::vector<Known> photos_;
  int64_t taken_ = 0, done_ = 0, computed_ = 0;
};

}  // namespace

ImageBatch load_batch(const std::vector<std::filesystem::path>& paths, const PreprocessSpec& spec,
                      const InferenceConfig& config, const PhotoOptions& options, const LoadExtras& extras) {
  const auto photos = static_cast<int64_t>(paths.size());
  const int64_t views = options.views(), px = spec.crop_px;
  ImageBatch batch;
  batch.pixels = at::empty(
      {photos * views, 3, px, px},
      at::TensorOptions(config.bfloat16 ? at::kBFloat16 : at::kFloat).memory_format(at::MemoryFormat::ChannelsLast));
  auto* out = static_cast<char*>(batch.pixels.data_ptr());
  int64_t decoded = 0;
  for (int64_t n = 0; n < photos; ++n) {
    try {
      DecodeOptions whole = options.decode, smaller = options.decode;
      whole.remark = smaller.remark = [&](const std::string& text) {
        if (options.remark) options.remark(paths[n], text);
      };
      smaller.scaled_short_px = config.scaled_decoding ? kMinOversampling * spec.resize_px : 0;
      const std::string bytes = read_photo(paths[n], options.decode.limits);
      const Sha256 content = sha256(bytes);
      cv::Mat rgb;
      if (extras.visit) {
        rgb = decode_photo(bytes, whole);
        extras.visit(n, bytes, content, rgb);
      }
      const bool skip = extras.known && extras.known(content, static_cast<int64_t>(batch.content.size()));
      if (!skip) {
        if (rgb.empty() || is_decoded_smaller(bytes, smaller)) rgb = decode_photo(bytes, smaller);
        if (extras.with_traits) batch.traits.push_back(photo_traits(bytes, rgb));
        preprocess(rgb, spec, views, config.bfloat16 ? PixelType::kBFloat16 : PixelType::kFloat32,
                   out + decoded * views * px * px * 3 * batch.pixels.itemsize());
        ++decoded;
      }
      batch.content.push_back(content);
      batch.decoded.push_back(!skip);
      batch.errors.emplace_back();
    } catch (const Unreadable& reason) {
      batch.errors.emplace_back(reason.what());
    }
  }
  batch.pixels = batch.pixels.narrow(0, 0, decoded * views);
  return batch;
}

FeatureSet extract_features(const std::vector<std::filesystem::path>& paths, const Backbone& backbone,
                            const PreprocessSpec& spec, const PhotoOptions& options, FeatureCache* cache,
                            const Progress& progress, const VisitPhoto& visit) {
  Extraction extraction(paths, backbone, spec, options, cache, visit);
  parallel_stream(
      math_workers(options.threads), [&] { return extraction.next(); },
      [&](std::vector<int64_t> index) { return extraction.compute(std::move(index)); },
      [&](const Batch& batch) {
        const int64_t done = extraction.keep(batch);
        if (progress) progress(done, extraction.total());
      });
  if (progress) progress(extraction.total(), extraction.total());
  return extraction.finish();
}

FeatureKind feature_kind(const Backbone& backbone, const PreprocessSpec& spec, const PhotoOptions& options) {
  const nlohmann::json text = {{"version", kFeatureVersion},
                               {"backbone", backbone.id()},
                               {"recipe", to_json(backbone.config())},
                               {"preprocess", to_json(spec)},
                               {"accept_truncated", options.decode.accept_truncated},
                               {"processor", processor_name()},
                               {"torch", TORCH_VERSION}};
  const nlohmann::json decoding = {{"version", kTraitsVersion},
                                   {"scaled", backbone.config().scaled_decoding},
                                   {"accept_truncated", options.decode.accept_truncated}};
  return {text.dump(), decoding.dump(), options.views(), backbone.feature_dim()};
}

}  // namespace pawprint
