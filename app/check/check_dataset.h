#pragma once

#include "app/base/progress.h"
#include "app/check/check_report.h"
#include "app/check/options.h"

namespace pawprint {

// Looks at every photo of a dataset, changes none. Each is decoded once for all that is measured of its pixels and,
// with a backbone, for its features, if they are not in the cache; they are kept for finetune. A JPEG so large that the
// network is shown it decoded smaller is decoded twice. Memory: 1.5 KB a photo, and its
// features. Throws Error for a dataset or backbone that cannot be used.
//   say: what the data folder was taken for
CheckReport check_dataset(const CheckOptions& options, const MakeProgress& progress, const Say& say = {});

}  // namespace pawprint
