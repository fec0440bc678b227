#include "app/label/pick_photos.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <algorithm>
#include <set>

namespace pawprint {
namespace {

constexpr int64_t kBegin[] = {0, 31, 52, 63};

// Three heaps along a line, of 31, 21 and 11 photos; the first of each lies in its middle.
at::Tensor three_heaps() {
  auto x = at::zeros({kBegin[3], 4});
  for (int64_t heap = 0; heap < 3; ++heap) {
    for (int64_t i = kBegin[heap]; i < kBegin[heap + 1]; ++i) {
      const int64_t within = i - kBegin[heap];
      x[i][0] = 100.0 * static_cast<double>(heap);
      x[i][1] = 0.1 * static_cast<double>(within % 2 == 0 ? within : -within - 1);
    }
  }
  return x;
}

const std::vector<bool> kAll(63, true);

TEST(TypicalPhotos, AreTheMiddlesOfTheLargestHeaps) {
  EXPECT_EQ(typical_photos(three_heaps(), kAll, {}, 3, 1), (std::vector<int64_t>{0, 31, 52}));
}

TEST(TypicalPhotos, HeapsWithALabeledPhotoArePassedOver) {
  const auto picked = typical_photos(three_heaps(), kAll, {17, 55}, 1, 1);
  EXPECT_EQ(picked, std::vector<int64_t>{31});
}

TEST(TypicalPhotos, OnlyOpenOnesAreShown) {
  auto open = kAll;
  open[0] = open[31] = false;
  for (const int64_t photo : typical_photos(three_heaps(), open, {}, 3, 1)) EXPECT_TRUE(open[photo]);
}

TEST(TypicalPhotos, CopiesAreOnePhoto) {
  EXPECT_EQ(typical_photos(at::zeros({20, 4}), std::vector<bool>(20, true), {}, 12, 1).size(), 1u);
}

TEST(UncertainPhotos, AreTheLeastCertainAndFarFromEachOther) {
  auto p = at::zeros({63, 2});
  for (int64_t i = 0; i < 63; ++i) p[i][0] = 0.5 + 0.007 * static_cast<double>(i), p[i][1] = 1 - p[i][0].item<double>();
  auto open = kAll;
  open[0] = false;
  const auto picked = uncertain_photos(three_heaps(), open, p, 4);  // of the forty from 1 to 40
  EXPECT_EQ(picked.size(), 4u);
  EXPECT_EQ(picked.front(), 1);
  EXPECT_GE(picked[1], 31) << "the other heap is farthest";
  EXPECT_EQ(std::set<int64_t>(picked.begin(), picked.end()).size(), 4u);
  EXPECT_LE(*std::max_element(picked.begin(), picked.end()), 40);
}

TEST(UncertainPhotos, CopiesAreEachTakenOnce) {
  const auto picked = uncertain_photos(at::zeros({5, 4}), std::vector<bool>(5, true), at::full({5, 2}, 0.5), 12);
  EXPECT_EQ(std::set<int64_t>(picked.begin(), picked.end()).size(), 5u);
}

TEST(PrincipalComponents, KeepDistances) {
  auto random = at::make_generator<at::CPUGeneratorImpl>(uint64_t{3});
  const auto low = at::empty({200, 5}).normal_(0, 1, random) * at::tensor({9., 7., 5., 3., 1.}).to(at::kFloat);
  const auto x = at::mm(low, at::empty({5, 40}).normal_(0, 1, random));  // five dimensions of forty
  const auto z = principal_components(x, 8);
  ASSERT_EQ(z.sizes(), (std::vector<int64_t>{200, 8}));
  const auto distances = [](const at::Tensor& t) { return (t.unsqueeze(0) - t.unsqueeze(1)).square().sum(2); };
  EXPECT_LT((distances(z) - distances(x)).abs().max().item<double>(), 1e-3 * distances(x).max().item<double>());
  const auto spread = z.std(0, false);
  EXPECT_TRUE(at::all(spread.narrow(0, 0, 7) >= spread.narrow(0, 1, 7) - 1e-3).item<bool>());
}

}  // namespace
}  // namespace pawprint
