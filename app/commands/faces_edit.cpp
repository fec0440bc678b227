#include "app/faces/edit_files.h"

#include <cstdio>

#include "app/commands/run.h"
#include "models/base/messages.h"

namespace pawprint {

int run_faces_edit(const FaceEditOptions& options, const Session& session) {
  const EditedFiles result = edit_files(options, progress_bars(session));
  for (const auto& problem : result.problems) std::fprintf(messages(), "%s\n", problem.c_str());
  for (const auto& note : result.notes) std::fprintf(messages(), "%s\n", note.c_str());
  if (!result.notes.empty()) std::fputs("--strength X edits those faces, too\n", messages());
  if (result.photos > 0)
    std::printf("%ld %s edited, %ld %s; see %s\n", result.photos, result.photos == 1 ? "photo" : "photos", result.faces,
                result.faces == 1 ? "face" : "faces", options.out.c_str());
  if (result.copied > 0)
    std::printf("%ld %s copied unchanged: %s already\n", result.copied, result.copied == 1 ? "photo" : "photos",
                options.attribute.c_str());
  return result.problems.empty() ? kExitOk : kExitSomeUnreadable;
}

}  // namespace pawprint
