#include "app/report/progress_bar.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>

#include "models/base/messages.h"

namespace pawprint {

namespace {

using Clock = std::chrono::steady_clock;

std::string time_text(double seconds) {
  const auto whole = static_cast<int64_t>(std::ceil(seconds));
  char text[32];
  if (whole >= 3600) {
    std::snprintf(text, sizeof text, "%ld h %02ld min", whole / 3600, whole / 60 % 60);
  } else if (whole >= 60) {
    std::snprintf(text, sizeof text, "%ld min %02ld s", whole / 60, whole % 60);
  } else {
    std::snprintf(text, sizeof text, "%ld s", whole);
  }
  return text;
}

class Bar {
 public:
  Bar(std::string what, std::string unit) : what_(std::move(what)), unit_(std::move(unit)) {}

  void report(int64_t done, int64_t total) {
    const auto now = Clock::now();
    const bool last = done == total, again = ended_;
    ended_ = last;
    if (again && last) return;
    if (again) begun_ = now;  // the same stage once more
    const double every_s = terminal_ ? 0.1 : 5.0;
    if (!last && std::chrono::duration<double>(now - shown_).count() < every_s) return;
    shown_ = now;
    const double seconds = std::chrono::duration<double>(now - begun_).count();
    const std::string line = text(done, total, seconds);
    std::fprintf(messages(), terminal_ ? "\r%s\x1b[K%s" : "%s%s", line.c_str(), last || !terminal_ ? "\n" : "");
    std::fflush(messages());
  }

 private:
  std::string text(int64_t done, int64_t total, double seconds) const {
    constexpr int64_t kWidth = 24;
    constexpr size_t kColumn = 18;  // where bars begin
    std::string line = what_ + ' ';
    if (terminal_) line.resize(std::max(line.size(), kColumn), ' ');
    if (total > 0) {
      const int64_t filled = kWidth * done / total;
      if (terminal_) {
        for (int64_t i = 0; i < kWidth; ++i) line += i < filled ? "\u2588" : "\u2591";
        line += ' ';
      }
      line += std::to_string(done) + '/' + std::to_string(total);
    } else {
      line += std::to_string(done);
    }
    line += ' ' + unit_;
    if (seconds < 0.05 || done == 0) return line;
    const double rate = static_cast<double>(done) / seconds;
    char rate_text[32];
    std::snprintf(rate_text, sizeof rate_text, rate < 10 ? ", %.1f/s" : ", %.0f/s", rate);
    line += rate_text;
    if (total > done) line += ", " + time_text(static_cast<double>(total - done) / rate) + " left";
    if (total == done) line += ", " + time_text(seconds);
    return line;
  }

  std::string what_, unit_;
  bool terminal_ = isatty(messages_fd()) == 1;
  Clock::time_point begun_ = Clock::now();
  Clock::time_point shown_ = begun_;
  bool ended_ = false;
};

}  // namespace

Progress progress_bar(const std::string& what, const std::string& unit, bool quiet, std::function<void()> before_each) {
  auto bar = quiet ? nullptr : std::make_shared<Bar>(what, unit);
  return [bar, check = std::move(before_each)](int64_t done, int64_t total) {
    if (check) check();
    if (bar) bar->report(done, total);
  };
}

}  // namespace pawprint
