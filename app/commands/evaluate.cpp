#include "app/training/evaluate.h"

#include <cstdio>
#include <optional>

#include "app/commands/report_file.h"
#include "app/commands/run.h"
#include "app/commands/summary.h"

namespace pawprint {

int run_evaluate(const EvaluateOptions& options, const Session& session) {
  std::optional<FileSet> files;
  if (options.out) files.emplace(evaluation_files(*options.out));
  const EvaluateResult result = evaluate_model(options, files ? &*files : nullptr,
                                               progress_bars(session)("evaluate", "photos"), say_line(session));
  if (files) {
    add_report(*files, options, result, session);
    files->commit();
  }
  print_skipped(result.measured.skipped, session.quiet);
  print_evaluation(result.measured, "photo");
  print_cautions(result.measured.cautions);
  if (options.out) std::printf("to look at: %s\n", (*options.out / "report.html").c_str());
  return result.measured.skipped.empty() ? kExitOk : kExitSomeUnreadable;
}

}  // namespace pawprint
