#include "app/data/film.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <list>
#include <mutex>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/videoio.hpp>
#include <string_view>
#include <utility>

#include "app/data/image_file.h"

namespace pawprint {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kFragment = "#t=";

// A film that is open, at one of its frames.
struct Reader {
  fs::path path;
  cv::VideoCapture film;
  double start_ms = 0;  // the first frame's time, which counts as 0: a camcorder's clock runs on from film to film
  double at_ms = -1;

  // On to the next frame. OpenCV 4.6 does not know the times of the last ones.
  bool advance() {
    if (!film.grab()) return false;
    const double now_ms = film.get(cv::CAP_PROP_POS_MSEC) - start_ms, rate = film.get(cv::CAP_PROP_FPS);
    at_ms = now_ms > at_ms ? now_ms : at_ms + (rate > 0 ? 1000 / rate : 1);
    return true;
  }
};

// One decodes a film's frames one after the other; a worker that asks for later frames has another.
class Readers {
 public:
  // The idle one that has come the farthest before that time, else none.
  std::optional<Reader> take(const fs::path& path, double time_ms) {
    const std::lock_guard lock(mutex_);
    auto best = idle_.end();
    for (auto it = idle_.begin(); it != idle_.end(); ++it) {
      if (it->path == path && it->at_ms < time_ms && (best == idle_.end() || it->at_ms > best->at_ms)) best = it;
    }
    if (best == idle_.end()) return std::nullopt;
    Reader reader = std::move(*best);
    idle_.erase(best);
    return reader;
  }
  void give(Reader reader) {
    constexpr size_t kMost = 8;
    const std::lock_guard lock(mutex_);
    idle_.push_front(std::move(reader));
    if (idle_.size() > kMost) idle_.pop_back();
  }

 private:
  std::mutex mutex_;
  std::list<Reader> idle_;
};

// At its first frame.
Reader open_film(const fs::path& path) {
  require_file(path);
  Reader reader{path, {}};
  if (!reader.film.open(path.native(), cv::CAP_FFMPEG) || !reader.film.grab())
    throw Unreadable("not a film that can be read, or damaged");
  reader.start_ms = reader.film.get(cv::CAP_PROP_POS_MSEC);
  reader.at_ms = 0;
  return reader;
}

// To the first frame at that time or later; false where the film ends before.
bool go_to(Reader& reader, double time_ms) {
  constexpr double kSeekAboveMs = 15'000, kLandBeforeMs = 2'000;  // nearer frames are reached sooner than by seeking
  constexpr double kSlackMs = 1;                                  // of times in the container's units
  if (time_ms - reader.at_ms > kSeekAboveMs) {
    reader.film.set(cv::CAP_PROP_POS_MSEC, reader.start_ms + time_ms - kLandBeforeMs);
    if (!reader.advance() || reader.at_ms > time_ms) reader = open_film(reader.path);  // it cannot be sought in
  }
  while (reader.at_ms < time_ms - kSlackMs) {
    if (!reader.advance()) return false;
  }
  return true;
}

double duration_ms(Reader& reader) {
  const double frames = reader.film.get(cv::CAP_PROP_FRAME_COUNT), rate = reader.film.get(cv::CAP_PROP_FPS);
  if (frames >= 1 && rate > 0) return 1000 * frames / rate;
  while (reader.advance()) continue;  // it does not say
  return reader.at_ms + 1;
}

// `0.0`, `12.5`, `12.125`: at least a tenth, and no more than is needed.
std::string seconds_text(int64_t time_ms) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", static_cast<double>(time_ms) / 1000);
  std::string out = text;
  while (out.ends_with('0') && !out.ends_with(".0")) out.pop_back();
  return out;
}

Readers& readers() {
  static Readers all;
  return all;
}

}  // namespace

bool is_film(const fs::path& path) {
  constexpr std::array kExtensions = {".3gp", ".avi",  ".flv", ".m2ts", ".m4v", ".mkv",  ".mov",
                                      ".mp4", ".mpeg", ".mpg", ".mts",  ".ogv", ".webm", ".wmv"};
  std::string extension = path.extension().native();
  for (char& c : extension) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end();
}

std::optional<FilmFrame> film_frame(const fs::path& path) {
  const std::string_view text = path.native();
  const auto at = text.rfind(kFragment);
  if (at == text.npos) return std::nullopt;
  const fs::path film = text.substr(0, at);
  const std::string_view number = text.substr(at + kFragment.size());
  double seconds = 0;
  constexpr double kLongest = 1e9;
  const auto [end, wrong] = std::from_chars(number.data(), number.data() + number.size(), seconds);
  std::error_code error;
  if (wrong != std::errc() || end != number.data() + number.size() || !(seconds >= 0 && seconds <= kLongest) ||
      !is_film(film) || fs::exists(path, error))
    return std::nullopt;
  return FilmFrame{film, std::llround(seconds * 1000)};
}

std::vector<fs::path> film_frames(const fs::path& film, int64_t every_ms) {
  double end = 0;
  try {
    Reader reader = open_film(film);
    end = duration_ms(reader);
  } catch (const Unreadable&) {  // told when the frame is read
  }
  std::vector<fs::path> frames;
  for (int64_t time = 0; time == 0 || static_cast<double>(time) < end; time += every_ms)
    frames.emplace_back(film.native() + std::string(kFragment) + seconds_text(time));
  return frames;
}

std::string read_film_frame(const FilmFrame& frame, const PhotoLimits& limits) {
  auto reader = readers().take(frame.film, static_cast<double>(frame.time_ms));
  if (!reader) reader = open_film(frame.film);
  check_size({static_cast<int64_t>(reader->film.get(cv::CAP_PROP_FRAME_WIDTH)),
              static_cast<int64_t>(reader->film.get(cv::CAP_PROP_FRAME_HEIGHT))},
             limits, "a film");
  cv::Mat bgr;
  if (!go_to(*reader, static_cast<double>(frame.time_ms)) || !reader->film.retrieve(bgr) || bgr.type() != CV_8UC3)
    throw Unreadable("the film ends before, or is damaged there");
  std::vector<unsigned char> bmp;
  cv::imencode(".bmp", bgr, bmp);
  readers().give(std::move(*reader));
  return {bmp.begin(), bmp.end()};
}

}  // namespace pawprint
