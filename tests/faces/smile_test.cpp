#include <gtest/gtest.h>
#include <torch/torch.h>

#include "app/faces/directions.h"
#include "app/faces/edit.h"
#include "app/faces/sheet.h"
#include "app/faces/train_autoencoder.h"
#include "models/latent.h"
#include "tests/support/drawn_faces.h"
#include "tests/support/mouth.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

using testing::seen_mouth_curvature;

// In one light, with one hair style and nothing worn, so that seconds of training are enough to see mouths.
FaceTraits much_alike(int64_t i) {
  FaceTraits traits;
  const FaceTraits drawn = face_traits(1, i);
  traits.mouth_curvature = drawn.mouth_curvature;
  traits.mouth_open = drawn.mouth_open;
  traits.mouth_width = drawn.mouth_width;
  traits.lips = drawn.lips;
  traits.lipstick = drawn.lipstick;
  traits.age = drawn.age;
  traits.skin = drawn.skin;
  traits.face_width = drawn.face_width;
  traits.face_length = drawn.face_length;
  traits.nose_width = drawn.nose_width;
  traits.eye_color = drawn.eye_color;
  traits.eye_opening = drawn.eye_opening;
  traits.brow_tilt = drawn.brow_tilt;
  return traits;
}

TrainedAutoencoder train_a_little(const FacePictures& pictures, const std::filesystem::path& checkpoint) {
  FaceTrainingOptions options;
  options.size_px = 32;
  options.latent_dim = 32;
  options.width = 16;
  options.epochs = 12;
  options.batch = 16;
  options.seed = 2;
  options.learning_rate = 2e-3;  // at 4e-3 some seeds learn nothing
  options.precision = Precision::kFloat32;
  options.threads = 2;
  return train_autoencoder(pictures, options, checkpoint, testing::silent(), nullptr);
}

double mean_curvature(const at::Tensor& faces) {
  double sum = 0;
  for (int64_t i = 0; i < faces.size(0); ++i) sum += seen_mouth_curvature(to_picture(faces[i]));
  return sum / static_cast<double>(faces.size(0));
}

// What all of it is for: a code that moves along the direction decodes to a mouth that bends, steadily.
TEST(Smile, MovingAlongTheDirectionBendsTheDecodedMouth) {
  const testing::TemporaryFolder folder;
  const auto pictures = testing::drawn_faces(1000, 32, much_alike);
  const auto trained = train_a_little(pictures, folder / "state.pt");
  const torch::NoGradGuard no_grad;
  const auto held = held_out(pictures.content);
  const auto rows = torch::tensor(rows_where(held, false));
  const auto codes = encode_faces(trained.autoencoder, pictures.pixels.index_select(0, rows), 2, nullptr).codes;
  const auto smiling = pictures.attributes.select(1, pictures.attribute("Smiling")).index_select(0, rows);
  const auto direction = attribute_direction(codes, smiling);
  auto others = rows_where(held, true);
  others.resize(20);
  const auto unseen = trained.autoencoder.encode(face_batch(pictures.pixels, others));
  std::vector<double> bend;
  for (const double strength : {-2., -1., 0., 1., 2.})
    bend.push_back(mean_curvature(trained.autoencoder.decode(move(unseen, direction, strength))));
  for (size_t i = 1; i < bend.size(); ++i) EXPECT_GT(bend[i], bend[i - 1]) << i;
  EXPECT_LT(bend.front(), -0.005);
  EXPECT_GT(bend.back(), 0.005);
}

}  // namespace
}  // namespace pawprint
