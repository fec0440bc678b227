#include "app/web/face_session.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "app/data/carry_metadata.h"
#include "app/data/decode.h"
#include "app/data/encode_photo.h"
#include "app/faces/align.h"
#include "app/faces/sheet.h"
#include "app/report/draw_text.h"
#include "app/report/picture_file.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

constexpr int64_t kGallery = 24, kStripSteps = 9, kPlaneSteps = 5, kTilePx = 160, kMinDownloadPx = 256;
constexpr double kEnd = 1;  // strength of strip and plane: beyond it few look like a face
constexpr PhotoLimits kUploadLimits{10'000'000, 25'000'000, 20'000};

HttpResponse picture(const cv::Mat& rgb, const std::string& extension) {
  return {200, extension == ".jpg" ? "image/jpeg" : "image/png", encode_picture(rgb, extension)};
}

// Of a photo: in its own colors.
HttpResponse photo_picture(const cv::Mat& rgb, const std::string& profile) {
  auto response = picture(rgb, ".jpg");
  if (!profile.empty()) response.body = jpeg_with_profile(response.body, profile);
  return response;
}

// Profiles of cameras have a few kB; with every frame goes no more than that.
std::string small_profile(const std::string& bytes) {
  constexpr size_t kMaxBytes = 16'384;
  const std::string profile = color_profile(bytes);
  const bool usable = profile.size() >= 128 && profile.size() <= kMaxBytes && profile.substr(16, 4) == "RGB ";
  return usable ? profile : "";
}

std::string media_type(const std::string& extension) {
  if (extension == ".jpg") return "image/jpeg";
  return extension == ".tif" ? "image/tiff" : "image/" + extension.substr(1);
}

HttpResponse json_response(const nlohmann::json& json) { return {200, "application/json", json.dump()}; }

// `g3` of a generated face, `p3` of a photo's.
std::string face_name(char kind, int64_t number) { return std::string(1, kind).append(std::to_string(number)); }

// How much fine detail a face has: the page begins with the face that has most. A generated one may be blurry.
double detail_of(const at::Tensor& face) {
  cv::Mat gray, detail;
  cv::cvtColor(to_picture(face), gray, cv::COLOR_RGB2GRAY);
  cv::Laplacian(gray, detail, CV_32F);
  cv::Scalar mean, deviation;
  cv::meanStdDev(detail, mean, deviation);
  return deviation[0];
}

// What the page says a face has already: of what is shown the wrong way round, those who lack the attribute.
std::vector<std::string> shown_attributes(const FaceModel& model, const EditableFace& face) {
  std::vector<std::string> shown;
  for (const auto& direction : model.directions) {
    const bool has = std::count(face.attributes.begin(), face.attributes.end(), direction.name) > 0;
    if (has == (shown_attribute(direction.name).sign > 0)) shown.push_back(direction.name);
  }
  return shown;
}

// The row, each face with its strength below it.
cv::Mat labeled_strip(const std::vector<at::Tensor>& row, const std::vector<double>& strengths) {
  constexpr int kLabelPx = 26;
  constexpr double kScale = 0.5;
  const cv::Mat sheet = contact_sheet({row});
  cv::Mat labeled;
  cv::copyMakeBorder(sheet, labeled, 0, kLabelPx, 0, 0, cv::BORDER_CONSTANT, cv::Scalar::all(255));
  const int pitch = sheet.cols / static_cast<int>(row.size());
  for (size_t i = 0; i < row.size(); ++i) {
    char text[16];
    std::snprintf(text, sizeof text, strengths[i] == 0 ? "0" : "%+.2f", strengths[i]);
    const int x = pitch * static_cast<int>(i) + (pitch - text_width(text, kScale)) / 2;
    write_text(labeled, text, {x, sheet.rows + 14}, kScale, kInk);
  }
  return labeled;
}

double step(int64_t i, int64_t steps, double end) {
  return -end + 2 * end * static_cast<double>(i) / static_cast<double>(steps - 1);
}

cv::Mat decode_upload(const std::string& bytes) {
  try {
    DecodeOptions options;
    options.limits = kUploadLimits;
    return decode_photo(bytes, options);
  } catch (const Unreadable& problem) {
    throw HttpProblem(422, std::string("this file cannot be used: ") + problem.what(), "unreadable");
  }
}

}  // namespace

