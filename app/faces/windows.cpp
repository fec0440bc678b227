#include "app/faces/windows.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "app/faces/align.h"

namespace pawprint {

namespace {

bool agree(const Window& a, const Window& b) {
  const double larger = std::max(a.side, b.side), smaller = std::min(a.side, b.side);
  return cv::norm(a.center - b.center) < larger / 3 && larger < 1.5 * smaller;
}

Window mean_of(const std::vector<Window>& windows) {
  Window sum;
  for (const auto& window : windows) {
    sum.center += window.center;
    sum.side += window.side;
    sum.angle += window.angle;
  }
  const double n = static_cast<double>(windows.size());
  return {sum.center * (1 / n), sum.side / n, sum.angle / n};
}

}  // namespace

std::vector<Window> search(cv::CascadeClassifier& cascade, const cv::Mat& picture, const Similarity& to_photo,
                           const WindowSizes& sizes) {
  const auto whole = [](double px) { return cv::Size(cvRound(px), cvRound(px)); };
  std::vector<cv::Rect> found;
  cascade.detectMultiScale(picture, found, sizes.step, 0, 0, whole(sizes.min_px), whole(sizes.max_px));
  // With several threads OpenCV gives them in any order.
  const auto key = [](const cv::Rect& r) { return std::tuple(r.width, r.y, r.x); };
  std::sort(found.begin(), found.end(), [&](const cv::Rect& a, const cv::Rect& b) { return key(a) < key(b); });
  std::vector<Window> windows;
  for (const auto& r : found)
    windows.push_back({apply(to_photo, {r.x + r.width / 2.0, r.y + r.height / 2.0}), r.width * scale_of(to_photo),
                       angle_of(to_photo)});
  return windows;
}

std::vector<Cluster> group(std::vector<Window> windows) {
  std::vector<Cluster> clusters;
  while (!windows.empty()) {
    size_t best = 0;
    int max = 0;
    for (size_t i = 0; i < windows.size(); ++i) {
      const auto votes = static_cast<int>(
          std::count_if(windows.begin(), windows.end(), [&](const Window& other) { return agree(windows[i], other); }));
      if (votes > max) {
        max = votes;
        best = i;
      }
    }
    const Window middle = windows[best];
    const auto rest = std::stable_partition(windows.begin(), windows.end(),
                                            [&](const Window& window) { return agree(middle, window); });
    clusters.push_back({mean_of({windows.begin(), rest}), max});
    windows.erase(windows.begin(), rest);
  }
  std::stable_sort(clusters.begin(), clusters.end(), [](const auto& a, const auto& b) { return a.votes > b.votes; });
  return clusters;
}

UprightPatch cut_upright(const cv::Mat& gray, const Window& window, double margin, int size_px) {
  const double side = window.side * margin, angle = window.angle * CV_PI / 180;
  const cv::Point2d x(side * std::cos(angle), side * std::sin(angle)), y(-x.y, x.x);
  const cv::Point2d corner = window.center - 0.5 * (x + y);
  const Similarity square_to_photo(x.x, y.x, corner.x, x.y, y.y, corner.y);
  Similarity to_photo = square_to_photo;
  for (int row = 0; row < 2; ++row)
    for (int column = 0; column < 2; ++column) to_photo(row, column) /= size_px;
  return {align(gray, inverse(square_to_photo), size_px), to_photo};
}

}  // namespace pawprint
