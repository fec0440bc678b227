#include "app/faces/options.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <utility>

#include "app/base/backbone_names.h"
#include "app/base/option_list.h"
#include "app/training/options.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

constexpr NumberRange kStrength{-8, 8};

void expect(bool right, const std::string& option, const std::string& expected) {
  if (!right) throw UsageError("--" + option + ": expected " + expected);
}

FaceCrop parse_crop(const std::string& text) {
  FaceCrop crop;
  int end = 0;
  const int read = std::sscanf(text.c_str(), "%6ld,%6ld,%6ld%n", &crop.x, &crop.y, &crop.side, &end);
  if (read != 3 || end != static_cast<int>(text.size()) || crop.x < 0 || crop.y < 0 || crop.side < 1 ||
      std::max({crop.x, crop.y, crop.side}) > 100'000)
    throw UsageError("--crop: expected X,Y,SIDE in pixels, got " + in_quotes(text));
  return crop;
}

// A picture's name must tell a format that can be written, before minutes are spent.
void check_picture(const std::filesystem::path& out) {
  for (const char* extension : {".png", ".jpg", ".jpeg", ".webp"}) {
    if (out.extension() == extension) return;
  }
  throw UsageError("--out: expected a name ending in .png, .jpg or .webp, got " + in_quotes(out.native()));
}

void visit_picture(OptionVisitor& v, std::filesystem::path& out) {
  v.row(required({"out", "FILE", "a picture: .png, .jpg, .webp"}), out);
}

void visit_full_decode(OptionVisitor& v, bool& full_decode) {
  v.row({"full-decode", "", "the plain decoding instead of the photo with the change added to it"}, full_decode);
}

void visit_method(OptionVisitor& v, DirectionMethod& method) {
  v.row({"method", "",
         "logistic: the direction of a logistic classifier, which changes less besides\n"
         "mean: the difference of mean codes, which goes further\n"
         "auto: the first, unless it falls short and the second convinces more"},
        method);
}

}  // namespace

void visit_face_model(OptionVisitor& v, std::filesystem::path& model) {
  v.row({"model", "FILE", "made by `pawprint faces train`; faces64 is built in"}, model);
}

void FaceDataOptions::visit(OptionVisitor& v, const std::string& usual_crop) {
  v.row({"attributes", "CSV", "a table file,ATTRIBUTE,... with 0 or 1 for each picture", "DIR/attributes.csv"}, csv);
  std::string square;
  if (crop) square = std::to_string(crop->x) + ',' + std::to_string(crop->y) + ',' + std::to_string(crop->side);
  if (v.row({"crop", "X,Y,SIDE", "the square to cut from each picture, in its pixels", usual_crop}, square))
    crop = parse_crop(square);
}

void FaceSourceOptions::visit(OptionVisitor& v, const std::string& every_face) {
  visit_face_model(v, model);
  v.row({"face", "N", "the N-th face from the left", every_face}, face, {1, 1000});
  v.row({"aligned", "", "photos are like the training pictures: no face is looked for"}, aligned);
}

void FaceSourceOptions::validate() const {
  if (aligned && face > 0)
    throw UsageError("--aligned and --face: expected one of them, got both; an aligned picture holds one face");
}

