#include <cstdio>

#include "app/commands/run.h"
#include "app/explain/explain_page.h"
#include "app/explain/explain_photos.h"
#include "models/base/atomic_file.h"
#include "models/base/error.h"
#include "models/base/messages.h"

namespace pawprint {

int run_explain(const ExplainOptions& options, const Session& session) {
  const Explanations explanations = explain_photos(options, progress_bars(session), say_line(session));
  write_file(options.out / "explain.json", explain_json(explanations, options));
  write_file(options.out / "index.html", explain_page(explanations));
  for (const auto& photo : explanations.photos) {
    if (!photo.problem.empty())
      std::fprintf(messages(), "%s: %s\n", in_quotes(photo.path.native()).c_str(), photo.problem.c_str());
  }
  const auto explained = static_cast<int64_t>(explanations.photos.size()) - explanations.unreadable;
  std::printf("%ld %s explained; see %s\n", explained, explained == 1 ? "photo" : "photos",
              (options.out / "index.html").c_str());
  if (explanations.check) std::printf("%s\n", faithfulness_sentence(*explanations.check).c_str());
  return explanations.unreadable == 0 ? kExitOk : kExitSomeUnreadable;
}

}  // namespace pawprint
