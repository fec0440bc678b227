#include "app/training/evaluate.h"

#include <cstdio>

#include "app/commands/report_file.h"
#include "app/commands/run.h"
#include "app/commands/summary.h"

namespace pawprint {

int run_evaluate(const EvaluateOptions& options, const Session& session) {
  const EvaluateResult result =
      evaluate_model(options, progress_bars(session)("evaluate", "photos"), say_line(session));
  print_skipped(result.measured.skipped, session.quiet);
  print_evaluation(result.measured, "photos");
  print_cautions(result.measured.cautions);
  if (options.out) {
    write_report(options, result, session);
    std::printf("to look at: %s\n", (*options.out / "report.html").c_str());
  }
  return result.measured.skipped.empty() ? kExitOk : kExitSomeUnreadable;
}

}  // namespace pawprint
