#include "app/web/face_session.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>

#include "app/data/decode.h"
#include "app/faces/sheet.h"
#include "app/report/picture_file.h"
#include "models/error.h"

namespace pawprint {

namespace {

constexpr int64_t kGallery = 24, kStripSteps = 9, kPlaneSteps = 5, kTilePx = 160, kLeastDownloadPx = 256;
constexpr double kStripEnd = 2, kPlaneEnd = 1;  // strength
constexpr PhotoLimits kUploadLimits{10'000'000, 25'000'000, 20'000};

HttpResponse picture(const cv::Mat& rgb, const std::string& extension) {
  return {200, extension == ".jpg" ? "image/jpeg" : "image/png", encode_picture(rgb, extension)};
}

HttpResponse json_response(const nlohmann::json& json) { return {200, "application/json", json.dump()}; }

// `g3` of a generated face, `p3` of a photo's.
std::string face_name(char kind, int64_t number) { return std::string(1, kind).append(std::to_string(number)); }

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
    generated_.push_back(generated_subject(model_, model_.gallery[i]));
  aligned_ = std::make_unique<FaceCutter>(model_, true);
  if (!model_.alignment.at("eyes").is_null()) finder_ = std::make_unique<FaceCutter>(model_, false);
}

HttpResponse FaceSession::facts() const {
  nlohmann::json json = {{"size", model_.autoencoder.shape().size_px},
                         {"codes", model_.autoencoder.shape().codes},
                         {"gallery", nlohmann::json::array()},
                         {"attributes", nlohmann::json::array()}};
  for (int64_t i = 0; i < std::ssize(generated_); ++i) json["gallery"].push_back(face_name('g', i));
  for (const auto& direction : model_.directions)
    json["attributes"].push_back({{"name", direction.name}, {"label", attribute_label(direction.name)}});
  return json_response(json);
}

HttpResponse FaceSession::gallery() const {
  if (generated_.empty()) throw HttpProblem(404, "expected generated faces in the model, got none");
  std::vector<cv::Mat> faces;
  for (const auto& subject : generated_) faces.push_back(to_picture(subject.decoded[0]));
  cv::Mat all;
  cv::hconcat(faces, all);
  return picture(all, ".png");
}

HttpResponse FaceSession::add_photo(const std::string& bytes, bool aligned) {
  if (bytes.empty()) throw HttpProblem(422, "this file cannot be used: it is empty", "unreadable");
  const cv::Mat rgb = decode_upload(bytes);
  if (!aligned && finder_ == nullptr)
    throw HttpProblem(422, "this model was trained on pictures without eyes to align a photo by", "no_face");
  Photo photo{bytes, aligned, (aligned ? aligned_ : finder_)->cut(rgb), {}, {}};
  if (photo.faces.empty())
    throw HttpProblem(422, "no face was found in this photo; one that looks at the camera is needed", "no_face");
  photo.faces.resize(std::min(photo.faces.size(), kMostFaces));
  for (const auto& face : photo.faces) {
    photo.names.push_back(face_name('p', next_name_++));
    photo.subjects.push_back(photo_subject(model_, rgb, face));
  }
  photos_.push_front(std::move(photo));
  if (photos_.size() > kMostPhotos) photos_.pop_back();
  return json_response({{"faces", photos_.front().names}});
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

const Subject& FaceSession::subject(const std::string& name) {
  size_t index = 0;
  if (Photo* photo = photo_with(name, &index)) return photo->subjects[index];
  for (int64_t i = 0; i < std::ssize(generated_); ++i)
    if (name == face_name('g', i)) return generated_[static_cast<size_t>(i)];
  throw HttpProblem(
      404, "this face is no longer there; the last " + std::to_string(kMostPhotos) + " photos are kept: drop it again",
      "gone");
}

HttpResponse FaceSession::frame(const EditRequest& request) {
  const Subject& of = subject(request.face);
  return picture(edited_picture(model_, of, named_moves(model_, request.moves)), of.square.empty() ? ".png" : ".jpg");
}

HttpResponse FaceSession::download(const EditRequest& request) {
  const auto moves = named_moves(model_, request.moves);
  size_t index = 0;
  if (const Photo* photo = photo_with(request.face, &index)) {
    const cv::Mat rgb = decode_upload(photo->bytes);
    const bool jpeg = image_format(photo->bytes) == ImageFormat::kJpeg;
    return picture(moves.empty() ? rgb : edit_photo(model_, rgb, {photo->faces[index]}, moves, false, photo->aligned),
                   jpeg ? ".jpg" : ".png");
  }
  const cv::Mat small = edited_picture(model_, subject(request.face), moves);
  return picture(scaled_picture(small, std::max<int64_t>(kLeastDownloadPx, small.rows)), ".png");
}

HttpResponse FaceSession::strip(const EditRequest& request) {
  const Subject& of = subject(request.face);
  std::vector<at::Tensor> row;
  auto strengths = request.moves;
  for (int64_t i = 0; i < kStripSteps; ++i) {
    strengths[request.x] = step(i, kStripSteps, kStripEnd);
    const cv::Mat one = edited_picture(model_, of, named_moves(model_, strengths));
    row.push_back(to_tensor(scaled_picture(one, kTilePx)));
  }
  return picture(contact_sheet({row}), ".png");
}

HttpResponse FaceSession::plane(const EditRequest& request) {
  std::vector<std::vector<FaceMove>> edits;
  auto strengths = request.moves;
  for (int64_t row = 0; row < kPlaneSteps; ++row) {
    strengths[request.y] = -step(row, kPlaneSteps, kPlaneEnd);
    for (int64_t column = 0; column < kPlaneSteps; ++column) {
      strengths[request.x] = step(column, kPlaneSteps, kPlaneEnd);
      edits.push_back(named_moves(model_, strengths));
    }
  }
  const auto tiles = edited_tiles(model_, subject(request.face), edits);
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
