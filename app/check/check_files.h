#pragma once

#include "app/base/progress.h"
#include "app/check/check_report.h"
#include "app/check/options.h"

namespace pawprint {

// check.html in options.out and options.fix_list, where they are given; each appears whole or not at all.
void write_check_files(const CheckReport& report, const CheckOptions& options, const Progress& progress);

}  // namespace pawprint
