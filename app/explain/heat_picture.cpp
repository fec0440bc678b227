#include "app/explain/heat_picture.h"

#include <algorithm>
#include <cstdio>
#include <opencv2/imgproc.hpp>

#include "app/report/draw_text.h"

namespace pawprint {

namespace {

constexpr int kColumns = 4, kGapPx = 12, kCaptionPx = 50, kMinPx = 250;
constexpr int kLegendPx = 90, kLegendHeightPx = 10, kLegendGapPx = 8;
constexpr double kTitleScale = 0.55, kDetailScale = 0.42;

// The colors between the names of the classes they speak for.
void draw_legend(cv::Mat& picture, cv::Point left_of_baseline, const NamedMap& map, int width) {
  const int room = (width - kLegendPx - 2 * kLegendGapPx) / 2;
  const std::string against = fitted(map.against_name, kDetailScale, room);
  write_text(picture, against, left_of_baseline, kDetailScale, kQuiet);
  const int left = left_of_baseline.x + text_width(against, kDetailScale) + kLegendGapPx;
  const int top = left_of_baseline.y - kLegendHeightPx;
  for (int x = 0; x < kLegendPx; ++x) {
    const auto color = heat_color(2.0 * x / (kLegendPx - 1) - 1);
    picture(cv::Rect(left + x, top, 1, kLegendHeightPx + 1)).setTo(cv::Scalar(color[0], color[1], color[2]));
  }
  write_text(picture, fitted(map.class_name, kDetailScale, room), {left + kLegendPx + kLegendGapPx, left_of_baseline.y},
             kDetailScale, kQuiet);
}

std::vector<cv::Mat> panels_of(const cv::Mat& photo, const std::vector<NamedMap>& maps) {
  double full = 0;
  for (const auto& map : maps) full = std::max(full, full_saliency(map.map));
  std::vector<cv::Mat> panels = {photo};
  for (const auto& map : maps) panels.push_back(heat_overlay(photo, map.map, full));
  return panels;
}

// Where the panels go: cells of one size, with room for captions below.
struct Grid {
  int columns, rows, width, height, gap;
  Grid(size_t panels, const cv::Size& panel, int caption, int min_width, int gap_px)
      : columns(std::min(static_cast<int>(panels), kColumns)),
        rows((static_cast<int>(panels) + columns - 1) / columns),
        width(std::max(panel.width, min_width)),
        height(panel.height + caption),
        gap(gap_px) {}
  cv::Mat paper(int margin) const {
    return {rows * (height + gap) - gap + 2 * margin, columns * (width + gap) - gap + 2 * margin, CV_8UC3, kPaper};
  }
  cv::Point corner(size_t panel, int margin) const {
    const int i = static_cast<int>(panel);
    return {margin + i % columns * (width + gap), margin + i / columns * (height + gap)};
  }
};

}  // namespace

std::string percent_label(double p) {
  if (p < 1 && p >= 0.9995) return "> 99.9 %";
  if (p > 0 && p < 0.0005) return "< 0.1 %";
  char text[16];
  std::snprintf(text, sizeof text, "%.1f %%", 100 * p);
  return text;
}

cv::Mat panel_of(const cv::Mat& rgb, int side_px) {
  const double scale = static_cast<double>(side_px) / std::max(rgb.rows, rgb.cols);
  const cv::Size size(std::max(1, cvRound(rgb.cols * scale)), std::max(1, cvRound(rgb.rows * scale)));
  cv::Mat panel;
  cv::resize(rgb, panel, size, 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  return panel;
}

cv::Mat heat_panels(const cv::Mat& panel, const std::vector<NamedMap>& maps) {
  const auto panels = panels_of(panel, maps);
  const Grid grid(panels.size(), panel.size(), 0, 1, 4);
  cv::Mat picture = grid.paper(0);
  for (size_t i = 0; i < panels.size(); ++i) panels[i].copyTo(picture(cv::Rect(grid.corner(i, 0), panel.size())));
  return picture;
}

cv::Mat heat_picture(const cv::Mat& panel, const std::string& photo_name, const std::vector<NamedMap>& maps) {
  const auto panels = panels_of(panel, maps);
  const Grid grid(panels.size(), panel.size(), kCaptionPx, kMinPx, kGapPx);
  cv::Mat picture = grid.paper(kGapPx);
  for (size_t i = 0; i < panels.size(); ++i) {
    const cv::Point cell = grid.corner(i, kGapPx);
    panels[i].copyTo(picture(cv::Rect(cell + cv::Point((grid.width - panel.cols) / 2, 0), panel.size())));
    const cv::Point title = cell + cv::Point(0, panel.rows + 20), detail = title + cv::Point(0, 20);
    if (i == 0) {
      write_text(picture, fitted(photo_name, kTitleScale, grid.width), title, kTitleScale, kInk);
      write_text(picture, "photo", detail, kDetailScale, kQuiet);
      continue;
    }
    const std::string p = percent_label(maps[i - 1].map.probability);
    const int room = grid.width - text_width("  " + p, kTitleScale);
    write_text(picture, fitted(maps[i - 1].class_name, kTitleScale, room) + "  " + p, title, kTitleScale, kInk);
    draw_legend(picture, detail, maps[i - 1], grid.width);
  }
  return picture;
}

}  // namespace pawprint
