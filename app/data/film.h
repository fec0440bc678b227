// Films are read as photos are: a frame every so often, each a path of its own, `clip.mp4#t=12.0`, the time in seconds
// (W3C, Media Fragments URI 1.0, 4.2.1). Frames are turned as the film says and lie in sRGB's or its video kin's
// numbers, as OpenCV gives them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/data/options.h"

namespace pawprint {

// .mp4 .mov .mkv .avi .webm and others, in any case.
bool is_film(const std::filesystem::path& path);

struct FilmFrame {
  std::filesystem::path film;
  int64_t time_ms = 0;
};

// What such a path says; nullopt for any other, and for a file that is really called so.
std::optional<FilmFrame> film_frame(const std::filesystem::path& path);

// The paths of a film's frames at 0, every_ms, 2 every_ms ... in order, as far as it goes. Of one that cannot be read
// the first, which then cannot either.
std::vector<std::filesystem::path> film_frames(const std::filesystem::path& film, int64_t every_ms);

// The first frame shown at that time or later, as a whole BMP file: what follows treats it as any photo's content.
// Films that were read from lately are kept open, so that asking for frames in order decodes each film once. Throws
// Unreadable, also for frames beyond the limits.
std::string read_film_frame(const FilmFrame& frame, const PhotoLimits& limits);

}  // namespace pawprint
