#include "app/explain/faithfulness.h"

#include <ATen/CPUGeneratorImpl.h>
#include <torch/script.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <opencv2/imgproc.hpp>

#include "app/data/preprocess.h"
#include "app/training/pixel_batches.h"

namespace pawprint {

namespace {

constexpr double kBlurPerSide = 0.1;  // sigma of the blur, in short sides of what the network sees

// Cells covered at each step: none to all, and one at the first step at the least.
std::vector<int64_t> cells_covered(int64_t cells) {
  std::vector<int64_t> counts = {0};
  for (int64_t k = 1; k <= kDeletionSteps; ++k)
    counts.push_back(std::max<int64_t>(1, std::llround(static_cast<double>(cells * k) / kDeletionSteps)));
  return counts;
}

// Edges of `count` cells of the frame that sees `whole`, along one axis, in pixels of a network that sees `area`.
std::vector<int64_t> cell_edges(int count, double whole_at, double whole, double area_at, double area, int64_t pixels) {
  std::vector<int64_t> edges;
  for (int i = 0; i <= count; ++i) {
    const double at = (whole_at + whole * i / count - area_at) / area;
    edges.push_back(std::clamp<int64_t>(std::llround(at * static_cast<double>(pixels)), 0, pixels));
  }
  return edges;
}

// A photo with some cells covered, again and again; the networks see a batch at a time, which bounds the memory.
class CoveredPhotos {
 public:
  CoveredPhotos(const Classifier& classifier, const FittedPhoto& photo, const HeatMap& map)
      : classifier_(classifier), cells_(map.saliency.size()), class_index_(map.class_index) {
    const cv::Rect2d whole = seen_area(photo.size, map.preprocess);
    for (size_t k = 0; k < photo.fitted.size(); ++k) {
      const cv::Mat& fitted = photo.fitted[k];
      const cv::Rect2d area = seen_area(photo.size, classifier.backbones[k].preprocess());
      cv::Mat blurred;
      cv::GaussianBlur(fitted, blurred, {}, kBlurPerSide * std::min(fitted.rows, fitted.cols), 0, cv::BORDER_REFLECT);
      const at::Tensor pixels = at::cat(fitted_pixels(classifier.backbones[k], {fitted, blurred}));
      inputs_.push_back({pixels,
                         at::empty({kForwardBatch, 3, fitted.rows, fitted.cols},
                                   pixels.options().memory_format(at::MemoryFormat::ChannelsLast)),
                         cell_edges(cells_.width, whole.x, whole.width, area.x, area.width, fitted.cols),
                         cell_edges(cells_.height, whole.y, whole.height, area.y, area.height, fitted.rows)});
    }
  }

  // Covers the first `count` cells of `order`; returns the photo's number.
  int64_t add(const std::vector<int64_t>& order, int64_t count) {
    if (waiting_ == kForwardBatch) compute();
    for (const auto& input : inputs_) {
      at::Tensor photo = input.batch[waiting_].copy_(input.pixels[0]);
      for (int64_t i = 0; i < count; ++i) {
        const int64_t row = order[i] / cells_.width, column = order[i] % cells_.width;
        const int64_t top = input.rows[row], left = input.columns[column];
        const auto cell = [&](const at::Tensor& of) {
          return of.narrow(1, top, input.rows[row + 1] - top).narrow(2, left, input.columns[column + 1] - left);
        };
        cell(photo).copy_(cell(input.pixels[1]));
      }
    }
    ++waiting_;
    return added_++;
  }

  // Of the map's class, for each photo.
  std::vector<double> probabilities() {
    if (waiting_ > 0) compute();
    return probabilities_;
  }

 private:
  // What a network is shown.
  struct Input {
    at::Tensor pixels;                   // [2,3,h,w]: the photo, and the photo blurred
    at::Tensor batch;                    // [kForwardBatch,3,h,w], the first `waiting_` of which are photos
    std::vector<int64_t> columns, rows;  // the cells' edges, one more than there are
  };

  void compute() {
    std::vector<at::Tensor> features;
    for (size_t k = 0; k < inputs_.size(); ++k)
      features.push_back(classifier_.backbones[k].features(inputs_[k].batch.narrow(0, 0, waiting_)));
    const auto p = classifier_.probabilities(at::cat(features, 1));
    for (int64_t i = 0; i < waiting_; ++i)
      probabilities_.push_back(p[static_cast<size_t>(i * classifier_.head.classes() + class_index_)]);
    waiting_ = 0;
  }

