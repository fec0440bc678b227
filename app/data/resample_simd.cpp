#include "app/data/resample_simd.h"

#include <algorithm>

// Highway compiles what follows once for each kind of processor.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "app/data/resample_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace pawprint::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

constexpr int32_t kHalf = 1 << (Taps::kPrecisionBits - 1);

void ResamplePixel(const uint8_t* in, const Taps& taps, int64_t x, uint8_t* out) {
  const uint8_t* from = in + 3 * taps.first[x];
  const int32_t* weights = taps.weights.data() + x * taps.widest;
  for (int64_t c = 0; c < 3; ++c) {
    int32_t sum = kHalf;
    for (int64_t k = 0; k < taps.count[x]; ++k) sum += from[3 * k + c] * weights[k];
    out[3 * x + c] = static_cast<uint8_t>(std::clamp(sum >> Taps::kPrecisionBits, 0, 255));
  }
}

#if HWY_TARGET == HWY_SCALAR

void ResampleRows(const uint8_t* in, int64_t stride, int64_t rows, int64_t, const Taps& taps, uint8_t* out) {
  for (int64_t y = 0; y < rows; ++y) {
    for (int64_t x = 0; x < taps.outputs(); ++x) ResamplePixel(in + y * stride, taps, x, out + y * taps.outputs() * 3);
  }
}

#else

// A vector is made of blocks of 16 bytes. Each block computes one output pixel: it loads 16 bytes, five input pixels
// and a byte, spreads the three samples of one of them over three 32-bit lanes, multiplies, adds, and goes on to the
// next.
constexpr int64_t kPixelsLoaded = 5;

template <class D>
hn::Vec<D> LoadBlocks(D bytes, const uint8_t* in, const int64_t* first_pixels) {
  if constexpr (hn::MaxLanes(D()) == 16) {
    return hn::LoadU(bytes, in + 3 * first_pixels[0]);
  } else {
    const hn::Half<D> half;
    constexpr int64_t kBlocks = hn::MaxLanes(D()) / 32;
    return hn::Combine(bytes, LoadBlocks(half, in, first_pixels + kBlocks), LoadBlocks(half, in, first_pixels));
  }
}

struct ColumnPlan {
  int64_t loads = 0;             // of each block, to reach the widest pixel's last tap
  int64_t vectors = 0;           // whole vectors that read nothing behind the row
  std::vector<int32_t> weights;  // [vectors, taps.widest, lanes]

  ColumnPlan(const Taps& taps, int64_t width, int64_t lanes) {
    const int64_t pixels = lanes / 4;
    loads = (taps.widest + kPixelsLoaded - 1) / kPixelsLoaded;
    const auto fits = [&](int64_t x) { return taps.first[x] + loads * kPixelsLoaded < width; };
    while ((vectors + 1) * pixels <= taps.outputs() && fits((vectors + 1) * pixels - 1)) ++vectors;
    weights.reserve(static_cast<size_t>(vectors * taps.widest * lanes));
    for (int64_t v = 0; v < vectors; ++v) {
      for (int64_t k = 0; k < taps.widest; ++k) {
        for (int64_t x = v * pixels; x < (v + 1) * pixels; ++x)
          weights.insert(weights.end(), 4, taps.weights[x * taps.widest + k]);
      }
    }
  }
};

void ResampleRows(const uint8_t* in, int64_t stride, int64_t rows, int64_t width, const Taps& taps, uint8_t* out) {
  const hn::CappedTag<int32_t, 16> sums;
  const hn::Repartition<uint8_t, decltype(sums)> bytes;
  const hn::Rebind<uint8_t, decltype(sums)> samples;
  constexpr uint8_t kNone = 0x80;  // gives a zero byte
  alignas(16) static constexpr uint8_t kSpread[16] = {0, kNone, kNone, kNone, 1,     kNone, kNone, kNone,
                                                      2, kNone, kNone, kNone, kNone, kNone, kNone, kNone};
  alignas(16) static constexpr uint8_t kNextPixel[16] = {3, 0, 0, 0, 3, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0};
  alignas(16) static constexpr uint8_t kPack[16] = {0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 0, 0, 0, 0};
  const auto spread_first = hn::LoadDup128(bytes, kSpread), next_pixel = hn::LoadDup128(bytes, kNextPixel);
  const auto pack = hn::LoadU(samples, kPack);
  const auto lanes = static_cast<int64_t>(hn::Lanes(sums)), pixels = lanes / 4;
  const ColumnPlan plan(taps, width, lanes);
  for (int64_t y = 0; y < rows; ++y, in += stride, out += taps.outputs() * 3) {
    const int32_t* weights = plan.weights.data();
    for (int64_t v = 0; v < plan.vectors; ++v, weights += taps.widest * lanes) {
      auto sum = hn::Set(sums, kHalf);
      for (int64_t load = 0; load < plan.loads; ++load) {
        const int64_t first_tap = load * kPixelsLoaded;
        const auto loaded = LoadBlocks(bytes, in + 3 * first_tap, taps.first.data() + v * pixels);
        auto spread = spread_first;
        for (int64_t k = first_tap; k < std::min(first_tap + kPixelsLoaded, taps.widest); ++k) {
          const auto values = hn::BitCast(sums, hn::TableLookupBytesOr0(loaded, spread));
          sum = hn::Add(sum, hn::Mul(values, hn::LoadU(sums, weights + k * lanes)));
          spread = hn::Add(spread, next_pixel);
        }
      }
      const auto result = hn::DemoteTo(samples, hn::ShiftRight<Taps::kPrecisionBits>(sum));
      hn::StoreU(hn::TableLookupBytes(result, pack), samples, out + v * pixels * 3);
    }
    for (int64_t x = plan.vectors * pixels; x < taps.outputs(); ++x) ResamplePixel(in, taps, x, out);
  }
}

