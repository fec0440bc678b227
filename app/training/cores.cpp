#include "app/training/cores.h"

#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <malloc.h>
#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <opencv2/core/utility.hpp>
#include <string>

namespace pawprint {

namespace {

// Processors that the control group's quota is worth: version 2's cpu.max (`200000 100000`, `max 100000`), version 1's
// pair.
double cgroup_quota() {
  std::string quota;
  double period = 0;
  std::ifstream version_2("/sys/fs/cgroup/cpu.max");
  std::ifstream version_1("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"), period_1("/sys/fs/cgroup/cpu/cpu.cfs_period_us");
  const bool read = (version_2 >> quota >> period) || (version_1 >> quota && period_1 >> period);
  if (!read || quota == "max" || quota.starts_with('-') || period <= 0) return std::numeric_limits<double>::infinity();
  return std::strtod(quota.c_str(), nullptr) / period;
}

}  // namespace

int64_t available_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  const int64_t allowed = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
  const double quota = std::ceil(cgroup_quota());
  return std::max<int64_t>(1, quota < static_cast<double>(allowed) ? static_cast<int64_t>(quota) : allowed);
}

void keep_freed_memory() {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);  // the most glibc takes
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
  mallopt(M_ARENA_MAX, 1);  // an arena of a thread holds 64 MB at most and goes back to the kernel when it is empty
}

void use_single_threaded_math() {
  at::set_num_threads(1);
  cv::setNumThreads(1);
  // Debian's OpenBLAS has threads of its own, which at::set_num_threads does not reach.
  using SetThreads = void (*)(int);
  static const auto set_blas_threads = reinterpret_cast<SetThreads>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"));
  if (set_blas_threads != nullptr) set_blas_threads(1);
}

}  // namespace pawprint
