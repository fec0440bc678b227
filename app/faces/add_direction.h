#pragma once

#include <optional>
#include <string>

#include "app/base/progress.h"
#include "app/faces/options.h"
#include "models/face_model.h"

namespace pawprint {

struct AddedDirection {
  FaceDirection direction;
  int64_t held_out_with = 0, held_out_without = 0;
  std::optional<double> held_out_auc;  // none: fewer than 5 held-out faces of a side
  std::optional<double> cosine;        // to the direction of that name that was replaced
  int64_t unreadable = 0;
  std::string first_problem;
};

// Makes a direction of faces that are not held out, and writes the model that has it to options.out, whole or not at
// all. Throws Error: a name that is not in the table or not among the directions, fewer than 20 faces of a side, a
// picture that lies in both folders, and as FaceModel::load and load_face_pictures.
AddedDirection add_direction(const FaceDirectionOptions& options, const MakeProgress& progress);

}  // namespace pawprint
