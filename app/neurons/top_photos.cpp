#include "app/neurons/top_photos.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <random>

namespace pawprint {

TopPhotos::TopPhotos(int64_t channels, int64_t max) : channels_(channels), max_(max) {}

void TopPhotos::add(int64_t photo, const float* activation, const float* mean, const int64_t* place) {
  const auto stronger = [](const Activation& a, const Activation& b) {
    return a.activation > b.activation || (a.activation == b.activation && a.mean > b.mean);
  };
  ++photos_;
  for (size_t c = 0; c < channels_.size(); ++c) {
    auto& [top, sum, squares] = channels_[c];
    const Activation next{activation[c], mean[c], photo, place[c]};
    sum += next.activation;
    squares += static_cast<double>(next.activation) * next.activation;
    const bool full = static_cast<int64_t>(top.size()) == max_;
    if (!(next.activation > 0) || (full && !stronger(next, top.back()))) continue;
    if (full) top.pop_back();
    top.insert(std::upper_bound(top.begin(), top.end(), next, stronger), next);
  }
}

double TopPhotos::selectivity(int64_t channel) const {
  const auto& [top, sum, squares] = channels_[channel];
  if (static_cast<int64_t>(top.size()) < max_) return 0;
  const auto n = static_cast<double>(photos_);
  const double mean = sum / n, deviation = std::sqrt(std::max(0., squares / n - mean * mean));
  return deviation < 1e-6 * std::abs(mean) ? 0 : (top.back().activation - mean) / deviation;
}

std::vector<int64_t> draw_channels(const TopPhotos& photos, int64_t count, uint64_t seed) {
  std::vector<int64_t> excited, drawn;
  for (int64_t c = 0; c < photos.channels(); ++c) {
    if (!photos.of(c).empty()) excited.push_back(c);
  }
  std::sample(excited.begin(), excited.end(), std::back_inserter(drawn), count, std::mt19937_64(seed));
  return drawn;
}

}  // namespace pawprint
