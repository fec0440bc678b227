#pragma once

#include "app/commands/run.h"
#include "app/training/evaluate.h"
#include "app/training/finetune.h"

namespace pawprint {

// Writes report.html beside metrics.json, whole or not at all. Returns the seconds it took. Throws Error.
double write_report(const FinetuneOptions& options, const FinetuneResult& result, const Session& session);
double write_report(const EvaluateOptions& options, const EvaluateResult& result, const Session& session);

}  // namespace pawprint
