#include "app/training/features.h"

#include <torch/script.h>
#include <torch/version.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/base/cores.h"
#include "app/base/parallel.h"
#include "app/data/decode.h"
#include "app/training/pixel_batches.h"
#include "app/training/runtime.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

// Counts up when the same photo may give other pixels or features than before: what is cached is then left behind.
constexpr int kFeatureVersion = 2, kTraitsVersion = 2;

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
  Extraction(const std::vector<std::filesystem::path>& paths, const Backbone& backbone, const PhotoOptions& options,
             FeatureCache* cache, const VisitPhoto& visit)
      : paths_(paths),
        backbone_(backbone),
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
    batch.images = load_batch(paths, {&backbone_, 1}, options_, extras);
    const at::Tensor computed = backbone_.features(std::exchange(batch.images.pixels[0], {})).view({-1, views, dim});
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
    StampBeforeReading before;
  };

  int64_t row_size() const { return features_.stride(0); }
  float* row(int64_t i) { return features_.data_ptr<float>() + i * row_size(); }

  // True if photo i need not be opened.
  bool known_unread(int64_t i) {
    if (cache_ == nullptr) return false;
    auto& photo = photos_[i];
    photo.before = StampBeforeReading::of(paths_[i]);
    if (visit_) return false;
    const auto content = photo.before.stamp ? cache_->content(*photo.before.stamp) : std::nullopt;
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
    if (photo.before.holds(paths_[i])) cache_->remember(*photo.before.stamp, photo.content);
  }

  const std::vector<std::filesystem::path>& paths_;
  const Backbone& backbone_;
  const PhotoOptions& options_;
  FeatureCache* cache_;
  const VisitPhoto& visit_;
  at::Tensor features_;  // [N,V,D]
  std::vector<Known> photos_;
  int64_t taken_ = 0, done_ = 0, computed_ = 0;
};

}  // namespace

DecodeOptions decoding_for(const Backbone& backbone, DecodeOptions options) {
  options.managed_color = backbone.preprocess().managed_color;
  options.scaled_short_px = backbone.config().scaled_decoding ? kMinOversampling * backbone.preprocess().resize_px : 0;
  return options;
}

std::vector<cv::Mat> decode_for(std::span<const Backbone> backbones, const std::string& bytes, cv::Mat rgb,
                                const DecodeOptions& whole) {
  std::vector<cv::Mat> shown;
  int64_t scaled_px = whole.scaled_short_px;  // that `rgb` is decoded for
  bool managed = whole.managed_color;
  for (const auto& backbone : backbones) {
    const DecodeOptions smaller = decoding_for(backbone, whole);
    const bool same_size =
        smaller.scaled_short_px == scaled_px || (scaled_px == 0 && !is_decoded_smaller(bytes, smaller));
    const bool fits = same_size && smaller.managed_color == managed;
    if (rgb.empty() || !fits) {
      rgb = decode_photo(bytes, smaller);
      scaled_px = smaller.scaled_short_px;
      managed = smaller.managed_color;
    }
    shown.push_back(rgb);
  }
  return shown;
}

ImageBatch load_batch(const std::vector<std::filesystem::path>& paths, std::span<const Backbone> backbones,
                      const PhotoOptions& options, const LoadExtras& extras) {
  ImageBatch batch;
  std::vector<PixelWriter> pixels;
  for (const auto& backbone : backbones)
    pixels.emplace_back(backbone, static_cast<int64_t>(paths.size()), options.views());
  for (size_t n = 0; n < paths.size(); ++n) {
    try {
      DecodeOptions whole = options.decode;
      whole.remark = [&](const std::string& text) {
        if (options.remark) options.remark(paths[n], text);
      };
      const std::string bytes = read_photo(paths[n], options.decode.limits);
      const Sha256 content = sha256(bytes);
      cv::Mat rgb;
      if (extras.visit) {
        rgb = decode_photo(bytes, whole);
        extras.visit(static_cast<int64_t>(n), bytes, content, rgb);
      }
      const bool skip = extras.known && extras.known(content, static_cast<int64_t>(batch.content.size()));
      if (!skip) {
        const auto shown = decode_for(backbones, bytes, rgb, whole);
        if (extras.with_traits) batch.traits.push_back(photo_traits(bytes, shown.front()));
        for (size_t k = 0; k < shown.size(); ++k) pixels[k].add(shown[k]);
      }
      batch.content.push_back(content);
      batch.decoded.push_back(!skip);
      batch.errors.emplace_back();
    } catch (const Unreadable& reason) {
      batch.errors.emplace_back(reason.what());
    }
  }
  for (auto& some : pixels) batch.pixels.push_back(some.finish());
  return batch;
}

BatchFeatures batch_features(const std::vector<std::filesystem::path>& paths, const std::vector<Backbone>& backbones,
                             const PhotoOptions& options) {
  ImageBatch images = load_batch(paths, backbones, options);
  std::vector<at::Tensor> features;
  for (size_t k = 0; k < backbones.size(); ++k) {
    const auto rows = backbones[k].features(std::exchange(images.pixels[k], {}));
    features.push_back(rows.view({rows.size(0) / options.views(), options.views(), backbones[k].feature_dim()}));
  }
  return {at::cat(features, 2), std::move(images.errors)};
}

FeatureSet extract_features(const std::vector<std::filesystem::path>& paths, const Backbone& backbone,
                            const PhotoOptions& options, FeatureCache* cache, const Progress& progress,
                            const VisitPhoto& visit) {
  Extraction extraction(paths, backbone, options, cache, visit);
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

void keep_common(std::vector<FeatureSet>& sets) {
  std::vector<int64_t> common = sets.front().rows;
  for (const auto& set : sets) {
    std::vector<int64_t> both;
    std::set_intersection(common.begin(), common.end(), set.rows.begin(), set.rows.end(), std::back_inserter(both));
    common = std::move(both);
  }
  for (auto& set : sets) {
    if (set.rows.size() == common.size()) continue;
    FeatureSet kept{{}, common, {}, {}, {}, std::move(set.skipped), set.computed};
    std::vector<int64_t> places;
    for (const int64_t row : common) {
      places.push_back(std::lower_bound(set.rows.begin(), set.rows.end(), row) - set.rows.begin());
      kept.content.push_back(set.content[places.back()]);
      kept.traits.push_back(set.traits[places.back()]);
    }
    if (set.features.defined())
      kept.features = set.features.index_select(0, at::tensor(at::ArrayRef<int64_t>(places), at::kLong));
    set = std::move(kept);
  }
}

FeatureKind feature_kind(const Backbone& backbone, const PhotoOptions& options) {
  const nlohmann::json text = {{"version", kFeatureVersion},
                               {"backbone", backbone.id()},
                               {"recipe", to_json(backbone.config())},
                               {"preprocess", to_json(backbone.preprocess())},
                               {"accept_truncated", options.decode.accept_truncated},
                               {"processor", processor_name()},
                               {"torch", TORCH_VERSION}};
  const nlohmann::json decoding = {{"version", kTraitsVersion},
                                   {"managed_color", backbone.preprocess().managed_color},
                                   {"scaled", backbone.config().scaled_decoding},
                                   {"accept_truncated", options.decode.accept_truncated}};
  return {text.dump(), decoding.dump(), options.views(), backbone.feature_dim()};
}

}  // namespace pawprint
