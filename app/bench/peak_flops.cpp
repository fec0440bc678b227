#include "app/bench/peak_flops.h"

#include <chrono>
#include <cstdint>

#include "models/base/inference_config.h"
#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#endif

// Highway compiles what follows once for each kind of processor.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "app/bench/peak_flops.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef PAWPRINT_PEAK_FLOPS
#define PAWPRINT_PEAK_FLOPS
namespace pawprint {

constexpr int64_t kSums = 12;         // a latency of 4 cycles, two a cycle, and some to spare; they fit 16 registers
constexpr int64_t kSteps = 20'000;    // of each sum between two looks at the clock
constexpr float kFactor = 0.999999f;  // sums go toward 1 and stay there: neither infinite nor subnormal
constexpr float kSummand = 1e-6f;

struct Computed {
  double operations = 0;
  float value = 0;  // must be used, or nothing is computed
};

}  // namespace pawprint
#endif

HWY_BEFORE_NAMESPACE();
namespace pawprint::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// Sums begin at different values: those of equal ones would be computed once. They are no array, because vectors of
// scalable width cannot be in one.
Computed MultiplyAdd() {
  const hn::ScalableTag<float> floats;
  const auto factor = hn::Set(floats, kFactor), summand = hn::Set(floats, kSummand);
  auto a = hn::Set(floats, 0.1f), b = hn::Set(floats, 0.2f), c = hn::Set(floats, 0.3f), d = hn::Set(floats, 0.4f);
  auto e = hn::Set(floats, 0.5f), f = hn::Set(floats, 0.6f), g = hn::Set(floats, 0.7f), h = hn::Set(floats, 0.8f);
  auto i = hn::Set(floats, 0.9f), j = hn::Set(floats, 1.1f), k = hn::Set(floats, 1.2f), l = hn::Set(floats, 1.3f);
  for (int64_t step = 0; step < kSteps; ++step) {
    a = hn::MulAdd(a, factor, summand);
    b = hn::MulAdd(b, factor, summand);
    c = hn::MulAdd(c, factor, summand);
    d = hn::MulAdd(d, factor, summand);
    e = hn::MulAdd(e, factor, summand);
    f = hn::MulAdd(f, factor, summand);
    g = hn::MulAdd(g, factor, summand);
    h = hn::MulAdd(h, factor, summand);
    i = hn::MulAdd(i, factor, summand);
    j = hn::MulAdd(j, factor, summand);
    k = hn::MulAdd(k, factor, summand);
    l = hn::MulAdd(l, factor, summand);
  }
  const auto first = hn::Add(hn::Add(hn::Add(a, b), hn::Add(c, d)), hn::Add(e, f));
  const auto second = hn::Add(hn::Add(hn::Add(g, h), hn::Add(i, j)), hn::Add(k, l));
  const auto value = hn::GetLane(hn::SumOfLanes(floats, hn::Add(first, second)));
  return {2.0 * static_cast<double>(kSums * kSteps) * static_cast<double>(hn::Lanes(floats)), value};
}

}  // namespace
}  // namespace pawprint::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace pawprint {

HWY_EXPORT(MultiplyAdd);

namespace {

#if defined(__x86_64__) && defined(__GNUC__)

__attribute__((target("avx512f,avx512bf16"))) Computed dot_products() {
  constexpr int kLongSums = 16;  // the latency is longer than that of a multiply-add; there are 32 registers
  __m512 sums[kLongSums];
#pragma GCC unroll 16
  for (int i = 0; i < kLongSums; ++i) sums[i] = _mm512_set1_ps(static_cast<float>(i));
  const __m512bh left = _mm512_cvtne2ps_pbh(_mm512_set1_ps(0.5f), _mm512_set1_ps(-0.5f));  // sums stay where they are
  const __m512bh right = _mm512_cvtne2ps_pbh(_mm512_set1_ps(0.25f), _mm512_set1_ps(0.25f));
  for (int64_t step = 0; step < kSteps; ++step) {
#pragma GCC unroll 16
    for (int i = 0; i < kLongSums; ++i) sums[i] = _mm512_dpbf16_ps(sums[i], left, right);
  }
#pragma GCC unroll 16
  for (int i = 1; i < kLongSums; ++i) sums[0] = _mm512_add_ps(sums[0], sums[i]);
  return {2.0 * 32 * kLongSums * static_cast<double>(kSteps), _mm512_cvtss_f32(sums[0])};
}

#else

Computed dot_products() { return {}; }  // not reached: such a processor has no bfloat16 here

#endif

template <class Compute>
double operations_in(double seconds, Compute compute) {
  const auto begin = std::chrono::steady_clock::now();
  double operations = 0;
  [[maybe_unused]] volatile float used = 0;
  do {
    const Computed computed = compute();
    used = computed.value;
    operations += computed.operations;
  } while (std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() < seconds);
  return operations;
}

}  // namespace

double float32_operations(double seconds) {
  return operations_in(seconds, [] { return HWY_DYNAMIC_DISPATCH(MultiplyAdd)(); });
}

std::optional<double> bfloat16_operations(double seconds) {
  if (!processor_has_bfloat16()) return std::nullopt;
  return operations_in(seconds, dot_products);
}

}  // namespace pawprint
#endif
