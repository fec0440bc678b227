#include "app/cli/library_settings.h"

namespace pawprint {

Cpu this_cpu() {
  Cpu cpu;
#if defined(__x86_64__) || defined(__i386__)
  cpu.amd = __builtin_cpu_is("amd");
  cpu.avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#endif
  return cpu;
}

std::vector<std::pair<std::string, std::string>> library_settings(const Cpu& cpu) {
  std::vector<std::pair<std::string, std::string>> settings = {
      {"OMP_NUM_THREADS", "1"},  // work is divided among workers instead
      {"OMP_WAIT_POLICY", "PASSIVE"},
      {"OPENBLAS_NUM_THREADS", "1"},
      // A film opens no other file: neither a playlist's nor a network's.
      {"OPENCV_FFMPEG_CAPTURE_OPTIONS",
       "protocol_whitelist;file|format_whitelist;3gp,asf,avi,flv,matroska,webm,mov,mp4,mpeg,mpegts,ogg"},
      {"GLOG_minloglevel", "3"}};  // LibTorch's warnings, and what a network warns of, which a terminal would obey
  // OpenBLAS 0.3.21 does not know Zen 4 and 5, and takes kernels without AVX-512 for them.
  if (cpu.amd && cpu.avx512) settings.emplace_back("OPENBLAS_CORETYPE", "SkylakeX");
  return settings;
}

}  // namespace pawprint
