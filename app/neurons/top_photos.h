#pragma once

#include <cstdint>
#include <vector>

namespace pawprint {

// A place in a map, whatever the map's size.
constexpr int64_t kPlaceRows = int64_t{1} << 32;
constexpr int64_t place_at(int64_t y, int64_t x) { return y * kPlaceRows + x; }

// A photo, and the place in it that excites a channel most.
struct Activation {
  float activation = 0;
  float mean = 0;  // over the places
  int64_t photo = 0;
  int64_t place = 0;  // place_at()
};

// The photos that excite the channels of a stage most, out of any number: what is held does not grow with it.
class TopPhotos {
 public:
  TopPhotos(int64_t channels, int64_t max);

  // The next photo.   activation, place: [channels], of each channel's strongest place; mean: over its places
  void add(int64_t photo, const float* activation, const float* mean, const int64_t* place);

  // At most `max`, the strongest first; only what is above zero. Of equals, which are many where activations are
  // bounded (ReLU6), that with the higher mean, and then the earlier.
  const std::vector<Activation>& of(int64_t channel) const { return channels_[channel].top; }

  // How far the weakest of the top photos stands out of all, in standard deviations; 0 for a channel with fewer than
  // `max` of them, or one that answers to all alike.
  double selectivity(int64_t channel) const;

  int64_t channels() const { return static_cast<int64_t>(channels_.size()); }
  int64_t max() const { return max_; }

 private:
  struct Channel {
    std::vector<Activation> top;
    double sum = 0, squares = 0;
  };
  std::vector<Channel> channels_;
  int64_t max_ = 0;
  int64_t photos_ = 0;
};

// `count` channels that some photo excites, drawn by the seed, in order of their numbers; all, if there are no more.
std::vector<int64_t> draw_channels(const TopPhotos& photos, int64_t count, uint64_t seed);

}  // namespace pawprint
