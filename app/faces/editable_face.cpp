#include "app/faces/editable_face.h"

#include <torch/types.h>

#include <opencv2/imgproc.hpp>

#include "app/faces/align.h"
#include "app/faces/sheet.h"

namespace pawprint {

namespace {

// [3,S,S] -> [S,S,3] in steps of 8 bits
cv::Mat to_8bit_steps(const at::Tensor& planes) {
  const at::Tensor rows = (planes * 255).permute({1, 2, 0}).contiguous();
  const auto size = static_cast<int>(rows.size(0));
  return cv::Mat(size, size, CV_32FC3, rows.data_ptr<float>()).clone();
}

// What a difference [3,S,S] changes in the photo's face, in its tone.
cv::Mat change_in_photo(const PhotoFace& face, const at::Tensor& difference) {
  const cv::Mat change = to_8bit_steps(difference);
  return face.tone ? change_in_tone(*face.tone, to_picture(face.face), change) : change;
}

at::Tensor decode_moved(const FaceModel& model, const EditableFace& face, const std::vector<FaceMove>& moves) {
  const torch::NoGradGuard no_grad;
  return model.autoencoder.decode(move_codes(face.code, moves))[0];
}

// The plain decoding [S,S,3] in steps of 8 bits, in the photo's tone.
cv::Mat decoded_square(const FaceModel& model, const EditableFace& face, const std::vector<FaceMove>& moves) {
  const cv::Mat square = to_8bit_steps(decode_moved(model, face, moves));
  return face.cut.tone ? picture_in_tone(*face.cut.tone, square) : square;
}

// rounds, and cuts off what is beyond 0..255
cv::Mat to_8bit(const cv::Mat& picture) {
  cv::Mat out;
  picture.convertTo(out, CV_8UC3);
  return out;
}

cv::Mat sum(const cv::Mat& rgb, const cv::Mat& change) {
  cv::Mat out;
  rgb.convertTo(out, CV_32FC3);
  return to_8bit(out + scaled_picture(change, rgb.rows));
}

}  // namespace

EditableFace generated_face(const FaceModel& model, const at::Tensor& code) {
  const torch::NoGradGuard no_grad;
  const auto codes = code.unsqueeze(0);
  const auto decoded = model.autoencoder.decode(codes);
  return {codes, decoded, decoded, {}, {}, attributes_found(model, decoded[0])};
}

EditableFace editable_face(const FaceModel& model, const cv::Mat& rgb, const PhotoFace& face) {
  const torch::NoGradGuard no_grad;
  const auto pixels = face.face.unsqueeze(0);
  const auto code = model.autoencoder.encode(pixels);
  return {code,   model.autoencoder.decode(code),
          pixels, align(rgb, face.to_square, static_cast<int>(display_px(model, face))),
          face,   attributes_found(model, face.face)};
}

std::vector<FaceMove> named_moves(const FaceModel& model, const std::map<std::string, double>& strengths) {
  std::vector<FaceMove> moves;
  for (const auto& [name, strength] : strengths)
    if (strength != 0) moves.push_back({&model.direction(name), strength});
  return moves;
}

cv::Mat photo_change(const FaceModel& model, const EditableFace& face, const std::vector<FaceMove>& moves) {
  return change_in_photo(face.cut, edit_difference(decode_moved(model, face, moves), face.decoded[0], moves));
}

cv::Mat edited_picture(const FaceModel& model, const EditableFace& face, const std::vector<FaceMove>& moves,
                       bool decoded) {
  if (face.square.empty()) return to_picture(moves.empty() ? face.decoded[0] : decode_moved(model, face, moves));
  if (decoded) return scaled_picture(to_8bit(decoded_square(model, face, moves)), face.square.rows);
  return moves.empty() ? face.square : sum(face.square, photo_change(model, face, moves));
}

std::vector<at::Tensor> edited_tiles(const FaceModel& model, const EditableFace& face,
                                     const std::vector<std::vector<FaceMove>>& edits) {
  const torch::NoGradGuard no_grad;
  std::vector<at::Tensor> codes;
  for (const auto& moves : edits) codes.push_back(move_codes(face.code, moves));
  const auto decoded = model.autoencoder.decode(at::cat(codes));
  std::vector<at::Tensor> tiles;
  for (size_t i = 0; i < edits.size(); ++i) {
    const auto one = decoded[static_cast<int64_t>(i)];
    if (face.square.empty()) {
      tiles.push_back(one);
    } else if (edits[i].empty()) {
      tiles.push_back(face.face[0]);
    } else {
      const cv::Mat change = change_in_photo(face.cut, edit_difference(one, face.decoded[0], edits[i]));
      tiles.push_back(to_tensor(sum(to_picture(face.face[0]), change)));
    }
  }
  return tiles;
}

cv::Mat edit_photo(const FaceModel& model, const cv::Mat& rgb, const std::vector<EditableFace>& faces,
                   const std::vector<FaceMove>& moves, bool decoded, bool aligned) {
  cv::Mat out = rgb.clone();
  const auto size = static_cast<int>(model.autoencoder.shape().size_px);
  const cv::Mat whole = cv::Mat::ones(size, size, CV_32F);
  for (const auto& face : faces) {
    const Similarity& place = face.cut.to_square;
    if (decoded) {
      paste_back(out, decoded_square(model, face, moves), aligned ? whole : soft_mask(size), place);
    } else {
      add_back(out, photo_change(model, face, moves), place);
    }
  }
  return out;
}

cv::Mat scaled_picture(const cv::Mat& rgb, int64_t size_px) {
  if (rgb.rows == size_px) return rgb;
  const cv::Size size(static_cast<int>(size_px), static_cast<int>(size_px));
  cv::Mat out;
  cv::resize(rgb, out, size, 0, 0, rgb.rows < size_px ? cv::INTER_CUBIC : cv::INTER_AREA);
  return out;
}

}  // namespace pawprint
