// What the faces commands can be told; nothing here needs LibTorch or OpenCV.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/base/option_visitor.h"
#include "models/base/builtin_names.h"
#include "models/base/device.h"

namespace pawprint {

// A square cut from every picture before it is scaled, in pixels of the picture.
struct FaceCrop {
  int64_t x = 0, y = 0, side = 0;
};

// How a direction is found (directions.h).
enum class DirectionMethod { kAuto, kLogistic, kMean };
template <>
inline constexpr std::array<std::string_view, 3> kWords<DirectionMethod> = {"auto", "logistic", "mean"};

// Aligned pictures of faces, and what they show.
struct FaceDataOptions {
  std::filesystem::path folder;              // pictures, in it or in its sub-folder `images`
  std::optional<std::filesystem::path> csv;  // file,ATTRIBUTE,... with 0 or 1 (or -1 and 1, as CelebA);
                                             // none: attributes.csv in the folder, if there is one
  std::optional<FaceCrop> crop;              // none: the largest square in the middle
  void visit(OptionVisitor& visitor, const std::string& usual_crop);  // what --crop is where it is not said
};

// Weights of the terms of the loss (train_autoencoder.h); none is negative.
struct FaceLossOptions {
  double beta = 1;        // of the KL divergence
  double free_bits = 0;   // free bits per dimension, in nats
  double l1 = 0;          // of the mean absolute difference
  double ssim = 0;        // of 1 - SSIM
  double perceptual = 0;  // of what the early stages of a network make of the difference
};

struct FaceTrainingOptions {
  FaceDataOptions data;
  int64_t size_px = 64;
  int64_t latent_dim = 128;
  int64_t width = 32;  // a multiple of 16; the time grows with its square
  int64_t epochs = 0;  // 0: as many as fit in `minutes`
  double minutes = 40;
  int64_t batch = 32;           // faces a gradient step, a multiple of 16
  double learning_rate = 1e-3;  // at its highest
  FaceLossOptions loss;
  std::filesystem::path perceptual_backbone;  // the network of loss.perceptual
  DirectionMethod method = DirectionMethod::kAuto;
  std::vector<std::string> balance;        // attributes that the directions of the others are balanced over
  Precision precision = Precision::kAuto;  // of the convolutions; auto: what is faster
  int64_t threads = 1;
  uint64_t seed = 1;
  bool resume = false;
  std::filesystem::path choices;  // where the choice of precision is kept (kept_choice.h); empty: nowhere
  std::filesystem::path out = "faces.pt";
  void visit(OptionVisitor& visitor);
  void validate(const Given& given = {}) const;  // throws UsageError naming the first bad option
};

// Where faces come from, and which network works on them.
struct FaceSourceOptions {
  std::filesystem::path model = kBuiltinFaces;
  bool aligned = false;  // pictures like those the model was trained on: no face is looked for
  int64_t face = 0;      // the n-th from the left; 0: all, or the first where one is wanted
  void visit(OptionVisitor& visitor, const std::string& every_face);  // what --face is without one: `1`
  void validate() const;                                              // throws UsageError
};

constexpr double kUsualStrength = 0.7;  // of an edit: 1 is meant to show on every face, and is too much on most

struct FaceEditOptions {
  std::vector<std::string> paths;  // photos, and folders of photos
  FaceSourceOptions source;
  std::string attribute;
  std::optional<double> strength;  // none: the usual one, and faces that have the attribute already are left
  bool full_decode = false;        // show the plain decoding instead of the photo with the change added
  std::filesystem::path out;
  int64_t threads = 1;
  void visit(OptionVisitor& visitor);
  void validate(const Given& given = {}) const;  // throws UsageError
};

struct FaceStripOptions {
  std::filesystem::path photo;
  FaceSourceOptions source;
  std::string attribute;
  double from = -1, to = 1;
  int64_t steps = 9;
  bool full_decode = false;
  std::filesystem::path out;
  void visit(OptionVisitor& visitor);
  void validate(const Given& given = {}) const;  // throws UsageError
};

// Mixing the codes of two faces (morph).
struct FaceMixOptions {
  size_t faces = 2;
  std::vector<std::string> photos;
  FaceSourceOptions source;
  int64_t steps = 9;  // of a side
  bool spherical = false;
  std::filesystem::path out;
  void visit(OptionVisitor& visitor);
  void validate(const Given& given = {}) const;  // throws UsageError
};

// Of three.
struct FaceAnalogyOptions : FaceMixOptions {
  FaceAnalogyOptions() { faces = 3, steps = 5; }
};

struct FaceGalleryOptions {
  std::filesystem::path model = kBuiltinFaces;
  int64_t count = 0;  // faces drawn anew; 0: those stored in the model
  uint64_t seed = 1;
  std::filesystem::path out;         // a picture of all, or none
  std::filesystem::path images_dir;  // a folder for a picture of each, or none
  void visit(OptionVisitor& visitor);
  void validate(const Given& given = {}) const;  // throws UsageError
};

struct FaceScoreOptions {
  std::filesystem::path model = kBuiltinFaces;
  FaceDataOptions data;                      // crop: none: the model's
  std::optional<std::filesystem::path> out;  // a folder for score.json and score.png
  int64_t threads = 1;
  uint64_t seed = 1;
  void visit(OptionVisitor& visitor);
};

struct FaceDirectionOptions {
  std::filesystem::path model;
  std::string name;                     // letters, digits, _ and -
  std::optional<FaceDataOptions> data;  // faces and a table with the column `name`, or
  std::filesystem::path with, without;  // a folder of photos of faces that have it, one of faces that have not
  bool aligned = false;                 // those are like the model's training pictures: no face is looked for
  std::optional<FaceCrop> crop;         // none: the model's
  DirectionMethod method = DirectionMethod::kAuto;
  std::vector<std::string> balance;        // columns of the table
  std::vector<std::string> orthogonal_to;  // directions of the model
  std::filesystem::path out;               // may be the model itself
  int64_t threads = 1;
  void visit(OptionVisitor& visitor);
  void validate(const Given& given = {}) const;  // throws UsageError naming the first bad option
};

void visit_face_model(OptionVisitor& visitor, std::filesystem::path& model);

}  // namespace pawprint
