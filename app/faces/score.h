#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/base/progress.h"
#include "app/faces/face_pictures.h"
#include "app/faces/options.h"
#include "app/faces/score_direction.h"
#include "models/face_model.h"

namespace pawprint {

// How well faces come back; means over pictures (models/image_quality.h).
struct ReconstructionScore {
  double psnr_db = 0, ssim = 0;
};

struct FaceScore {
  int64_t held_out_faces = 0, other_faces = 0;
  ReconstructionScore autoencoder;
  std::optional<ReconstructionScore> pca;  // as many components as codes, fitted on the other faces; none if too few
  std::vector<DirectionScore> directions;  // of the attributes that at least 5 held-out faces have and 5 have not
  std::vector<std::string> unscored;       // the other directions
  int64_t unreadable = 0;
  std::string first_problem;
};

// Measures the model on those of the pictures that are held out. Error if they are fewer than 20.
FaceScore score_faces(const FaceModel& model, const FacePictures& pictures, const FaceScoreOptions& options,
                      const MakeProgress& progress);

// All numbers, as docs/faces.md has them.
nlohmann::json to_json(const FaceScore& score);

// The same from files: with options.out set, score.json and score.png (score_picture.h) are written there. Throws
// Error.
FaceScore score_faces(const FaceScoreOptions& options, const MakeProgress& progress);

}  // namespace pawprint