#endif

void BlendRows(const uint8_t* rows, int64_t stride, const int32_t* weights, int64_t count, int64_t samples,
               uint8_t* out) {
  const hn::ScalableTag<int32_t> sums;
  const hn::Rebind<uint8_t, decltype(sums)> bytes;
  for (int64_t i = 0; i < samples; i += static_cast<int64_t>(hn::Lanes(sums))) {
    auto sum = hn::Set(sums, kHalf);
    for (int64_t k = 0; k < count; ++k)
      sum = hn::Add(sum,
                    hn::Mul(hn::PromoteTo(sums, hn::LoadU(bytes, rows + k * stride + i)), hn::Set(sums, weights[k])));
    hn::StoreU(hn::DemoteTo(bytes, hn::ShiftRight<Taps::kPrecisionBits>(sum)), bytes, out + i);
  }
}

constexpr int64_t kMaxLanes = kSpareSamples;

// The channels' numbers over and over: lane l of a vector that begins at sample i takes number i % 3 + l.
struct Pattern {
  float scale[kMaxLanes + 3], offset[kMaxLanes + 3];
  explicit Pattern(const Normalization& normalization) {
    for (int64_t i = 0; i < kMaxLanes + 3; ++i) {
      scale[i] = normalization.scale[i % 3];
      offset[i] = normalization.offset[i % 3];
    }
  }
};

template <class D>
hn::Vec<D> Normalized(D floats, const uint8_t* rgb, int64_t i, const Pattern& pattern) {
  const hn::Rebind<uint8_t, D> bytes;
  const hn::Rebind<int32_t, D> ints;
  const auto value = hn::ConvertTo(floats, hn::PromoteTo(ints, hn::LoadU(bytes, rgb + i)));
  return hn::MulAdd(value, hn::LoadU(floats, pattern.scale + i % 3), hn::LoadU(floats, pattern.offset + i % 3));
}

void StoreAs(hn::CappedTag<float, kMaxLanes> floats, hn::Vec<hn::CappedTag<float, kMaxLanes>> values, float* out) {
  hn::StoreU(values, floats, out);
}

void StoreAs(hn::CappedTag<float, kMaxLanes> floats, hn::Vec<hn::CappedTag<float, kMaxLanes>> values, uint16_t* out) {
  const hn::Rebind<uint32_t, decltype(floats)> words;
  const hn::Rebind<int32_t, decltype(floats)> ints;
  const hn::Rebind<uint16_t, decltype(floats)> halves;
  const auto bits = hn::BitCast(words, values);
  const auto odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(words, 1));
  const auto rounded = hn::ShiftRight<16>(hn::Add(hn::Add(bits, hn::Set(words, 0x7fff)), odd));
  hn::StoreU(hn::DemoteTo(halves, hn::BitCast(ints, rounded)), halves, out);
}

template <class T>
void NormalizeRow(const uint8_t* rgb, int64_t samples, const Normalization& normalization, T* out) {
  const hn::CappedTag<float, kMaxLanes> floats;
  const auto lanes = static_cast<int64_t>(hn::Lanes(floats));
  const Pattern pattern(normalization);
  int64_t i = 0;
  for (; i + lanes <= samples; i += lanes) StoreAs(floats, Normalized(floats, rgb, i, pattern), out + i);
  T rest[kMaxLanes];
  StoreAs(floats, Normalized(floats, rgb, i, pattern), rest);
  std::copy_n(rest, samples - i, out + i);
}

void NormalizeRowToFloat(const uint8_t* rgb, int64_t samples, const Normalization& normalization, float* out) {
  NormalizeRow(rgb, samples, normalization, out);
}

void NormalizeRowToBFloat16(const uint8_t* rgb, int64_t samples, const Normalization& normalization, uint16_t* out) {
  NormalizeRow(rgb, samples, normalization, out);
}

}  // namespace
}  // namespace pawprint::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace pawprint {

HWY_EXPORT(ResampleRows);
HWY_EXPORT(BlendRows);
HWY_EXPORT(NormalizeRowToFloat);
HWY_EXPORT(NormalizeRowToBFloat16);

void resample_rows(const uint8_t* in, int64_t stride, int64_t rows, int64_t width, const Taps& taps, uint8_t* out) {
  HWY_DYNAMIC_DISPATCH(ResampleRows)(in, stride, rows, width, taps, out);
}

void blend_rows(const uint8_t* rows, int64_t stride, const int32_t* weights, int64_t count, int64_t samples,
                uint8_t* out) {
  HWY_DYNAMIC_DISPATCH(BlendRows)(rows, stride, weights, count, samples, out);
}

void normalize_row(const uint8_t* rgb, int64_t pixels, const Normalization& normalization, float* out) {
  HWY_DYNAMIC_DISPATCH(NormalizeRowToFloat)(rgb, pixels * 3, normalization, out);
}

void normalize_row(const uint8_t* rgb, int64_t pixels, const Normalization& normalization, uint16_t* bfloat16_out) {
  HWY_DYNAMIC_DISPATCH(NormalizeRowToBFloat16)(rgb, pixels * 3, normalization, bfloat16_out);
}

}  // namespace pawprint
#endif
