#pragma once

#include <cstdio>

#include "app/commands/arguments.h"
#include "app/commands/signals.h"
#include "app/report/progress_bar.h"

namespace pawprint {

// What each command does. Return the exit code; throw Error, UsageError or Interrupted.
int run_backbone(const Arguments& arguments);
int run_bench(const Arguments& arguments);
int run_check(const Arguments& arguments);
int run_classify(const Arguments& arguments);
int run_draw(const Arguments& arguments);
int run_evaluate(const Arguments& arguments);
int run_explain(const Arguments& arguments);
int run_faces_edit(const Arguments& arguments);
int run_faces_strip(const Arguments& arguments);
int run_faces_morph(const Arguments& arguments);
int run_faces_analogy(const Arguments& arguments);
int run_faces_gallery(const Arguments& arguments);
int run_faces_serve(const Arguments& arguments);
int run_faces_direction(const Arguments& arguments);
int run_faces_score(const Arguments& arguments);
int run_faces_train(const Arguments& arguments);
int run_neurons(const Arguments& arguments);
int run_finetune(const Arguments& arguments);

inline MakeProgress progress_bars(const Arguments& arguments) {
  return [quiet = arguments.flag("quiet")](const std::string& what, const std::string& unit) {
    return progress_bar(what, unit, quiet, throw_if_signalled);
  };
}

// Lines about the data, on stderr.
inline Say say_line(const Arguments& arguments) {
  return [quiet = arguments.flag("quiet")](const std::string& line) {
    if (!quiet) std::fprintf(stderr, "data: %s\n", line.c_str());
  };
}

}  // namespace pawprint
