#include "app/faces/add_direction.h"

#include <cstdio>

#include "app/commands/run.h"
#include "models/base/messages.h"

namespace pawprint {

int run_faces_direction(const FaceDirectionOptions& options, const Session& session) {
  const AddedDirection added = add_direction(options, progress_bars(session));
  const auto& [direction, held_with, held_without, auc, cosine, unreadable, first_problem] = added;
  std::printf("%s, from %ld faces with it and %ld without\n", direction.name.c_str(),
              direction.facts["faces_with"].get<int64_t>(), direction.facts["faces_without"].get<int64_t>());
  if (auc) {
    std::printf("AUC            %.3f  on held-out faces, %ld with it and %ld without\n", *auc, held_with, held_without);
  } else {
    std::printf("AUC            -      too few held-out faces, %ld with it and %ld without\n", held_with, held_without);
  }
  const double success_rate = direction.facts["share_convinced"].get<double>();
  std::printf("strength       %.2f   times the difference\n", direction.strength);
  std::printf("success rate   %.0f %%   of edited training faces, by the pixel classifier\n", 100 * success_rate);
  if (success_rate < 0.5)
    std::printf("               the direction hardly shows: are there enough faces, and is it visible?\n");
  if (cosine) std::printf("cosine         %.3f  to the direction that it replaces\n", *cosine);
  std::printf("\nwrote %s\n", options.out.c_str());
  if (unreadable == 0) return kExitOk;
  std::fprintf(messages(), "warning: %ld pictures could not be used, the first: %s\n", unreadable,
               first_problem.c_str());
  return kExitSomeUnreadable;
}

}  // namespace pawprint
