#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <utility>

namespace pawprint {

// splitmix64 (Steele et al. 2014, doi:10.1145/2660193.2660195): the same numbers on every platform.
// Draw once per statement or inside braces: the order of a call's arguments is the compiler's choice.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t next() {
    state_ += 0x9e3779b97f4a7c15;
    return mix(state_);
  }

  // [0,1)
  float uniform() { return static_cast<float>(next() >> 40) * 0x1p-24f; }
  float uniform(float low, float high) { return low + (high - low) * uniform(); }
  // 0 .. count - 1; count >= 1
  int below(int count) { return static_cast<int>((next() >> 32) * static_cast<uint64_t>(count) >> 32); }
  bool chance(float probability) { return uniform() < probability; }
  // -1 or 1
  float sign() { return chance(0.5f) ? 1.f : -1.f; }

  template <class T, size_t N>
  const T& pick(const std::array<T, N>& from) {
    return from[static_cast<size_t>(below(static_cast<int>(N)))];
  }

  // One of the choices, as often as the weight before it says.
  template <class T>
  T weighted(std::initializer_list<std::pair<int, T>> choices) {
    int all = 0;
    for (const auto& [weight, choice] : choices) all += weight;
    int at = below(all);
    const auto* chosen = choices.begin();
    while (at >= chosen->first) at -= chosen++->first;
    return chosen->second;
  }

  // A generator of its own, so that what one part of a picture draws does not move the others.
  Random fork() { return Random(next()); }

  static uint64_t mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

 private:
  uint64_t state_;
};

}  // namespace pawprint
