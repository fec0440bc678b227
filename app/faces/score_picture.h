#pragma once

#include <filesystem>

#include "app/faces/face_pictures.h"
#include "app/faces/score.h"
#include "models/face_model.h"

namespace pawprint {

// A picture of twelve held-out faces, a row each for the photos, what the autoencoder makes of them, and every scored
// attribute, which those that lack it are given and those that have it lose: the bar below says which. The rows bear
// their names and what was measured. As PNG, or as write_picture has it by the name. Throws Error.
void write_score_picture(const FaceModel& model, const FacePictures& pictures, const FaceScore& score,
                         const std::filesystem::path& path);

}  // namespace pawprint
