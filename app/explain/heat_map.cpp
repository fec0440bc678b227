#include "app/explain/heat_map.h"

#include <torch/script.h>

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "app/data/preprocess.h"
#include "app/training/pixel_batches.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

// Features of bfloat16 differ from the mean of the map by rounding; those of another pooling, by much more.
constexpr double kPoolingTolerance = 0.05;

std::string name_of(const Backbone& backbone) { return backbone.description().value("name", std::string("?")); }

bool is_mean(const at::Tensor& last_maps, const at::Tensor& features) {
  const double error = (last_maps.mean({2, 3}) - features).norm().item<double>();
  return error <= kPoolingTolerance * features.norm().item<double>() + 1e-6;
}

// Features of photos of one color may be little more than what bfloat16 rounds: there, a picture full of edges decides.
void check_pooling(const Backbone& backbone, const at::Tensor& last_maps, const at::Tensor& features) {
  if (is_mean(last_maps, features)) return;
  const int64_t px = backbone.preprocess().crop_px;
  const at::Tensor edges = at::sin(at::arange(3 * px * px, at::kFloat) * 0.37).view({1, 3, px, px});
  if (!is_mean(backbone.stages(edges).back(), backbone.features(edges)))
    throw Error("backbone " + in_quotes(name_of(backbone)) +
                ": expected features that are the mean of the last map of stages(), got others; a map would not be "
                "true to what the network does");
}

// The saliency of a network that sees `area` of a photo, on the cells of another that sees `whole`; its mean stays.
cv::Mat placed(const cv::Mat& saliency, const cv::Rect2d& area, const cv::Size& cells, const cv::Rect2d& whole) {
  if (saliency.size() == cells && area == whole) return saliency;
  cv::Mat column(cells, CV_32F), row(cells, CV_32F), inside(cells, CV_8U), out;
  for (int y = 0; y < cells.height; ++y) {
    for (int x = 0; x < cells.width; ++x) {
      const cv::Point2d at(whole.x + (x + 0.5) / cells.width * whole.width,
                           whole.y + (y + 0.5) / cells.height * whole.height);
      column.at<float>(y, x) = static_cast<float>((at.x - area.x) / area.width * saliency.cols - 0.5);
      row.at<float>(y, x) = static_cast<float>((at.y - area.y) / area.height * saliency.rows - 0.5);
      inside.at<uchar>(y, x) = area.contains(at) ? 255 : 0;
    }
  }
  cv::remap(saliency, out, column, row, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  const double share = cv::mean(inside)[0] / 255;
  if (share == 0) return cv::Mat(cells, CV_32F, cv::mean(saliency));  // smaller than a cell
  out.setTo(0, inside == 0);
  out /= share;  // it says as much on fewer cells
  out += cv::mean(saliency)[0] - cv::mean(out)[0];
  return out;
}

// Of the network that sees the most of the photo.
size_t widest(const Classifier& classifier, const cv::Size& photo) {
  const auto area = [&](size_t k) { return seen_area(photo, classifier.backbones[k].preprocess()).area(); };
  size_t best = 0;
  for (size_t k = 1; k < classifier.backbones.size(); ++k) {
    if (area(k) > area(best)) best = k;
  }
  return best;
}

// saliency [h,w]: of each network, which together make the log-odds
cv::Mat together(const Classifier& classifier, const std::vector<at::Tensor>& saliency, const cv::Size& photo,
                 size_t frame) {
  const auto area = [&](size_t k) { return seen_area(photo, classifier.backbones[k].preprocess()); };
  const cv::Size cells(static_cast<int>(saliency[frame].size(1)), static_cast<int>(saliency[frame].size(0)));
  cv::Mat sum = cv::Mat::zeros(cells, CV_32F);
  for (size_t k = 0; k < saliency.size(); ++k) {
    const at::Tensor own = saliency[k].to(at::kFloat).contiguous();
    const cv::Mat map(static_cast<int>(own.size(0)), static_cast<int>(own.size(1)), CV_32F, own.data_ptr<float>());
    sum += placed(map, area(k), cells, area(frame));
  }
  return sum;
}

}  // namespace