  const Classifier& classifier_;
  cv::Size cells_;
  int64_t class_index_, waiting_ = 0, added_ = 0;
  std::vector<Input> inputs_;
  std::vector<double> probabilities_;
};

std::vector<int64_t> random_order(int64_t cells, uint64_t seed, int64_t draw) {
  const auto generator = at::make_generator<at::CPUGeneratorImpl>(seed + static_cast<uint64_t>(draw));
  const at::Tensor order = at::randperm(cells, generator, at::TensorOptions(at::kLong));
  return {order.data_ptr<int64_t>(), order.data_ptr<int64_t>() + cells};
}

MeanCurve mean_curve(const std::vector<DeletionInsertionCurves>& photos,
                     std::vector<double> DeletionInsertionCurves::*curve) {
  MeanCurve out;
  const auto n = static_cast<double>(photos.size());
  for (size_t k = 0; k < (photos.front().*curve).size(); ++k) {
    double sum = 0, squares = 0;
    for (const auto& photo : photos) sum += (photo.*curve)[k];
    for (const auto& photo : photos) squares += std::pow((photo.*curve)[k] - sum / n, 2);
    out.mean.push_back(sum / n);
    out.margin.push_back(n > 1 ? 1.96 * std::sqrt(squares / (n - 1) / n) : 0);
  }
  return out;
}

// The share at which the line first crosses the middle between its ends; 0 if it does not end below its begin.
double share_at_half(const std::vector<double>& share, const std::vector<double>& p) {
  const double half = (p.front() + p.back()) / 2;
  for (size_t k = 1; k < p.size() && p.back() < p.front(); ++k) {
    if (p[k] <= half)
      return share[k - 1] + (share[k] - share[k - 1]) * (p[k - 1] - half) / std::max(p[k - 1] - p[k], 1e-12);
  }
  return 0;
}

}  // namespace

double DeletionInsertionCurves::area(const std::vector<double>& share, const std::vector<double>& probability) {
  double area = 0;
  for (size_t k = 1; k < share.size(); ++k)
    area += (share[k] - share[k - 1]) * (probability[k] + probability[k - 1]) / 2;
  return area;
}

std::vector<int64_t> most_salient_first(const HeatMap& map) {
  std::vector<int64_t> order(map.saliency.total());
  std::iota(order.begin(), order.end(), int64_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](int64_t a, int64_t b) { return map.saliency.ptr<float>()[a] > map.saliency.ptr<float>()[b]; });
  return order;
}

DeletionInsertionCurves deletion_insertion_curves(const Classifier& classifier, const FittedPhoto& photo,
                                                  const HeatMap& map, uint64_t seed) {
  const auto cells = static_cast<int64_t>(map.saliency.total());
  const std::vector<int64_t> most_salient = most_salient_first(map),
                             least_salient(most_salient.rbegin(), most_salient.rend());
  const std::vector<int64_t> counts = cells_covered(cells);
  CoveredPhotos covered(classifier, photo, map);
  std::vector<std::vector<int64_t>> deletion(counts.size()), insertion(counts.size()), random(counts.size());
  const int64_t all_covered = covered.add(most_salient, cells);
  for (size_t k = 1; k + 1 < counts.size(); ++k) {
    deletion[k] = {covered.add(most_salient, counts[k])};
    insertion[k] = {covered.add(least_salient, cells - counts[k])};
    for (int64_t draw = 0; draw < kRandomDraws; ++draw)
      random[k].push_back(covered.add(random_order(cells, seed, draw), counts[k]));
  }
  deletion.back() = random.back() = insertion.front() = {all_covered};
  const auto p = covered.probabilities();
  const auto curve = [&](const std::vector<std::vector<int64_t>>& photos) {
    std::vector<double> out;
    for (const auto& step : photos) {
      double sum = 0;
      for (const int64_t covered_photo : step) sum += p[covered_photo];
      out.push_back(step.empty() ? map.probability : sum / static_cast<double>(step.size()));
    }
    return out;
  };
  DeletionInsertionCurves out{{}, curve(deletion), curve(insertion), curve(random)};
  for (const int64_t count : counts) out.share.push_back(static_cast<double>(count) / static_cast<double>(cells));
  return out;
}

FaithfulnessSummary summarize(const std::vector<DeletionInsertionCurves>& photos) {
  FaithfulnessSummary out;
  if (photos.empty()) return out;
  out.photos = static_cast<int64_t>(photos.size());
  out.share = photos.front().share;
  out.deletion = mean_curve(photos, &DeletionInsertionCurves::deletion);
  out.insertion = mean_curve(photos, &DeletionInsertionCurves::insertion);
  out.random = mean_curve(photos, &DeletionInsertionCurves::random);
  out.deletion_area = DeletionInsertionCurves::area(out.share, out.deletion.mean);
  out.insertion_area = DeletionInsertionCurves::area(out.share, out.insertion.mean);
  out.random_area = DeletionInsertionCurves::area(out.share, out.random.mean);
  out.salient_drop = out.deletion.mean[0] - out.deletion.mean[1];
  out.random_drop = out.random.mean[0] - out.random.mean[1];
  out.deletion_half = share_at_half(out.share, out.deletion.mean);
  out.random_half = share_at_half(out.share, out.random.mean);
  return out;
}

}  // namespace pawprint
