#include "app/web/subject.h"

#include <torch/types.h>

#include <opencv2/imgproc.hpp>

#include "app/faces/align.h"
#include "app/faces/sheet.h"

namespace pawprint {

Subject generated_subject(const FaceModel& model, const at::Tensor& code) {
  const torch::NoGradGuard no_grad;
  const auto codes = code.unsqueeze(0);
  const auto decoded = model.autoencoder.decode(codes);
  return {codes, decoded, decoded, {}, {}, attributes_found(model, decoded[0])};
}

Subject photo_subject(const FaceModel& model, const cv::Mat& rgb, const PhotoFace& face) {
  const torch::NoGradGuard no_grad;
  const auto pixels = face.face.unsqueeze(0);
  const auto code = model.autoencoder.encode(pixels);
  return {code,   model.autoencoder.decode(code),
          pixels, cut_face(rgb, face.to_square, static_cast<int>(display_px(model, face))),
          face,   attributes_found(model, face.face)};
}

std::vector<FaceMove> named_moves(const FaceModel& model, const std::map<std::string, double>& strengths) {
  std::vector<FaceMove> moves;
  for (const auto& [name, strength] : strengths)
    if (strength != 0) moves.push_back({&model.direction(name), strength});
  return moves;
}

cv::Mat photo_change(const FaceModel& model, const Subject& subject, const std::vector<FaceMove>& moves) {
  const torch::NoGradGuard no_grad;
  const auto decoded = model.autoencoder.decode(move_codes(subject.code, moves));
  return face_change(subject.cut, (moves_mask(moves) * (decoded - subject.decoded))[0]);
}

cv::Mat edited_picture(const FaceModel& model, const Subject& subject, const std::vector<FaceMove>& moves) {
  const torch::NoGradGuard no_grad;
  if (moves.empty()) return subject.square.empty() ? to_picture(subject.decoded[0]) : subject.square;
  if (subject.square.empty()) return to_picture(model.autoencoder.decode(move_codes(subject.code, moves))[0]);
  cv::Mat change = photo_change(model, subject, moves), out;
  cv::resize(change, change, subject.square.size(), 0, 0, cv::INTER_CUBIC);
  subject.square.convertTo(out, CV_32FC3);
  out += change;
  out.convertTo(out, CV_8UC3);  // rounds, and cuts off what is beyond 0..255
  return out;
}

std::vector<at::Tensor> edited_tiles(const FaceModel& model, const Subject& subject,
                                     const std::vector<std::vector<FaceMove>>& edits) {
  const torch::NoGradGuard no_grad;
  std::vector<at::Tensor> codes;
  for (const auto& moves : edits) codes.push_back(move_codes(subject.code, moves));
  const auto decoded = model.autoencoder.decode(at::cat(codes));
  std::vector<at::Tensor> tiles;
  for (size_t i = 0; i < edits.size(); ++i) {
    const auto one = decoded[static_cast<int64_t>(i)];
    if (subject.square.empty()) {
      tiles.push_back(one);
    } else if (edits[i].empty()) {
      tiles.push_back(subject.face[0]);
    } else {
      cv::Mat tile;
      to_picture(subject.face[0]).convertTo(tile, CV_32FC3);
      tile += face_change(subject.cut, moves_mask(edits[i]) * (one - subject.decoded[0]));
      tile.convertTo(tile, CV_8UC3);
      tiles.push_back(to_tensor(tile));
    }
  }
  return tiles;
}

cv::Mat scaled_picture(const cv::Mat& rgb, int64_t size_px) {
  if (rgb.rows == size_px) return rgb;
  const cv::Size size(static_cast<int>(size_px), static_cast<int>(size_px));
  cv::Mat out;
  cv::resize(rgb, out, size, 0, 0, rgb.rows < size_px ? cv::INTER_CUBIC : cv::INTER_AREA);
  return out;
}

}  // namespace pawprint
