#include "models/autoencoder.h"

#include "models/base/error.h"
#include "tests/support/faces.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

using testing::message_of;
using testing::small_shape;

at::Tensor faces(int64_t count, int64_t size) { return torch::rand({count, 3, size, size}); }

TEST(Autoencoder, CodesAndPicturesHaveTheirShapesAtAllSizes) {
  const torch::NoGradGuard no_grad;
  for (const int64_t size : {32, 64, 128}) {
    const Autoencoder autoencoder({size, 40, 16, 3}, 1);
    const auto codes = autoencoder.encode(faces(2, size));
    EXPECT_EQ(codes.sizes(), (std::vector<int64_t>{2, 40}));
    const auto decoded = autoencoder.decode(codes * 100);
    EXPECT_EQ(decoded.sizes(), (std::vector<int64_t>{2, 3, size, size}));
    EXPECT_GE(decoded.min().item<float>(), 0);
    EXPECT_LE(decoded.max().item<float>(), 1);
    EXPECT_EQ(autoencoder.classifier_features(faces(2, size)).sizes(),
              (std::vector<int64_t>{2, autoencoder.classifier_features()}));
  }
}

TEST(Autoencoder, WeightsFollowTheSeed) {
  const auto weight = [](uint64_t seed) { return Autoencoder(small_shape(), seed).parameters()[2].clone(); };
  EXPECT_TRUE(torch::equal(weight(1), weight(1)));
  EXPECT_FALSE(torch::equal(weight(1), weight(2)));
}

TEST(Autoencoder, ModuleOffersTheMethodsToOtherPrograms) {
  const torch::NoGradGuard no_grad;
  const Autoencoder autoencoder(small_shape(), 1);
  const auto x = faces(3, 32);
  const auto codes = autoencoder.module().get_method("encode")({x}).toTensor();
  EXPECT_TRUE(torch::allclose(codes, autoencoder.encode(x), 1e-5, 1e-6));
  EXPECT_TRUE(
      torch::allclose(autoencoder.module().get_method("decode")({codes}).toTensor(), autoencoder.decode(codes)));
  const auto layer = autoencoder.classifier_layer();
  EXPECT_TRUE(torch::allclose(autoencoder.module().get_method("judge")({x}).toTensor(),
                              torch::addmm(layer.bias, autoencoder.classifier_features(x), layer.weight.t()), 1e-5,
                              1e-6));
}

TEST(Autoencoder, FaceHasTheSameCodeInAnyCompany) {
  const torch::NoGradGuard no_grad;
  const Autoencoder autoencoder(small_shape(), 1);
  const auto x = faces(7, 32);
  EXPECT_TRUE(torch::allclose(autoencoder.encode(x)[4], autoencoder.encode(x.narrow(0, 4, 1))[0], 1e-4, 1e-5));
}

TEST(Autoencoder, Bfloat16IsClose) {
  const torch::NoGradGuard no_grad;
  const Autoencoder autoencoder(small_shape(), 1);
  const auto x = faces(4, 32);
  const auto exact = autoencoder.posterior(x, at::kFloat), rough = autoencoder.posterior(x, at::kBFloat16);
  EXPECT_EQ(rough.mean.scalar_type(), at::kFloat);
  EXPECT_LT((rough.mean - exact.mean).norm().item<float>(), 0.03 * exact.mean.norm().item<float>());
}

TEST(Autoencoder, OtherWeightsAreRefused) {
  const Autoencoder autoencoder(small_shape(), 1);
  EXPECT_EQ(message_of<Error>([&] {
              Autoencoder(autoencoder.module(), {32, 64, 16, 2}, "'faces.pt'");
            }),
            "'faces.pt': expected an autoencoder of 32 px and 64 codes, got other weights");
  EXPECT_THROW(Autoencoder(torch::jit::Module("empty"), small_shape(), "'faces.pt'"), Error);
}

TEST(AutoencoderShape, NamesTheFirstBadField) {
  EXPECT_EQ(message_of<UsageError>([] { AutoencoderShape{48}.validate(); }), "--size: expected 32, 64 or 128, got 48");
  EXPECT_THROW((AutoencoderShape{64, 16}.validate()), UsageError);
  EXPECT_THROW((AutoencoderShape{64, 128, 24}.validate()), UsageError);
}

}  // namespace
}  // namespace pawprint
