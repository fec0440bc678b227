#include "app/faces/score_picture.h"

#include <torch/torch.h>

#include <algorithm>
#include <cstdio>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "app/faces/edit.h"
#include "app/faces/sheet.h"
#include "app/report/picture_file.h"

namespace pawprint {

namespace {

constexpr size_t kColumns = 12;
constexpr int kTilePx = 96, kGapPx = 12, kBarPx = 4, kLabelsPx = 210, kMarginPx = 16, kHeadPx = 44;
const cv::Scalar kPaper(255, 255, 255), kInk(32, 33, 36), kGray(110, 114, 120), kGained(0, 114, 178),
    kLost(230, 130, 0);  // blue and orange: told apart by those who see no red or green, too

struct Row {
  std::string title, detail;
  at::Tensor faces;         // [K,3,S,S]
  std::vector<bool> loses;  // [K] the attribute, or is given it; empty: no edit
};

std::string format(const char* text, double a, double b) {
  char line[96];
  std::snprintf(line, sizeof line, text, a, b);
  return line;
}

Row edited_row(const FaceModel& model, const FacePictures& pictures, const DirectionScore& score,
               const at::Tensor& faces, const std::vector<int64_t>& rows) {
  const FaceDirection& direction = model.direction(score.name);
  const int64_t column = pictures.attribute(score.name);
  Row row{score.name,
          format("success rate %.0f %%, %.0f %% before", 100 * score.success_rate, 100 * score.success_rate_before),
          {},
          {}};
  std::vector<at::Tensor> edited;
  for (size_t i = 0; i < rows.size(); ++i) {
    row.loses.push_back(pictures.attributes[rows[i]][column].item<bool>());
    const auto face = faces.narrow(0, static_cast<int64_t>(i), 1);
    edited.push_back(edit_faces(model.autoencoder, face, {{&direction, row.loses.back() ? -1. : 1.}}));
  }
  row.faces = at::cat(edited);
  return row;
}

void write_text(cv::Mat& sheet, const std::string& text, cv::Point left_of_baseline, double scale,
                const cv::Scalar& color) {
  cv::putText(sheet, text, left_of_baseline, cv::FONT_HERSHEY_SIMPLEX, scale, color, 1, cv::LINE_AA);
}

// As large as fits the labels' column.
void write_label(cv::Mat& sheet, const std::string& text, cv::Point at, double scale, const cv::Scalar& color) {
  int baseline = 0;
  const int width = cv::getTextSize(text, cv::FONT_HERSHEY_SIMPLEX, scale, 1, &baseline).width;
  write_text(sheet, text, at, scale * std::min(1., static_cast<double>(kLabelsPx - 12) / std::max(width, 1)), color);
}

void draw_row(cv::Mat& sheet, const Row& row, int y) {
  write_label(sheet, row.title, {kMarginPx, y + kTilePx / 2 - 2}, 0.55, kInk);
  write_label(sheet, row.detail, {kMarginPx, y + kTilePx / 2 + 18}, 0.38, kGray);
  for (int64_t i = 0; i < row.faces.size(0); ++i) {
    const int x = kMarginPx + kLabelsPx + static_cast<int>(i) * (kTilePx + kGapPx);
    const cv::Rect tile(x, y, kTilePx, kTilePx);
    cv::Mat picture;
    cv::resize(to_picture(row.faces[i]), picture, tile.size(), 0, 0, cv::INTER_CUBIC);
    picture.copyTo(sheet(tile));
    if (row.loses.empty()) continue;
    const cv::Rect bar(x, y + kTilePx + 2, kTilePx, kBarPx);
    sheet(bar).setTo(row.loses[static_cast<size_t>(i)] ? kLost : kGained);
  }
}

void draw_legend(cv::Mat& sheet) {
  int x = kMarginPx + kLabelsPx;
  const int y = kMarginPx + 14;
  for (const auto& [color, text] : {std::pair(kGained, "is given the attribute"), std::pair(kLost, "loses it")}) {
    sheet(cv::Rect(x, y - 5, 24, kBarPx)).setTo(color);
    write_text(sheet, text, {x + 32, y + 1}, 0.45, kInk);
    x += 230;
  }
}

}  // namespace

void write_score_picture(const FaceModel& model, const FacePictures& pictures, const FaceScore& score,
                         const std::filesystem::path& path) {
  const torch::NoGradGuard no_grad;
  auto shown = rows_where(held_out(pictures.content), true);
  shown.resize(std::min(shown.size(), kColumns));
  const auto faces = face_batch(pictures.pixels, shown);
  std::vector<Row> rows = {{"photo", "held out of training", faces, {}},
                           {"decoded",
                            format("%.2f dB, SSIM %.3f", score.autoencoder.psnr_db, score.autoencoder.ssim),
                            model.autoencoder.decode(model.autoencoder.encode(faces)),
                            {}}};
  for (const auto& direction : score.directions) rows.push_back(edited_row(model, pictures, direction, faces, shown));
  const int step = kTilePx + kGapPx;
  cv::Mat sheet(kHeadPx + static_cast<int>(rows.size()) * step + kMarginPx,
                2 * kMarginPx + kLabelsPx + static_cast<int>(shown.size()) * step - kGapPx, CV_8UC3, kPaper);
  draw_legend(sheet);
  for (size_t i = 0; i < rows.size(); ++i) draw_row(sheet, rows[i], kHeadPx + static_cast<int>(i) * step);
  write_picture(sheet, path);
}

}  // namespace pawprint
