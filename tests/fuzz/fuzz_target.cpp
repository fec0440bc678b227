#include "tests/fuzz/fuzz_target.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace pawprint {

void must(bool promise, const char* text) {
  if (promise) return;
  std::fprintf(stderr, "broken promise: %s\n", text);
  std::abort();
}

Halves divided(std::string_view input, char divider) {
  const size_t at = input.find(divider);
  return {input.substr(0, at), at == input.npos ? "" : input.substr(at + 1)};
}

}  // namespace pawprint

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  pawprint::fuzz_one({reinterpret_cast<const char*>(data), size});
  return 0;
}
