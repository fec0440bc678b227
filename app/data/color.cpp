#include "app/data/color.h"

#include <lcms2.h>

#include <cstdlib>
#include <memory>
#include <type_traits>

namespace pawprint {

namespace {

struct Close {
  void operator()(void* profile) const { cmsCloseProfile(profile); }
};
struct Delete {
  void operator()(void* transform) const { cmsDeleteTransform(transform); }
};
struct DeleteContext {
  void operator()(std::remove_pointer_t<cmsContext>* context) const { cmsDeleteContext(context); }
};
using Profile = std::unique_ptr<void, Close>;
using Transform = std::unique_ptr<void, Delete>;

// From 8-bit RGB to 8-bit RGB; of a gray profile from the first channel alone.
cv::Mat converted(const cv::Mat& rgb, const std::string& icc) {
  // The library's global one would be shared by all threads.
  const std::unique_ptr<std::remove_pointer_t<cmsContext>, DeleteContext> context(cmsCreateContext(nullptr, nullptr));
  const Profile from(cmsOpenProfileFromMemTHR(context.get(), icc.data(), static_cast<cmsUInt32Number>(icc.size())));
  const Profile to(cmsCreate_sRGBProfileTHR(context.get()));
  if (!from || !to) return rgb;
  const auto space = cmsGetColorSpace(from.get());
  if (space != cmsSigRgbData && space != cmsSigGrayData) return rgb;
  const auto kind = space == cmsSigGrayData ? TYPE_GRAY_8 | EXTRA_SH(2) : TYPE_RGB_8;
  const Transform transform(cmsCreateTransformTHR(context.get(), from.get(), kind, to.get(), TYPE_RGB_8,
                                                  INTENT_PERCEPTUAL,
                                                  cmsFLAGS_BLACKPOINTCOMPENSATION | cmsFLAGS_NOCACHE));
  if (!transform) return rgb;
  cv::Mat out(rgb.size(), CV_8UC3);
  for (int y = 0; y < rgb.rows; ++y)
    cmsDoTransform(transform.get(), rgb.ptr(y), out.ptr(y), static_cast<cmsUInt32Number>(rgb.cols));
  return out;
}

}  // namespace

cv::Mat to_srgb(const cv::Mat& rgb, const std::string& profile) {
  return profile.empty() ? rgb : converted(rgb, profile);
}

bool differs_from_srgb(const std::string& profile) {
  constexpr int kSteps = 6, kStep = 51, kVisible = 8;
  if (profile.empty()) return false;
  cv::Mat colors(1, kSteps * kSteps * kSteps, CV_8UC3);
  for (int i = 0; i < colors.cols; ++i)
    colors.at<cv::Vec3b>(0, i) = cv::Vec3b(cv::Vec3i(i % kSteps, i / kSteps % kSteps, i / kSteps / kSteps) * kStep);
  const cv::Mat seen = converted(colors, profile);
  const bool gray = profile.size() > 20 && profile.compare(16, 4, "GRAY") == 0;
  for (int i = 0; i < colors.cols; ++i) {
    const auto &given = colors.at<cv::Vec3b>(0, i), &shown = seen.at<cv::Vec3b>(0, i);
    if (gray && (given[0] != given[1] || given[0] != given[2])) continue;
    for (int c = 0; c < 3; ++c) {
      if (std::abs(given[c] - shown[c]) >= kVisible) return true;
    }
  }
  return false;
}

}  // namespace pawprint
