#include "app/training/runtime.h"

#include <gtest/gtest.h>
#include <torch/script.h>

#include <thread>
#include <vector>

namespace pawprint {
namespace {

// Debian's serial OpenBLAS fails this: a few of a thousand products come out wrong.
TEST(RequireThreadSafeBlas, ProductsAreRightInSeveralThreads) {
  EXPECT_NO_THROW(require_thread_safe_blas());
  const auto a = at::randn({96, 96}), b = at::randn({96, 96});
  use_single_threaded_math();
  const auto expected = at::mm(a, b);
  std::vector<int> wrong(4);
  {
    std::vector<std::jthread> threads;
    for (auto& count : wrong) {
      threads.emplace_back([&] {
        use_single_threaded_math_in_worker();
        for (int i = 0; i < 1000; ++i) count += !at::equal(at::mm(a, b), expected);
      });
    }
  }
  EXPECT_EQ(wrong, std::vector<int>(4));
}

}  // namespace
}  // namespace pawprint
