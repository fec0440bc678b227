#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/base/progress.h"
#include "app/faces/options.h"
#include "models/base/sha256.h"

namespace pawprint {

constexpr double kHeldOutShare = 0.05;

// Aligned faces of one size in memory.
struct FacePictures {
  at::Tensor pixels;                         // [N,S,S,3] uint8 RGB
  std::vector<std::filesystem::path> paths;  // [N], by name
  std::vector<Sha256> content;               // [N] of the files
  at::Tensor attributes;                     // [N,A] bool; A = 0 without a table
  std::vector<std::string> attribute_names;  // [A]
  int64_t unreadable = 0;                    // left out
  std::string first_problem;                 // of those

  int64_t size() const { return pixels.size(0); }
  // The column of an attribute. Throws Error naming those there are.
  int64_t attribute(const std::string& name) const;
};

// Cuts the square [S,S,3] RGB out of a picture [H,W,3]. Throws Unreadable if there is none. Any thread.
using CutSquare = std::function<cv::Mat(const cv::Mat& rgb)>;

// Reads the pictures that the table names (without one: all in the folder), crops and scales them.
//   cut: instead of options.crop
// Throws Error: a table without a column `file`, another value than 0, 1 or -1, a picture that is not there, a crop
// that does not fit, or no picture that can be read.
FacePictures load_face_pictures(const FaceDataOptions& options, int64_t size_px, int64_t threads,
                                const Progress& progress, const CutSquare& cut = nullptr);

// The crop in the alignment of a FaceModel; none if it has none. Throws Error if it is anything else.
std::optional<FaceCrop> stored_crop(const nlohmann::json& alignment);

// True for the share kHeldOutShare of all pictures in the world, by their content: never trained on. [N]
std::vector<bool> held_out(const std::vector<Sha256>& content);

// The rows, as the networks take them: [K,3,S,S] float32 0..1, channels-last.
at::Tensor face_batch(const at::Tensor& pixels, const std::vector<int64_t>& rows);
at::Tensor face_batch(const at::Tensor& pixels, const at::Tensor& rows);  // rows [K] int64

// Which i have chosen[i] == value.
std::vector<int64_t> rows_where(const std::vector<bool>& chosen, bool value);

}  // namespace pawprint
