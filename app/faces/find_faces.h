#pragma once

#include <filesystem>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <vector>

#include "app/faces/geometry.h"

namespace pawprint {

// In pixels of the photo (see geometry.h).
struct FoundFace {
  cv::Rect box;  // from the brows to the chin, upright, within the photo
  cv::Point2d left_eye, right_eye;
  double confidence = 0;  // 0.5..1: grows with the number of cascade windows that agree; no probability
};

// Where Debian's package opencv-data keeps the cascades, as found when the program was built.
std::filesystem::path default_cascades();

// Finds faces that look at the camera, turned by up to about 35 degrees either way, with OpenCV's Haar cascades
// (Viola and Jones 2001; Lienhart 2002). Faces from the side and most covered ones are not found.
class FaceFinder {
 public:
  // Throws Error if the folder lacks a cascade.
  explicit FaceFinder(const std::filesystem::path& cascades = default_cascades());
  ~FaceFinder();
  FaceFinder(FaceFinder&&) noexcept;
  FaceFinder& operator=(FaceFinder&&) noexcept;

  // The faces from left to right. Faces smaller than 48 pixels or a twelfth of the photo's short side are not looked
  // for, so that the time does not grow with the photo. The same photo gives the same faces.
  //   rgb [H,W,3] 8-bit; throws Error for anything else. Calls from several threads wait for each other.
  std::vector<FoundFace> find(const cv::Mat& rgb) const;

 private:
  struct Cascades;
  std::unique_ptr<Cascades> cascades_;
};

// Where the eyes lie in aligned pictures of faces: the median over those in which a face is found; nothing if that is
// less than a quarter of them.
//   squares: each [S,S,3] 8-bit RGB; a hundred are enough for a hundredth of the side
std::optional<FaceGeometry> measure_geometry(const std::vector<cv::Mat>& squares, const FaceFinder& finder);

}  // namespace pawprint
