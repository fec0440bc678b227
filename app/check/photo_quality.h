#pragma once

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

#include "app/data/image_file.h"

namespace pawprint {

// What is measured of one photo, of its luma in 0..1 where nothing else is said.
struct PhotoMeasures {
  ImageSize size;       // as people see it
  double darkest = 0;   // 5 % of the pixels are darker
  double lightest = 0;  // 5 % of the pixels are lighter
  double contrast = 0;  // the largest standard deviation of a color channel
  double sharpness =
      0;  // fine over coarse detail where the photo is sharpest: 0.8 in a usual photo, 0.2 in a blurred one
};

//   rgb [H,W,3] 8-bit; gray: the same, [H,W] 8-bit
PhotoMeasures measure_photo(const cv::Mat& rgb, const cv::Mat& gray);

enum class QualityProblem { kTiny, kAspect, kDark, kBright, kSingleColor, kBlurred, kWrongType };
inline constexpr int kQualityProblems = 7;

// `tiny`, `aspect`, `dark`, `bright`, `single_color`, `blurred`, `wrong_type`: as JSON has them.
const char* problem_name(QualityProblem problem);

// What people read above a list of them: `odd aspect ratio`.
const char* problem_title(QualityProblem problem);

struct QualityFinding {
  int64_t photo = 0;  // number of the photo
  QualityProblem problem = QualityProblem::kTiny;
  double score = 0;    // 0..1: how far beyond the limit
  std::string reason;  // `sharpness 0.19, limit 0.36`
};

// The limits. Measured on 2,000 photos of cats and dogs as people upload them (Asirra; 50 to 1,023 px a side), of which
// fewer than 1 % are flagged in all.
struct QualityLimits {
  int64_t tiny_px = 64;        // short side; a network's 224 px are then mostly interpolated; flags 2 of the 2,000
  double aspect = 2.5;         // long side over short side: the center square shows less than 40 %; flags 3
  double dark = 0.35;          // 5 % are lighter; flags 1, a night photo; half of the 2,000 are above 0.83
  double bright = 0.65;        // 5 % are darker; 0.63 is the brightest of the 2,000
  double single_color = 0.02;  // contrast: five of 255 steps; the least of the 2,000 is 0.06
  double blurred = 0.36;  // sharpness; flags 4, which are blurred; a blur of sigma 2 px at 500 px gives 0.30 at most
  double blurred_share = 0.45;  // of the median sharpness, if that is less: soft photos among soft ones are no outliers
};

// What is wrong with one photo; its number and `kBlurred` beyond the limit `sharpness_limit` included. A photo of a
// single color, a dark and a bright one are not checked for blur.
std::vector<QualityFinding> assess_quality(int64_t photo, const PhotoMeasures& measures, double sharpness_limit,
                                           const QualityLimits& limits = {});

// The limit for the photos of a dataset.   sharpness [N], of all that could be read
double sharpness_limit(std::vector<double> sharpness, const QualityLimits& limits = {});

// Sharpness alone, for tests.   gray [H,W] 8-bit
double sharpness_of(const cv::Mat& gray);

}  // namespace pawprint
