#include <cstdio>

#include "app/check/check_dataset.h"
#include "app/check/check_files.h"
#include "app/commands/run.h"
#include "models/base/atomic_file.h"
#include "models/base/error.h"
#include "models/base/messages.h"

namespace pawprint {

int run_check(const CheckOptions& options, const Session& session) {
  // Before the long work: they may turn out not to be writable.
  if (options.out) make_output_folder(*options.out);
  if (options.fix_list) AtomicFile nothing_yet(*options.fix_list);
  const auto progress = progress_bars(session);
  const CheckReport report = check_dataset(options, progress, say_line(session));
  write_check_files(report, options, progress("pictures", "photos"));
  std::fputs((options.json ? check_json(report) : check_text(report, options.out.has_value())).c_str(), stdout);
  if (!report.cache_problem.empty())
    std::fprintf(messages(), "warning: what was computed is not kept for the next run: %s\n",
                 report.cache_problem.c_str());
  if (options.json) return kExitOk;
  if (options.out) std::printf("\nwrote %s\n", (*options.out / "check.html").c_str());
  if (options.fix_list) {
    const std::string file = options.fix_list->native();
    std::printf("\nwrote %s; look through it, then: pawprint finetune ... --exclude %s\n", file.c_str(), file.c_str());
  }
  return kExitOk;
}

}  // namespace pawprint
