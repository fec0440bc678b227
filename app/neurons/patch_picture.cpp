#include "app/neurons/patch_picture.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "app/report/draw_text.h"

namespace pawprint {

namespace {

constexpr int kColumns = 4, kGapPx = 24, kBetweenPx = 3, kTitlePx = 44, kCaptionPx = 46;
const cv::Scalar kMissing(226, 222, 217);
constexpr double kDarkened = 0.5;

int square_side(int64_t count) { return static_cast<int>(std::ceil(std::sqrt(static_cast<double>(count)))); }

}  // namespace

cv::Mat cut_patch(const cv::Mat& crop, const cv::Rect& field) {
  cv::Mat patch;
  cv::resize(crop(field), patch, {kPatchPx, kPatchPx}, 0, 0, field.width > kPatchPx ? cv::INTER_AREA : cv::INTER_CUBIC);
  return patch;
}

cv::Mat light_up(const cv::Mat& crop, const cv::Mat& map, const StageGeometry& stage) {
  double strongest = 0;
  cv::minMaxLoc(map, nullptr, &strongest);
  cv::Mat x(crop.size(), CV_32F), y(crop.size(), CV_32F), strength, out(crop.size(), CV_8UC3);
  for (int i = 0; i < crop.rows; ++i) {
    for (int j = 0; j < crop.cols; ++j) {
      x.at<float>(i, j) = static_cast<float>((j - stage.center_px) / stage.stride_px);
      y.at<float>(i, j) = static_cast<float>((i - stage.center_px) / stage.stride_px);
    }
  }
  cv::remap(map, strength, x, y, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  for (int i = 0; i < crop.rows; ++i) {
    for (int j = 0; j < crop.cols; ++j) {
      // from 0.4 to 0.6 of the strongest: an edge without steps
      const double light = std::clamp((strength.at<float>(i, j) / strongest - 0.4) / 0.2, 0., 1.);
      out.at<cv::Vec3b>(i, j) = crop.at<cv::Vec3b>(i, j) * (kDarkened + (1 - kDarkened) * light);
    }
  }
  return out;
}

cv::Mat outline_field(const cv::Mat& crop, const cv::Rect& field, int side_px) {
  cv::Mat out;
  const double scale = static_cast<double>(side_px) / std::max(crop.cols, crop.rows);
  const cv::Size size(cvRound(crop.cols * scale), cvRound(crop.rows * scale));
  cv::resize(crop, out, size, 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
  const auto line = [&](int at, int side) { return std::clamp(cvRound(at * scale), 2, side - 3); };
  const auto corner = [&](const cv::Point& at) { return cv::Point(line(at.x, size.width), line(at.y, size.height)); };
  const cv::Rect box(corner(field.tl()), corner(field.br()) + cv::Point(1, 1));
  cv::rectangle(out, box + cv::Point(-2, -2) + cv::Size(4, 4), cv::Scalar(0, 0, 0), 1);
  cv::rectangle(out, box + cv::Point(-1, -1) + cv::Size(2, 2), cv::Scalar(255, 190, 40), 2);
  return out;
}

cv::Mat mosaic(const std::vector<cv::Mat>& patches, int64_t count) {
  const int columns = square_side(count), step = kPatchPx + kBetweenPx;
  const int rows = (static_cast<int>(count) + columns - 1) / columns;
  cv::Mat out(rows * step - kBetweenPx, columns * step - kBetweenPx, CV_8UC3, kPaper);
  for (int i = 0; i < static_cast<int>(count); ++i) {
    cv::Mat place = out(cv::Rect(i % columns * step, i / columns * step, kPatchPx, kPatchPx));
    if (i < static_cast<int>(patches.size()))
      patches[static_cast<size_t>(i)].copyTo(place);
    else
      place.setTo(kMissing);
  }
  return out;
}

cv::Mat neuron_sheet(const std::string& title, const std::vector<CaptionedMosaic>& mosaics) {
  const cv::Size tile = mosaics.front().picture.size();
  const int columns = std::min(kColumns, static_cast<int>(mosaics.size()));
  const int rows = (static_cast<int>(mosaics.size()) + columns - 1) / columns;
  const int width = std::max(columns * (tile.width + kGapPx) + kGapPx, text_width(title, 0.7) + 2 * kGapPx);
  cv::Mat sheet(kGapPx + kTitlePx + rows * (tile.height + kCaptionPx + kGapPx), width, CV_8UC3, kPaper);
  write_text(sheet, title, {kGapPx, kGapPx + 18}, 0.7, kInk);
  for (int i = 0; i < static_cast<int>(mosaics.size()); ++i) {
    const auto& [picture, name, detail] = mosaics[static_cast<size_t>(i)];
    const cv::Point corner(kGapPx + i % columns * (tile.width + kGapPx),
                           kGapPx + kTitlePx + i / columns * (tile.height + kCaptionPx + kGapPx));
    picture.copyTo(sheet(cv::Rect(corner, tile)));
    write_text(sheet, fitted(name, 0.5, tile.width), corner + cv::Point(0, tile.height + 20), 0.5, kInk);
    write_text(sheet, fitted(detail, 0.42, tile.width), corner + cv::Point(0, tile.height + 39), 0.42, kQuiet);
  }
  return sheet;
}

}  // namespace pawprint
