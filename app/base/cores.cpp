#include "app/base/cores.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
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

std::string processor_name() {
  std::ifstream info("/proc/cpuinfo");
  std::string name = "processor", widest;
  for (std::string line; std::getline(info, line) && !line.empty();) {  // of the first core
    if (line.starts_with("model name")) name = line.substr(line.find(':') + 2);
    if (!line.starts_with("flags")) continue;
    for (const char* flag : {"avx2", "avx512f", "avx512_bf16", "amx_bf16"}) {
      if ((line + ' ').find(std::string(" ") + flag + ' ') != std::string::npos) widest = std::string(", ") + flag;
    }
  }
  return name + widest;
}

}  // namespace pawprint