FaceSession::FaceSession(FaceModel model) : model_(std::move(model)) {
  for (int64_t i = 0; i < std::min(kGallery, model_.gallery.size(0)); ++i)
    generated_.push_back(generated_face(model_, model_.gallery[i]));
  std::stable_sort(generated_.begin(), generated_.end(), [](const EditableFace& a, const EditableFace& b) {
    return detail_of(a.decoded[0]) > detail_of(b.decoded[0]);
  });
  aligned_ = std::make_unique<FaceAligner>(model_, true);
  if (!model_.alignment.at("eyes").is_null()) finder_ = std::make_unique<FaceAligner>(model_, false);
}

HttpResponse FaceSession::facts() const {
  nlohmann::json json = {{"size", model_.autoencoder.shape().size_px},
                         {"codes", model_.autoencoder.shape().latent_dim},
                         {"gallery", nlohmann::json::array()},
                         {"attributes", nlohmann::json::array()}};
  for (int64_t i = 0; i < std::ssize(generated_); ++i) json["gallery"].push_back(face_name('g', i));
  for (const auto& direction : model_.directions)
    json["attributes"].push_back({{"name", direction.name}, {"label", shown_attribute(direction.name).label}});
  for (int64_t i = 0; i < std::ssize(generated_); ++i)
    json["has"][face_name('g', i)] = shown_attributes(model_, generated_[static_cast<size_t>(i)]);
  return json_response(json);
}

HttpResponse FaceSession::gallery() const {
  if (generated_.empty()) throw HttpProblem(404, "expected generated faces in the model, got none");
  std::vector<cv::Mat> faces;
  for (const auto& face : generated_) faces.push_back(to_picture(face.decoded[0]));
  cv::Mat all;
  cv::hconcat(faces, all);
  return picture(all, ".png");
}

HttpResponse FaceSession::add_photo(const std::string& bytes, bool aligned) {
  if (bytes.empty()) throw HttpProblem(422, "this file cannot be used: it is empty", "unreadable");
  const cv::Mat rgb = decode_upload(bytes);
  if (!aligned && finder_ == nullptr)
    throw HttpProblem(422, "this model was trained on pictures without eyes to align a photo by", "no_face");
  auto faces = (aligned ? aligned_ : finder_)->faces(rgb);
  if (faces.empty())
    throw HttpProblem(422, "no face was found in this photo; one that looks at the camera is needed", "no_face");
  faces.resize(std::min(faces.size(), kMaxFaces));
  std::vector<std::string> names;
  std::vector<EditableFace> editable;
  for (const auto& face : faces) {
    names.push_back(face_name('p', next_name_++));
    editable.push_back(editable_face(model_, rgb, face));
  }
  PhotoStage stage(rgb, editable);
  nlohmann::json json = {{"faces", names}, {"size", {stage.rgb().cols, stage.rgb().rows}}};
  for (size_t i = 0; i < names.size(); ++i) {
    const cv::Rect& area = stage.area(i);
    json["areas"].push_back({area.x, area.y, area.width, area.height});
    json["has"][names[i]] = shown_attributes(model_, editable[i]);
  }
  photos_.push_front({bytes, small_profile(bytes), std::move(names), std::move(editable), std::move(stage)});
  if (photos_.size() > kMaxPhotos) photos_.pop_back();
  return json_response(json);
}

std::vector<Strengths> FaceSession::edits_of(const Photo& photo, const EditRequest& request) {
  std::vector<Strengths> edits;
  for (const auto& name : photo.names) {
    const auto other = request.others.find(name);
    edits.push_back(name == request.face ? request.moves : other != request.others.end() ? other->second : Strengths());
  }
  return edits;
}

FaceSession::Photo* FaceSession::photo_with(const std::string& face, size_t* index) {
  for (auto it = photos_.begin(); it != photos_.end(); ++it) {
    const auto found = std::find(it->names.begin(), it->names.end(), face);
    if (found == it->names.end()) continue;
    *index = static_cast<size_t>(found - it->names.begin());
    photos_.splice(photos_.begin(), photos_, it);
    return &photos_.front();
  }
  return nullptr;
}

