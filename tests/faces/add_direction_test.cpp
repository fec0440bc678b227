#include "app/faces/add_direction.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <fstream>

#include "app/data/csv.h"
#include "app/faces/directions.h"
#include "models/base/error.h"
#include "tests/support/drawn_faces.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

namespace fs = std::filesystem;
using testing::message_of;
using testing::silent;

// Drawn faces on disk, also in two folders by their smile, and an untrained model that classifies Smiling.
class AddDirection : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new testing::TemporaryFolder;
    draw_faces(data(), 200, 1, {});
    const auto rows = parse_csv(testing::read_all(data() / "attributes.csv"), "attributes");
    for (size_t i = 1; i < rows.size(); ++i) {
      const fs::path side = *folder_ / (rows[i].cells[1] == "1" ? "smiling" : "grumpy");
      fs::create_directories(side);
      fs::copy_file(data() / "images" / rows[i].cells[0], side / rows[i].cells[0]);
    }
  }
  static void TearDownTestSuite() {
    delete folder_;
    folder_ = nullptr;
  }
  void SetUp() override { testing::untrained_model({"Smiling"}).save(model()); }

  static fs::path data() { return *folder_ / "drawn"; }
  static fs::path model() { return *folder_ / "faces.pt"; }
  static FaceDirectionOptions from_table(const std::string& name) {
    FaceDirectionOptions options;
    options.method = DirectionMethod::kMean;
    options.model = options.out = model();
    options.name = name;
    options.data = FaceDataOptions{data(), {}, {}};
    options.threads = 2;
    return options;
  }
  static FaceDirectionOptions from_folders(const std::string& with, const std::string& without) {
    auto options = from_table("Smiling");
    options.data.reset();
    options.with = *folder_ / with;
    options.without = *folder_ / without;
    options.aligned = true;
    return options;
  }
  static std::string refusal(const FaceDirectionOptions& options) {
    return message_of<Error>([&] { add_direction(options, silent()); });
  }

  static testing::TemporaryFolder* folder_;
};

testing::TemporaryFolder* AddDirection::folder_ = nullptr;

TEST_F(AddDirection, IsTheDifferenceOfMeansOverFacesThatAreNotHeldOut) {
  const auto added = add_direction(from_table("Smiling"), silent());
  const auto loaded = FaceModel::load(model());
  ASSERT_EQ(loaded.directions.size(), 1u);
  EXPECT_FALSE(added.cosine);
  const auto pictures = load_face_pictures({data(), {}, {}}, 32, 1, {});
  const auto rows = torch::tensor(rows_where(held_out(pictures.content), false));
  const auto codes = encode_faces(loaded.autoencoder, pictures.pixels.index_select(0, rows), 1, nullptr).codes;
  const auto smiling = pictures.attributes.select(1, pictures.attribute("Smiling")).index_select(0, rows);
  EXPECT_TRUE(at::allclose(loaded.direction("Smiling").direction, attribute_direction(codes, smiling), 1e-4, 1e-5));
  EXPECT_EQ(added.direction.facts["faces_with"], smiling.sum().item<int64_t>());
  EXPECT_EQ(added.direction.facts["faces_with"].get<int64_t>() + added.direction.facts["faces_without"].get<int64_t>() +
                added.held_out_with + added.held_out_without,
            200);
}

TEST_F(AddDirection, ReplacesOneOfTheSameNameAndKeepsTheOthers) {
  add_direction(from_table("Male"), silent());
  add_direction(from_table("Smiling"), silent());
  const auto again = add_direction(from_table("Male"), silent());
  ASSERT_TRUE(again.cosine);
  EXPECT_NEAR(*again.cosine, 1, 1e-5);
  const auto loaded = FaceModel::load(model());
  ASSERT_EQ(loaded.directions.size(), 2u);
  EXPECT_EQ(loaded.directions[0].name, "Male");
  EXPECT_EQ(loaded.directions[1].name, "Smiling");
}

TEST_F(AddDirection, TwoFoldersSayWhatTheTableSays) {
  add_direction(from_table("Smiling"), silent());
  auto options = from_folders("smiling", "grumpy");
  options.out = *folder_ / "deeper" / "other.pt";
  const auto before = testing::read_all(model());
  const auto added = add_direction(options, silent());
  EXPECT_NEAR(added.cosine.value(), 1, 1e-5);
  EXPECT_EQ(testing::read_all(model()), before);
  EXPECT_EQ(FaceModel::load(options.out).directions.size(), 1u);
}

TEST_F(AddDirection, StaysAtRightAnglesToWhatIsRemoved) {
  add_direction(from_table("Male"), silent());
  auto options = from_table("Smiling");
  options.orthogonal_to = {"Male"};
  options.balance = {"Young"};
  const auto added = add_direction(options, silent());
  const auto male = FaceModel::load(model()).direction("Male").direction;
  EXPECT_NEAR(at::cosine_similarity(male, added.direction.direction, 0).item<double>(), 0, 1e-4);
  EXPECT_EQ(added.direction.facts["remove"], nlohmann::json{"Male"});
  EXPECT_EQ(added.direction.facts["balance"], nlohmann::json{"Young"});
}

TEST_F(AddDirection, AnUnknownNameIsRefusedAndTheModelStays) {
  const auto before = testing::read_all(model());
  EXPECT_TRUE(refusal(from_table("Grumpy")).starts_with("expected one of the attributes "));
  auto options = from_table("Smiling");
  options.balance = {"Old"};
  EXPECT_TRUE(refusal(options).ends_with("got 'Old'"));
  options = from_table("Smiling");
  options.orthogonal_to = {"Old"};
  EXPECT_NE(refusal(options).find("got 'Old'"), std::string::npos);
  EXPECT_EQ(testing::read_all(model()), before);
}

TEST_F(AddDirection, TooFewFacesOfASideAreRefused) {
  const fs::path few = *folder_ / "few";
  fs::create_directories(few);
  int64_t copied = 0;
  for (const auto& entry : fs::directory_iterator(*folder_ / "smiling")) {
    if (copied++ < 10) fs::copy_file(entry.path(), few / entry.path().filename(), fs::copy_options::skip_existing);
  }
  const std::string message = refusal(from_folders("few", "grumpy"));
  EXPECT_TRUE(message.starts_with("'Smiling': expected at least 20 faces to learn from")) << message;
  EXPECT_NE(refusal(from_folders("smiling", "smiling")).find("got one that lies in both"), std::string::npos);
}

}  // namespace
}  // namespace pawprint
