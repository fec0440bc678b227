#include "app/faces/pictures_of_faces.h"

#include <torch/types.h>

#include <cmath>

#include "app/data/decode.h"
#include "app/faces/editable_face.h"
#include "app/faces/sheet.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

constexpr double kGalleryReach = 0.8;  // share of the codes' spread

struct OneFace {
  cv::Mat rgb;
  PhotoFace face;
};

OneFace read_face(const std::string& path, const FaceAligner& aligner, int64_t number) {
  const std::string subject = in_quotes(path);
  try {
    const cv::Mat rgb = decode_photo(read_photo(path));
    const auto faces = aligner.faces(rgb);
    const auto wanted = static_cast<size_t>(std::max<int64_t>(1, number));
    if (faces.size() < wanted)
      throw Error(subject + ": expected " + (wanted == 1 ? "a face" : std::to_string(wanted) + " faces") + ", found " +
                  (faces.empty() ? "none" : std::to_string(faces.size())) +
                  "; faces must look at the camera and be 48 pixels wide or more");
    return {rgb, faces[wanted - 1]};
  } catch (const Unreadable& error) {
    throw Error(subject + ": " + error.what());
  }
}

std::vector<at::Tensor> codes_of(const FaceModel& model, const FaceMixOptions& options) {
  const torch::NoGradGuard no_grad;
  const FaceAligner aligner(model, options.source.aligned);
  std::vector<at::Tensor> codes;
  for (const auto& photo : options.photos)
    codes.push_back(model.autoencoder.encode(read_face(photo, aligner, options.source.face).face.face.unsqueeze(0))[0]);
  return codes;
}

// codes [R,C,Z]
cv::Mat sheet_of(const FaceModel& model, const at::Tensor& codes) {
  const torch::NoGradGuard no_grad;
  std::vector<std::vector<at::Tensor>> rows;
  for (int64_t r = 0; r < codes.size(0); ++r) rows.push_back(model.autoencoder.decode(codes[r]).unbind());
  return contact_sheet(rows);
}

}  // namespace

cv::Mat draw_strip(const FaceModel& model, const FaceStripOptions& options) {
  const FaceAligner aligner(model, options.source.aligned);
  const auto [rgb, cut] = read_face(options.photo, aligner, options.source.face);
  const EditableFace face = editable_face(model, rgb, cut);
  const FaceDirection& direction = model.direction(options.attribute);
  std::vector<at::Tensor> row;
  for (int64_t i = 0; i < options.steps; ++i) {
    const double t = static_cast<double>(i) / static_cast<double>(options.steps - 1);
    const double strength = (1 - t) * options.from + t * options.to;
    row.push_back(to_tensor(edited_picture(model, face, {{&direction, strength}}, options.full_decode)));
  }
  return contact_sheet({row});
}

cv::Mat draw_morph(const FaceModel& model, const FaceMixOptions& options) {
  const auto codes = codes_of(model, options);
  const Interpolation between = options.spherical ? slerp : lerp;
  std::vector<at::Tensor> steps;
  for (int64_t i = 0; i < options.steps; ++i)
    steps.push_back(between(codes[0], codes[1], static_cast<double>(i) / static_cast<double>(options.steps - 1)));
  return sheet_of(model, at::stack(steps).unsqueeze(0));
}

cv::Mat draw_analogy(const FaceModel& model, const FaceMixOptions& options) {
  const auto codes = codes_of(model, options);
  return sheet_of(
      model, j_diagram(codes[0], codes[1], codes[2], options.steps, options.steps, options.spherical ? slerp : lerp));
}

at::Tensor draw_codes(const FaceModel& model, int64_t count, uint64_t seed) {
  return model.codes.mean + kGalleryReach * (sample_codes(model.codes, count, seed) - model.codes.mean);
}

at::Tensor sample_faces(const FaceModel& model, const FaceGalleryOptions& options) {
  const torch::NoGradGuard no_grad;
  return model.autoencoder.decode(options.count > 0 ? draw_codes(model, options.count, options.seed) : model.gallery);
}

cv::Mat gallery_sheet(const at::Tensor& faces) {
  const auto columns = static_cast<int64_t>(std::ceil(std::sqrt(1.5 * static_cast<double>(faces.size(0)))));
  std::vector<std::vector<at::Tensor>> rows;
  for (const auto& row : faces.split(columns)) rows.push_back(row.unbind());
  return contact_sheet(rows);
}

}  // namespace pawprint
