#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/base/progress.h"
#include "app/data/photo_traits.h"
#include "models/base/sha256.h"

namespace pawprint {

// Photos that must not be on both sides of a split: what is learned from one says what the other shows.
struct PhotoGroups {
  std::vector<Sha256> key;                    // [N] of the photo's group: the least content among its photos
  int64_t groups = 0;                         // of two or more different photos
  int64_t photos = 0;                         // in them
  int64_t alike = 0;                          // photos that look like another
  int64_t same_moment = 0;                    // photos taken within seconds of another by the same camera
  int64_t named = 0;                          // photos whose group was given
  int64_t other_colors = 0;                   // photos with a color profile that is not sRGB's
  int64_t timed = 0;                          // photos that say when and by which camera they were taken
  std::vector<std::vector<int64_t>> largest;  // a few of the groups, their different photos in order
  std::vector<int64_t> too_alike;  // classes most of whose photos look alike or follow each other: not joined by that
};

struct GroupInput {
  std::vector<Sha256> content;      // [N]
  std::vector<int64_t> labels;      // [N]
  std::vector<PhotoTraits> traits;  // [N], or empty: only equal and named ones are joined
  std::vector<std::string> named;   // [N], or empty: a group's name; empty: none
  int64_t classes = 2;
};

// Joins photos of equal content, of one name, that look alike (near duplicates), and that one camera took within 5 s of
// each other, transitively. Looks and times are guesses: where they would join a whole class, or leave fewer than five
// photos or a fifth of a class of ten or more, they say nothing (a fixed camera, a film) and are left out. Names are
// taken at their word. The same for any number of threads and order of photos.
PhotoGroups group_photos(const GroupInput& input, int64_t threads, const Progress& progress);

}  // namespace pawprint
