#pragma once

#include "app/commands/run.h"
#include "app/training/evaluate.h"
#include "app/training/finetune.h"

namespace pawprint {

// Adds report.html. Returns the seconds it took. Throws Error.
double add_report(FileSet& files, const FinetuneOptions& options, const FinetuneResult& result, const Session& session);
double add_report(FileSet& files, const EvaluateOptions& options, const EvaluateResult& result, const Session& session);

}  // namespace pawprint
