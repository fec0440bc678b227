#include "app/report/report_photos.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <opencv2/imgproc.hpp>
#include <set>

#include "app/base/format.h"
#include "app/base/parallel.h"
#include "app/data/carry_metadata.h"
#include "app/data/color.h"
#include "app/data/decode.h"
#include "app/data/split.h"
#include "app/report/correctable.h"
#include "app/report/picture_file.h"

namespace pawprint {

namespace {

constexpr int kSide = 240;           // of a thumbnail, px: sharp where it is shown at 120 to 200
constexpr int kExplainedSide = 320;  // these are shown larger
constexpr int kSmallSide = 160;      // of the many others
constexpr int kQuality = 78;
constexpr int64_t kShortSide = 512;  // of what is explained, px: twice of what networks see

struct Loaded {
  Thumbnail thumbnail;
  cv::Mat rgb;  // empty unless it is to be explained
};

cv::Mat at_most(const cv::Mat& rgb, int64_t short_side) {
  const auto side = static_cast<int64_t>(std::min(rgb.rows, rgb.cols));
  if (side <= short_side) return rgb;
  const double scale = static_cast<double>(short_side) / static_cast<double>(side);
  cv::Mat small;
  cv::resize(rgb, small, {}, scale, scale, cv::INTER_AREA);
  return small;
}

Loaded load(const TrainingReport& report, const std::string& path, int side_px, bool to_explain) {
  Loaded out;
  try {
    DecodeOptions decode = report.decode;
    decode.scaled_short_px = kShortSide;
    const std::string bytes = read_photo(path, decode.limits);
    const cv::Mat rgb = decode_photo(bytes, decode);  // as the model takes it
    out.thumbnail.picture =
        picture_uri(decode.managed_color ? rgb : to_srgb(rgb, color_profile(bytes)), side_px, kQuality);
    if (to_explain) out.rgb = at_most(rgb, kShortSide);
  } catch (const Unreadable&) {  // it has gone since: the page shows its name
  }
  return out;
}

std::string shown_name(const TrainingReport& report, const std::string& path) {
  const auto below = std::filesystem::path(path).lexically_relative(report.data);
  return below.empty() || below.native().starts_with("..") ? path : below.native();
}

// A probability that is never 100 %.
std::string sureness(double p) { return p > 0.995 ? percent(std::floor(1000 * p) / 1000, 1) : percent(p, 0); }

Html image(const std::string& uri, const std::string& alt) {
  return uri.empty() ? element("div.gone", alt) : element("img", {{"src", uri}, {"alt", alt}});
}

// A swatch of the map's color that speaks for a class.
Html swatch(const std::string& color) {
  return element("i.key", {{"style", "background:var(" + color + ")"}},
                 "\u200b");  // tidy takes an empty one for a slip
}

Html caption(const TrainingReport& report, const ScoredPhotos& photos, size_t i, bool keys) {
  const std::string &said = report.measured.class_names[photos.predicted[i]],
                    &is = report.measured.class_names[photos.labels[i]];
  Html out = element("span.mark", photos.right[i] ? "\u2713" : "\u2717") + " " +
             (keys ? swatch("--heat-for") : Html()) + element("b", said) + " " +
             sureness(std::min(photos.confidence[i], 0.999));
  if (!photos.right[i]) out += element("br") + "is " + (keys ? swatch("--heat-against") : Html()) + element("b", is);
  return out + element("br") + element("span.name", shown_name(report, report.rows[photos.row[i]].prediction.path));
}

Html figure(const TrainingReport& report, const ScoredPhotos& photos, size_t i, const Thumbnail& thumbnail,
            bool with_second) {
  const std::string &said = report.measured.class_names[photos.predicted[i]],
                    &is = report.measured.class_names[photos.labels[i]];
  const std::string alt = thumbnail.picture.empty() ? "this photo cannot be read any more"
                          : photos.right[i]         ? is + ", said to be that"
                                                    : is + ", said to be " + said;
  Html photo = image(thumbnail.picture, alt);
  const bool explained = with_second && !thumbnail.explained.empty();
  if (explained)
    photo = element("div.pair", photo, image(thumbnail.explained, "orange speaks for " + said + ", blue for " + is));
  const auto& path = report.rows[photos.row[i]].prediction.path;
  return element(photos.right[i] ? "figure.right" : "figure.wrong",
                 correctable(path, report.data, photos.labels[i], photos.right[i] ? -1 : photos.predicted[i]), photo,
                 element("figcaption", caption(report, photos, i, explained && !photos.right[i])));
}

// The `count` photos of `candidates` with the least of `value`; of equals the first.
std::vector<size_t> smallest(std::vector<size_t> candidates, size_t count, const std::vector<double>& value) {
  std::stable_sort(candidates.begin(), candidates.end(), [&](size_t a, size_t b) { return value[a] < value[b]; });
  candidates.resize(std::min(candidates.size(), count));
  return candidates;
}

// Of those that were loaded to be explained.
void add_second_pictures(const TrainingReport& report, const ScoredPhotos& photos, const std::vector<size_t>& list,
                         std::vector<Loaded>& loaded) {
  std::vector<size_t> index;
  std::vector<cv::Mat> rgb;
  std::vector<int64_t> said, is;
  for (size_t k = 0; k < list.size(); ++k) {
    if (loaded[k].rgb.empty()) continue;
    index.push_back(k);
    rgb.push_back(loaded[k].rgb);
    said.push_back(photos.predicted[list[k]]);
    is.push_back(photos.labels[list[k]]);
  }
  if (index.empty()) return;
  const auto pictures = report.explain(rgb, said, is);
  for (size_t i = 0; i < index.size(); ++i) {
    if (!pictures[i].empty()) loaded[index[i]].thumbnail.explained = picture_uri(pictures[i], kExplainedSide, kQuality);
  }
}

}  // namespace

ScoredPhotos score_photos(const TrainingReport& report) {
  const auto classes = static_cast<int64_t>(report.measured.class_names.size());
  ScoredPhotos out;
  for (size_t i = 0; i < report.rows.size(); ++i) {
    const auto& [prediction, label] = report.rows[i];
    const auto& p = prediction.probabilities;
    if (p.empty()) continue;
    const int64_t predicted = argmax(p.data(), classes);
    out.row.push_back(i);
    out.probabilities.insert(out.probabilities.end(), p.begin(), p.end());
    out.labels.push_back(label);
    out.predicted.push_back(predicted);
    out.confidence.push_back(p[predicted]);
    out.right.push_back(predicted == label);
  }
  return out;
}

std::vector<size_t> examples(const TrainingReport& report, const ScoredPhotos& photos, int64_t count) {
  std::vector<std::string> names;
  for (const size_t row : photos.row) names.push_back(shown_name(report, report.rows[row].prediction.path));
  std::vector<size_t> drawn;
  for (const int64_t i : draw_stratified(names, photos.labels, count, 1)) drawn.push_back(static_cast<size_t>(i));
  return drawn;
}

std::vector<size_t> worst_mistakes(const ScoredPhotos& photos, int64_t classes, size_t count) {
  std::vector<size_t> wrong;
  std::vector<double> p_true(photos.row.size());
  for (size_t i = 0; i < photos.row.size(); ++i) {
    p_true[i] = photos.probabilities[i * classes + photos.labels[i]];
    if (!photos.right[i]) wrong.push_back(i);
  }
  return smallest(std::move(wrong), count, p_true);
}

std::vector<size_t> mistakes_of_each_kind(const ScoredPhotos& photos, int64_t classes, size_t count) {
  const auto all = worst_mistakes(photos, classes, photos.row.size());
  std::map<std::pair<int64_t, int64_t>, double> of_kind;
  std::vector<double> rank(photos.row.size()), place(photos.row.size());
  for (size_t k = 0; k < all.size(); ++k) {
    rank[all[k]] = of_kind[{photos.labels[all[k]], photos.predicted[all[k]]}]++;
    place[all[k]] = static_cast<double>(k);
  }
  return smallest(smallest(all, count, rank), count, place);
}

std::vector<size_t> least_certain(const ScoredPhotos& photos, int64_t classes, size_t count) {
  std::vector<size_t> all(photos.row.size());
  std::iota(all.begin(), all.end(), size_t{0});
  std::vector<double> margin(all.size());
  for (const size_t i : all) {
    double second = 0;
    for (int64_t c = 0; c < classes; ++c) {
      if (c != photos.predicted[i]) second = std::max(second, photos.probabilities[i * classes + c]);
    }
    margin[i] = photos.confidence[i] - second;
  }
  return smallest(std::move(all), count, margin);
}

std::map<size_t, Thumbnail> thumbnails(const TrainingReport& report, const ScoredPhotos& photos,
                                       const ShownPhotos& shown) {
  std::map<size_t, int> side_of;  // the largest that is needed
  for (const size_t i : shown.small) side_of[i] = kSmallSide;
  for (const size_t i : shown.usual) side_of[i] = kSide;
  for (const size_t i : shown.explained) side_of[i] = report.explain != nullptr ? kExplainedSide : kSide;
  const std::set<size_t> to_explain(shown.explained.begin(), shown.explained.end());
  std::vector<size_t> list;
  list.reserve(side_of.size());
  for (const auto& [i, side] : side_of) list.push_back(i);
  std::vector<Loaded> loaded(list.size());
  parallel_for(Workers{report.threads}, static_cast<int64_t>(list.size()), [&](int64_t i) {
    const auto k = static_cast<size_t>(i);
    loaded[k] = load(report, report.rows[photos.row[list[k]]].prediction.path, side_of.at(list[k]),
                     report.explain != nullptr && to_explain.contains(list[k]));
  });
  add_second_pictures(report, photos, list, loaded);
  std::map<size_t, Thumbnail> out;
  for (size_t k = 0; k < list.size(); ++k) out[list[k]] = std::move(loaded[k].thumbnail);
  return out;
}

Html gallery(const TrainingReport& report, const ScoredPhotos& photos, const std::vector<size_t>& shown,
             const std::map<size_t, Thumbnail>& thumbnails, bool with_second) {
  const bool pairs = with_second && std::any_of(shown.begin(), shown.end(),
                                                [&](size_t i) { return !thumbnails.at(i).explained.empty(); });
  Html figures;
  for (const size_t i : shown) figures += figure(report, photos, i, thumbnails.at(i), with_second);
  return element(pairs ? "div.gallery.photos.pairs" : "div.gallery.photos", figures);
}

}  // namespace pawprint
