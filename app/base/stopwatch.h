#pragma once

#include <chrono>
#include <map>
#include <string>

namespace pawprint {

// Seconds of each stage, under its name.
class Stopwatch {
 public:
  // Ends a stage and begins the next. A stage that comes twice is added up.
  double lap(const std::string& stage) {
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - begun_).count();
    begun_ = now;
    total_ += seconds;
    laps_[stage] += seconds;
    return seconds;
  }
  // With the `total`.
  std::map<std::string, double> seconds() const {
    auto all = laps_;
    all["total"] = total_;
    return all;
  }

 private:
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::map<std::string, double> laps_;
  double total_ = 0;
};

}  // namespace pawprint
