#include <limits>

#include "app/commands/commands.h"
#include "app/commands/common.h"
#include "app/commands/options.h"
#include "app/data/comma_list.h"
#include "models/error.h"

namespace pawprint {

namespace {

const OptionSpec kAttributesOption{"attributes", "CSV",
                                   "a table file,ATTRIBUTE,... with 0 or 1 for each picture\n"
                                   "(default: DIR/attributes.csv)"};
const OptionSpec kCropOption{
    "crop", "X,Y,SIDE", "the square to cut from each picture, in its pixels (default: the\nlargest in the middle)"};

const OptionSpec kMethodOption{"method", "auto|logistic|mean",
                               "the direction of a logistic classifier, which changes less besides; the difference\n"
                               "of mean codes, which goes further; auto: the first, unless it falls short and the\n"
                               "second convinces more (default: auto)"};

CommandSpec train_spec() {
  return {
      "faces train",
      "DIR --out FILE [options]",
      "Trains an autoencoder on a folder of aligned faces, and finds the direction of each attribute.",
      {{"out", "FILE", "faces.pt: encoder, decoder and directions in one file"},
       kAttributesOption,
       kCropOption,
       {"size", "32|64|128", "side of the square the autoencoder sees (default: 64)"},
       {"codes", "N", "numbers a face is made of, 32 to 512 (default: 128)"},
       {"width", "N", "channels of the 32 px stage, a multiple of 16; the time grows with its square (default: 32)"},
       {"minutes", "M", "train for about so long: one epoch is measured (default: 40)"},
       {"epochs", "N", "passes over the faces, instead of --minutes"},
       {"batch", "N", "faces a gradient step, a multiple of 16 (default: 32)"},
       {"learning-rate", "X", "of Adam, at its highest (default: 0.001)"},
       {"beta", "X", "weight of the KL divergence (default: 1)"},
       {"free-bits", "X", "nats of it that each code may have for nothing (default: 0)"},
       {"absolute", "X", "weight of the mean absolute difference (default: 0)"},
       {"structural", "X", "weight of 1 - SSIM (default: 0)"},
       {"perceptual-backbone", "FILE", "a network whose first stages compare the pictures too (see docs/backbones.md)"},
       {"perceptual", "X", "weight of what it finds (default: 0.1)"},
       kMethodOption,
       {"balance", "NAMES", "attributes that the directions of the others are balanced over: Male,Young"},
       {"resume", "", "continue a training that was interrupted, with the options it was begun with"},
       {"precision", "auto|fp32|bf16", "of the convolutions in training; auto: what is faster (default: auto)"},
       kSeedOption,
       kThreadsOption},
      "5 % of the faces, chosen by their content, are never trained on: `pawprint faces score` looks at those.\n"
      "FILE-reconstructions.png shows some of them, and what the autoencoder makes of them, every few epochs.\n\n"
      "example: pawprint faces train celeba --crop 12,28,64 --out faces.pt\n"};
}

const OptionSpec kModelCropOption{"crop", "X,Y,SIDE",
                                  "the square to cut from each picture, in its pixels (default: as in training)"};

CommandSpec score_spec() {
  return {"faces score",
          "DIR [options]",
          "Measures a model of faces on those of a folder that it was not trained on.",
          {kFaceModelOption,
           kAttributesOption,
           kModelCropOption,
           {"out", "DIR", "writes score.json, with every number, and score.png there"},
           kSeedOption,
           kThreadsOption},
          "The faces held out are those whose content says so, 5 % of all: at least 20 are needed. PCA with as many "
          "numbers\n"
          "a face is fitted on the others. Attributes are edited at strength 1, in faces without them:\n"
          "  AUC         of the direction as a classifier of codes; p: how often chance does as well\n"
          "  judge       accuracy (both sides count the same) and AUC of the classifier of pixels that is asked below\n"
          "  convinced   share of edited faces that it takes for having the attribute; before: unedited;\n"
          "              random: moved as far, each along a direction of its own\n"
          "  drift       how far codes move at right angles to the direction; 1: as far as to another person\n"
          "  outside     PSNR outside the mask, dB; upper: in the rows above the nose, 7/16 of the side\n"
          "  sharpness   edited, as a multiple of the photo's\n\n"
          "example: pawprint faces score celeba --model faces.pt --out score\n"};
}

CommandSpec direction_spec() {
  return {
      "faces direction",
      "--model FILE --name NAME (DIR | --with DIR --without DIR) [options]",
      "Adds an attribute to a model of faces, from a folder with a table or from two folders.",
      {{"model", "FILE", "made by `pawprint faces train`"},
       {"name", "NAME", "of the attribute; with DIR a column of the table"},
       {"with", "DIR", "photos of people who have it; the largest face of each counts"},
       {"without", "DIR", "photos of people who do not"},
       {"aligned", "", "those are like the training pictures: look for no face in them"},
       kAttributesOption,
       kModelCropOption,
       kMethodOption,
       {"balance", "NAMES", "columns of the table: their share is made the same on both sides: Male,Young"},
       {"remove", "NAMES", "directions of the model to stay at right angles to: Male"},
       {"out", "FILE", "default: the model itself, replaced when all went well"},
       kThreadsOption},
      "Faces that are held out, 5 % of all by their content, only measure the direction. At least 20 others with the\n"
      "attribute and 20 without are needed. A direction of that name is replaced.\n\n"
      "examples: pawprint faces direction celeba --model faces.pt --name Smiling --balance Male\n"
      "          pawprint faces direction --model faces.pt --name Happy --with smiling --without grumpy\n"};
}

int64_t whole_number(const std::string& text, const std::string& expected) {
  try {
    size_t end = 0;
    const long value = std::stol(text, &end);
    if (end == text.size()) return value;
  } catch (const std::exception&) {
  }
  throw UsageError(expected + ", got " + in_quotes(text));
}

std::optional<FaceCrop> crop_option(const Arguments& arguments) {
  const auto text = arguments.text("crop");
  if (!text) return std::nullopt;
  const std::string expected = "--crop: expected X,Y,SIDE in pixels";
  const auto parts = split_at_commas(*text);
  if (parts.size() != 3) throw UsageError(expected + ", got " + in_quotes(*text));
  const FaceCrop crop{whole_number(parts[0], expected), whole_number(parts[1], expected),
                      whole_number(parts[2], expected)};
  if (crop.x < 0 || crop.y < 0 || crop.side < 1 || crop.x > 100'000 || crop.y > 100'000 || crop.side > 100'000)
    throw UsageError(expected + ", got " + in_quotes(*text));
  return crop;
}

std::vector<std::string> names_option(const Arguments& arguments, const std::string& name) {
  const auto text = arguments.text(name);
  return text ? split_at_commas(*text) : std::vector<std::string>();
}

std::string method_option(const Arguments& arguments) {
  return arguments.choice("method", {"auto", "logistic", "mean"});
}

FaceDataOptions face_data(const Arguments& arguments) {
  FaceDataOptions data;
  data.folder = arguments.only_positional("DIR, a folder of aligned faces");
  if (const auto csv = arguments.text("attributes")) data.csv = *csv;
  data.crop = crop_option(arguments);
  return data;
}

}  // namespace

FaceTrainingOptions parse_faces_train(const Arguments& arguments) {
  FaceTrainingOptions options;
  options.data = face_data(arguments);
  options.out = arguments.required("out");
  options.size_px = arguments.integer("size", options.size_px, 32, 128);
  options.codes = arguments.integer("codes", options.codes, 32, 512);
  options.width = arguments.integer("width", options.width, 16, 256);
  if (arguments.text("epochs") && arguments.text("minutes"))
    throw UsageError("--epochs and --minutes: expected one of them, got both");
  options.epochs = arguments.integer("epochs", 0, 1, 100'000);
  options.minutes = arguments.number("minutes", options.minutes, 0);
  options.batch = arguments.integer("batch", options.batch, 16, 1024);
  options.learning_rate = arguments.number("learning-rate", options.learning_rate, 0);
  auto& loss = options.loss;
  loss.beta = arguments.number("beta", loss.beta, 0);
  loss.free_bits = arguments.number("free-bits", loss.free_bits, 0);
  loss.absolute = arguments.number("absolute", loss.absolute, 0);
  loss.structural = arguments.number("structural", loss.structural, 0);
  options.perceptual_backbone = arguments.text("perceptual-backbone").value_or("");
  loss.perceptual = arguments.number("perceptual", options.perceptual_backbone.empty() ? 0 : 0.1, 0);
  options.balance = names_option(arguments, "balance");
  options.method = method_option(arguments);
  options.resume = arguments.flag("resume");
  options.precision = precision_option(arguments);
  options.seed = arguments.seed();
  options.threads = arguments.integer("threads", available_cores(), 1, 1024);
  options.validate();
  return options;
}

FaceScoreOptions parse_faces_score(const Arguments& arguments) {
  FaceScoreOptions options;
  options.data = face_data(arguments);
  options.model = face_model_option(arguments);
  if (const auto out = arguments.text("out")) options.out = *out;
  options.seed = arguments.seed();
  options.threads = arguments.integer("threads", available_cores(), 1, 1024);
  return options;
}

FaceDirectionOptions parse_faces_direction(const Arguments& arguments) {
  FaceDirectionOptions options;
  options.model = arguments.required("model");
  options.name = arguments.required("name");
  options.with = arguments.text("with").value_or("");
  options.without = arguments.text("without").value_or("");
  options.aligned = arguments.flag("aligned");
  options.crop = crop_option(arguments);
  if (!arguments.positional().empty()) options.data = face_data(arguments);
  if (!options.data && arguments.text("attributes")) throw UsageError("--attributes: expected with DIR only");
  options.balance = names_option(arguments, "balance");
  options.method = method_option(arguments);
  options.remove = names_option(arguments, "remove");
  options.out = arguments.text("out").value_or(options.model);
  if (options.out == kShippedFaces && !std::filesystem::exists(options.out))
    throw UsageError("--out: expected a file for the new model, got none; the one that ships stays as it is");
  options.threads = arguments.integer("threads", available_cores(), 1, 1024);
  options.validate();
  return options;
}

Command faces_score_command() {
  return {score_spec(), [](const Arguments& arguments) { parse_faces_score(arguments); }};
}

Command faces_direction_command() {
  return {direction_spec(), [](const Arguments& arguments) { parse_faces_direction(arguments); }};
}

Command faces_train_command() {
  return {train_spec(), [](const Arguments& arguments) { parse_faces_train(arguments); }};
}

}  // namespace pawprint
