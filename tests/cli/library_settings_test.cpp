#include "app/cli/library_settings.h"

#include <gtest/gtest.h>

#include <map>

namespace pawprint {
namespace {

std::map<std::string, std::string> settings(const Cpu& cpu) {
  const auto list = library_settings(cpu);
  return {list.begin(), list.end()};
}

TEST(LibrarySettings, OneThread) {
  for (const char* name : {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"}) EXPECT_EQ(settings({}).at(name), "1");
}

TEST(LibrarySettings, OpenBlasIsToldOfAmdWithAvx512Only) {
  EXPECT_EQ(settings({true, true}).at("OPENBLAS_CORETYPE"), "SkylakeX");
  for (const Cpu cpu : {Cpu{false, false}, Cpu{true, false}, Cpu{false, true}})
    EXPECT_FALSE(settings(cpu).contains("OPENBLAS_CORETYPE"));
}

}  // namespace
}  // namespace pawprint
