#include "models/base/watchdog.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace pawprint {
namespace {

using namespace std::chrono_literals;

void take(std::chrono::milliseconds time) {
  Watchdog::set_limit(1);
  const Watchdog outer("backbone 'net'");
  const Watchdog inner("another");
  std::this_thread::sleep_for(time);
}

TEST(WatchdogDeathTest, EndsTheProgramWhereTheTimeIsUp) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  // Both are up at once: either may be first, and is the only one that speaks.
  EXPECT_EXIT(take(1min), testing::ExitedWithCode(1),
              "^pawprint: (backbone 'net'|another): expected [^\n]* within 1 s[^\n]*--timeout[^\n]*\n$");
}

TEST(WatchdogDeathTest, LeavesAloneWhatIsDoneInTime) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        take(1ms);
        std::this_thread::sleep_for(1500ms);
        std::exit(7);
      },
      testing::ExitedWithCode(7), "^$");
}

}  // namespace
}  // namespace pawprint