void FaceTrainingOptions::visit(OptionVisitor& v) {
  v.operand({"DIR", "DIR, a folder of aligned faces"}, data.folder);
  v.row(required({"out", "FILE", "faces.pt: encoder, decoder and directions in one file"}), out);
  data.visit(v, "the largest in the middle");
  v.row({"resume", "", "continue a training that was interrupted, with the options it was begun with"}, resume);
  visit_seed(v, seed);
  v.group("the autoencoder");
  v.row({"size", "32|64|128", "side of the square the autoencoder sees"}, size_px, {.only = {32, 64, 128}});
  v.row({"latent-dim", "N", "latent dimensions, 32 to 512"}, latent_dim, {32, 512});
  v.row({"width", "N", "channels of the 32 px stage, a multiple of 16; the time grows with its square"}, width,
        {16, 256, 16});
  v.group("its training");
  v.row({"minutes", "M", "train for about so long: one epoch is measured"}, minutes, {.above_min = true});
  v.row({"epochs", "N", "passes over the faces, instead of --minutes"}, epochs, {1, 100'000});
  v.row({"batch", "N", "faces a gradient step, a multiple of 16"}, batch, {16, 1024, 16});
  v.row({"learning-rate", "X", "of Adam, at its highest"}, learning_rate, {0, 1, true});
  v.row({"beta", "X", "weight of the KL divergence"}, loss.beta, {});
  v.row({"free-bits", "X", "free bits per dimension, in nats"}, loss.free_bits, {});
  v.row({"l1-weight", "X", "weight of the mean absolute difference"}, loss.l1, {});
  v.row({"ssim-weight", "X", "weight of 1 - SSIM"}, loss.ssim, {});
  backbone_row(v,
               {"perceptual-backbone", "FILE|NAME",
                "a network whose first stages compare the pictures too (see docs/backbones.md)"},
               perceptual_backbone);
  const bool weighed = v.row({"perceptual", "X", "weight of what it finds", "0.1"}, loss.perceptual, {});
  if (v.reads() && !weighed && !perceptual_backbone.empty()) loss.perceptual = 0.1;
  v.group("the directions");
  visit_method(v, method);
  v.row({"balance", "NAMES", "attributes that the directions of the others are balanced over: Male,Young"}, balance);
  v.group("the machine");
  v.row({"precision", "", "of the convolutions in training; auto: what is faster"}, precision);
  if (v.reads()) choices = default_cache();
  visit_threads(v, threads);
}

void FaceTrainingOptions::validate(const Given& given) const {
  check_ranges(*this);
  if (given.contains("epochs") && given.contains("minutes"))
    throw UsageError("--epochs and --minutes: expected one of them, got both");
  expect((loss.perceptual == 0) == perceptual_backbone.empty(), "perceptual",
         "a positive number together with --perceptual-backbone");
}

void FaceEditOptions::visit(OptionVisitor& v) {
  v.operands({"PHOTO|DIR...", "photos or folders of photos", 1, kAnyNumber}, paths);
  v.row(required({"attribute", "NAME", "what is added: one of the model's attributes"}), attribute);
  v.row({"strength", "X", "how much: 1 shows on every face, -1 takes it away",
         "0.7, and faces that have it already are left as they are"},
        strength, kStrength);
  v.row(required({"out", "DIR", "where the results go, under the photos' names, in their formats and sizes"}), out);
  source.visit(v, "all");
  visit_full_decode(v, full_decode);
  visit_threads(v, threads);
}

void FaceEditOptions::validate(const Given&) const { source.validate(); }

void FaceStripOptions::visit(OptionVisitor& v) {
  v.operand({"PHOTO", "PHOTO"}, photo);
  v.row(required({"attribute", "NAME", "one of the model's attributes"}), attribute);
  v.row({"from", "X", "strength at the left"}, from, kStrength);
  v.row({"to", "X", "strength at the right"}, to, kStrength);
  v.row({"steps", "N", "faces in the strip"}, steps, {2, 64});
  visit_picture(v, out);
  source.visit(v, "1");
  visit_full_decode(v, full_decode);
}

void FaceStripOptions::validate(const Given&) const {
  source.validate();
  check_picture(out);
}

void FaceMixOptions::visit(OptionVisitor& v) {
  const bool two = faces == 2;
  v.operands({two ? "A B" : "A B C", std::to_string(faces) + " photos", faces, faces}, photos);
  v.row({"steps", "N", two ? "faces on the way, both ends counted" : "faces along each side"}, steps, {2, 64});
  v.row({"slerp", "", "along an arc instead of a straight line"}, spherical);
  visit_picture(v, out);
  source.visit(v, "1");
}

void FaceMixOptions::validate(const Given&) const {
  source.validate();
  check_picture(out);
}

void FaceGalleryOptions::visit(OptionVisitor& v) {
  visit_face_model(v, model);
  v.row({"count", "N", "faces to draw anew, 1 to 1000", "the model's own gallery"}, count, {1, 1000});
  visit_seed(v, seed);
  v.row({"out", "FILE", "a picture of all: .png, .jpg, .webp"}, out);
  v.row(
      {"images-dir", "DIR", "a picture of each: 001.png, 002.png, ...; for edit, strip, morph, analogy with --aligned"},
      images_dir);
}

void FaceGalleryOptions::validate(const Given&) const {
  if (!out.empty()) check_picture(out);
  if (out.empty() && images_dir.empty()) throw UsageError("expected --out FILE or --images-dir DIR, got neither");
}

void FaceScoreOptions::visit(OptionVisitor& v) {
  v.operand({"DIR", "DIR, a folder of aligned faces"}, data.folder);
  visit_face_model(v, model);
  data.visit(v, "as in training");
  v.row({"out", "DIR", "writes score.json, with every number, and score.png there"}, out);
  visit_seed(v, seed);
  visit_threads(v, threads);
}

void FaceDirectionOptions::visit(OptionVisitor& v) {
  FaceDataOptions table = data.value_or(FaceDataOptions());
  table.crop = crop;
  v.operand({"[DIR]", "DIR, a folder of aligned faces", 0}, table.folder);
  v.row(required({"model", "FILE", "made by `pawprint faces train`"}), model);
  v.row(required({"name", "NAME", "of the attribute; with DIR a column of the table"}), name);
  v.row({"with", "DIR", "photos of people who have it; the largest face of each counts"}, with);
  v.row({"without", "DIR", "photos of people who do not"}, without);
  v.row({"aligned", "", "those are like the training pictures: look for no face in them"}, aligned);
  table.visit(v, "as in training");
  visit_method(v, method);
  v.row({"balance", "NAMES", "columns of the table: their share is made the same on both sides: Male,Young"}, balance);
  v.row({"orthogonal-to", "NAMES", "directions of the model to stay at right angles to: Male"}, orthogonal_to);
  v.row({"out", "FILE", "where the new model goes", "the model itself, replaced when all went well"}, out);
  visit_threads(v, threads);
  if (!v.reads()) return;
  crop = table.crop;
  if (!table.folder.empty()) data = table;
  if (out.empty()) out = model;
}

void FaceDirectionOptions::validate(const Given& given) const {
  const auto allowed = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-'; };
  expect(!name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), allowed), "name",
         "1 to 64 letters, digits, _ and -, got " + in_quotes(name));
  expect(data || !given.contains("attributes"), "attributes", "with DIR only");
  if (data && !(with.empty() && without.empty()))
    throw UsageError("--with and --without: expected instead of DIR, got both");
  if (!data && (with.empty() || without.empty()))
    throw UsageError("expected DIR, a folder of aligned faces with a table, or --with and --without, two folders");
  expect(!data || !aligned, "aligned", "with --with and --without only: the faces of a table are always aligned");
  expect(aligned || data || !crop, "crop", "with --aligned or DIR only: the faces in photos are looked for");
  expect(data || balance.empty(), "balance", "with DIR only: the two folders do not say who has what else");
  for (const auto& [option, names] : {std::pair("balance", balance), std::pair("orthogonal-to", orthogonal_to)})
    expect(std::count(names.begin(), names.end(), name) == 0, option, "other attributes than " + in_quotes(name));
  if (!given.empty() && out == kBuiltinFaces && !std::filesystem::exists(out))
    throw UsageError("--out: expected a file for the new model, got none; the builtin one stays as it is");
}

}  // namespace pawprint
