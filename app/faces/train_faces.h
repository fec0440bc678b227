#pragma once

#include "app/faces/options.h"
#include "app/faces/train_autoencoder.h"
#include "models/face_model.h"

namespace pawprint {

struct TrainedFaces {
  FaceModel model;
  int64_t training_faces = 0, held_out_faces = 0, unreadable = 0;
  std::string first_problem;  // of the unreadable
  std::filesystem::path sheet;
};

// A folder of aligned faces to faces.pt: the autoencoder, a direction for each attribute that at least 20 training
// faces have and 20 have not, and all else that FaceModel holds. Beside it, a contact sheet of reconstructions of faces
// that were held out (every few epochs) and, until it ends well, the state of the training. Throws Error.
TrainedFaces train_faces(const FaceTrainingOptions& options, const MakeProgress& progress);

// Where a training to faces.pt keeps its state.
std::filesystem::path checkpoint_path(const std::filesystem::path& out);

}  // namespace pawprint
