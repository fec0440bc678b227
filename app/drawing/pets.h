#pragma once

#include <cstdint>
#include <filesystem>
#include <opencv2/core/mat.hpp>

#include "app/base/progress.h"

namespace pawprint {

enum class Pet { kCat, kDog };

// A drawn picture of a cat or a dog: 8-bit BGR [H,W,3], 240 to 520 pixels a side, landscape and portrait.
// The same (pet, seed, index) gives the same pixels on every call. Pose, coat, face, place, things about and light are
// drawn from them; places and things in the same shares for both kinds, so that only the animal tells them apart.
cv::Mat draw_pet(Pet pet, uint64_t seed, int64_t index);

// Writes `count` >= 1 pictures, cats and dogs in turn: out/cats/cat.0.jpg, out/dogs/dog.0.jpg, out/cats/cat.1.jpg ...
// The folders are made; the n-th picture of a kind is draw_pet(kind, seed, n).
// Throws Error if `count` is not positive, if `out` exists and is not an empty folder, or if it cannot be written to.
void draw_pets(const std::filesystem::path& out, int64_t count, uint64_t seed, const Progress& progress,
               int64_t threads = 1);

}  // namespace pawprint