std::vector<PhotoView> view_photos(const Classifier& classifier, const std::vector<FittedPhoto>& photos) {
  std::vector<PhotoView> views;
  for (const auto& photo : photos) views.push_back({{}, {}, photo.size});
  if (photos.empty()) return views;
  std::vector<at::Tensor> all_features;
  for (size_t k = 0; k < classifier.backbones.size(); ++k) {
    const auto& backbone = classifier.backbones[k];
    std::vector<cv::Mat> fitted;
    for (const auto& photo : photos) fitted.push_back(photo.fitted[k]);
    std::vector<at::Tensor> of_photos;
    size_t next = 0;
    for (const auto& some : fitted_pixels(backbone, fitted)) {
      const at::Tensor last_maps = backbone.stages(some).back();
      of_photos.push_back(backbone.features(some));
      check_pooling(backbone, last_maps, of_photos.back());
      for (int64_t n = 0; n < some.size(0); ++n) views[next++].last_maps.push_back(last_maps[n]);
    }
    all_features.push_back(at::cat(of_photos));
  }
  const auto probabilities = classifier.probabilities(at::cat(all_features, 1));
  const int64_t classes = classifier.head.classes();
  for (size_t n = 0; n < views.size(); ++n) {
    const auto begin = probabilities.begin() + static_cast<int64_t>(n) * classes;
    views[n].probabilities.assign(begin, begin + classes);
  }
  return views;
}

HeatMap heat_map(const Classifier& classifier, const PhotoView& view, int64_t class_index, int64_t against) {
  const int64_t classes = classifier.head.classes();
  TORCH_CHECK(class_index >= 0 && class_index < classes && against < classes && against != class_index,
              "expected two classes of the model");
  const torch::NoGradGuard no_grad;
  std::vector<at::Tensor> means;
  for (const auto& map : view.last_maps) means.push_back(map.to(at::kDouble).mean({1, 2}));
  const at::Tensor features = at::cat(means);
  const LogOdds log_odds = linearized_log_odds(classifier.head, classifier.temperature, features, class_index, against);
  const at::Tensor origin =
      classifier.feature_mean.defined() ? classifier.feature_mean.to(at::kDouble) : at::zeros_like(features);
  const double constant = log_odds.value - log_odds.weight.dot(features - origin).item<double>();
  HeatMap out;
  std::vector<at::Tensor> saliency;
  for (size_t k = 0; k < view.last_maps.size(); ++k) {
    const auto weight = classifier.features_of(k, log_odds.weight);
    const auto from = (view.last_maps[k].to(at::kDouble) - classifier.features_of(k, origin).view({-1, 1, 1}));
    saliency.push_back(at::tensordot(weight, from, {0}, {0}));
    if (view.last_maps.size() > 1)
      out.shares.push_back({name_of(classifier.backbones[k]), saliency.back().mean().item<double>()});
    saliency.back() += constant / static_cast<double>(view.last_maps.size());
  }
  const size_t frame = widest(classifier, view.size);
  out.saliency = together(classifier, saliency, view.size, frame);
  out.log_odds = log_odds.value;
  out.probability = view.probabilities.at(static_cast<size_t>(class_index));
  out.class_index = class_index;
  out.against = against;
  out.preprocess = classifier.backbones[frame].preprocess();
  return out;
}

int64_t strongest_other(const std::vector<double>& probabilities, int64_t class_index) {
  int64_t best = class_index == 0 ? 1 : 0;
  for (int64_t c = 0; c < static_cast<int64_t>(probabilities.size()); ++c) {
    if (c != class_index && probabilities[c] > probabilities[best]) best = c;
  }
  return best;
}

std::vector<HeatMap> heat_maps(const Classifier& classifier, const std::vector<cv::Mat>& photos,
                               const std::vector<int64_t>& classes, const std::vector<int64_t>& against) {
  std::vector<FittedPhoto> fitted;
  for (const auto& photo : photos) {
    fitted.push_back({{}, photo.size()});
    for (const auto& backbone : classifier.backbones)
      fitted.back().fitted.push_back(fit_photo(photo, backbone.preprocess()));
  }
  const auto views = view_photos(classifier, fitted);
  std::vector<HeatMap> maps;
  for (size_t i = 0; i < views.size(); ++i) {
    const auto& p = views[i].probabilities;
    const int64_t best = std::max_element(p.begin(), p.end()) - p.begin();
    const int64_t shown = classes[i] < 0 ? best : classes[i];
    const bool given = i < against.size() && against[i] != shown;
    maps.push_back(heat_map(classifier, views[i], shown, given ? against[i] : strongest_other(p, shown)));
  }
  return maps;
}

}  // namespace pawprint
