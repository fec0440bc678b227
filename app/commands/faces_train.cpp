#include <cstdio>

#include "app/commands/run.h"
#include "app/faces/train_faces.h"
#include "models/base/messages.h"

namespace pawprint {

int run_faces_train(const FaceTrainingOptions& options, const Session& session) {
  const TrainedFaces trained = train_faces(options, progress_bars(session));
  const auto& facts = trained.model.training;
  std::printf("%ld faces in training, %ld held out, %ld epochs of %.1f s (%s)\n", trained.training_faces,
              trained.held_out_faces, facts["epochs"].get<int64_t>(),
              facts["seconds"].get<double>() / facts["epochs"].get<double>(),
              facts["precision"].get<std::string>().c_str());
  std::printf("held-out faces are reconstructed with %.2f dB\n\n", facts["held_out_psnr_db"].get<double>());
  std::printf("%-22s %9s %9s %13s\n", "attribute", "faces", "strength", "success rate");
  for (const auto& direction : trained.model.directions)
    std::printf("%-22s %9ld %9.2f %8.0f%%\n", direction.name.c_str(), direction.facts["faces_with"].get<int64_t>(),
                direction.strength, 100 * direction.facts["share_convinced"].get<double>());
  std::printf("\nwrote %s and %s\n", options.out.c_str(), trained.sheet.c_str());
  if (trained.unreadable == 0) return kExitOk;
  std::fprintf(messages(), "warning: %ld pictures could not be used, the first: %s\n", trained.unreadable,
               trained.first_problem.c_str());
  return kExitSomeUnreadable;
}

}  // namespace pawprint