const EditableFace& FaceSession::face(const std::string& name) {
  size_t index = 0;
  if (Photo* photo = photo_with(name, &index)) return photo->faces[index];
  for (int64_t i = 0; i < std::ssize(generated_); ++i)
    if (name == face_name('g', i)) return generated_[static_cast<size_t>(i)];
  throw HttpProblem(
      404, "this face is no longer there; the last " + std::to_string(kMaxPhotos) + " photos are kept: drop it again",
      "gone");
}

HttpResponse FaceSession::stage(const EditRequest& request) {
  size_t index = 0;
  const Photo* photo = photo_with(request.face, &index);
  if (photo == nullptr) {
    face(request.face);  // or says that it is gone
    throw HttpProblem(404, "face: expected one of a photo, got a generated one");
  }
  return photo_picture(photo->stage.rgb(), photo->profile);
}

HttpResponse FaceSession::frame(const EditRequest& request) {
  size_t index = 0;
  if (Photo* photo = photo_with(request.face, &index))
    return photo_picture(photo->stage.edited_area(model_, photo->faces, edits_of(*photo, request), index),
                         photo->profile);
  return picture(edited_picture(model_, face(request.face), named_moves(model_, request.moves)), ".png");
}

HttpResponse FaceSession::download(const EditRequest& request) {
  const auto moves = named_moves(model_, request.moves);
  size_t index = 0;
  if (const Photo* photo = photo_with(request.face, &index)) {
    const cv::Mat rgb = decode_upload(photo->bytes);
    const auto edits = edits_of(*photo, request);
    cv::Mat edited = rgb.clone();
    for (size_t i = 0; i < edits.size(); ++i) {
      const EditableFace& one = photo->faces[i];
      if (edits[i].empty()) continue;
      add_back(edited, photo_change(model_, one, named_moves(model_, edits[i])), one.cut.to_square);
    }
    return {200, media_type(extension_like(photo->bytes)), encode_photo_like(photo->bytes, rgb, edited)};
  }
  const cv::Mat small = edited_picture(model_, face(request.face), moves);
  return picture(scaled_picture(small, std::max<int64_t>(kMinDownloadPx, small.rows)), ".png");
}

HttpResponse FaceSession::strip(const EditRequest& request) {
  const EditableFace& of = face(request.face);
  std::vector<at::Tensor> row;
  std::vector<double> shown;
  auto strengths = request.moves;
  for (int64_t i = 0; i < kStripSteps; ++i) {
    shown.push_back(step(i, kStripSteps, kEnd));
    strengths[request.x] = shown_attribute(request.x).sign * shown.back();
    const cv::Mat one = edited_picture(model_, of, named_moves(model_, strengths));
    row.push_back(to_tensor(scaled_picture(one, kTilePx)));
  }
  return picture(labeled_strip(row, shown), ".png");
}

HttpResponse FaceSession::plane(const EditRequest& request) {
  std::vector<std::vector<FaceMove>> edits;
  auto strengths = request.moves;
  for (int64_t row = 0; row < kPlaneSteps; ++row) {
    strengths[request.y] = -shown_attribute(request.y).sign * step(row, kPlaneSteps, kEnd);
    for (int64_t column = 0; column < kPlaneSteps; ++column) {
      strengths[request.x] = shown_attribute(request.x).sign * step(column, kPlaneSteps, kEnd);
      edits.push_back(named_moves(model_, strengths));
    }
  }
  const auto tiles = edited_tiles(model_, face(request.face), edits);
  std::vector<cv::Mat> rows;
  for (int64_t row = 0; row < kPlaneSteps; ++row) {
    std::vector<cv::Mat> pictures;
    for (int64_t column = 0; column < kPlaneSteps; ++column)
      pictures.push_back(to_picture(tiles[static_cast<size_t>(row * kPlaneSteps + column)]));
    cv::hconcat(pictures, rows.emplace_back());
  }
  cv::Mat all;
  cv::vconcat(rows, all);
  return picture(all, ".jpg");
}

}  // namespace pawprint
