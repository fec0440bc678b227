#pragma once

#include "app/data/progress.h"
#include "app/inspect/check_report.h"
#include "app/inspect/options.h"

namespace pawprint {

// check.html in options.out and options.fix_list, where they are given; each appears whole or not at all.
void write_check_files(const CheckReport& report, const CheckOptions& options, const Progress& progress);

}  // namespace pawprint
