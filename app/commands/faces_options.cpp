#include <limits>

#include "app/commands/commands.h"
#include "app/commands/common.h"
#include "app/commands/options.h"
#include "models/error.h"

namespace pawprint {

namespace {

const OptionSpec kAttributesOption{"attributes", "CSV",
                                   "a table file,ATTRIBUTE,... with 0 or 1 for each picture\n"
                                   "(default: DIR/attributes.csv)"};
const OptionSpec kCropOption{
    "crop", "X,Y,SIDE", "the square to cut from each picture, in its pixels (default: the\nlargest in the middle)"};

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
       {"balance", "NAMES", "attributes that the directions of the others are balanced over: Male,Young"},
       {"resume", "", "continue a training that was interrupted, with the options it was begun with"},
       {"precision", "auto|fp32|bf16", "of the convolutions in training; auto: what is faster (default: auto)"},
       kSeedOption,
       kThreadsOption},
      "5 % of the faces, chosen by their content, are never trained on: `pawprint faces score` looks at those.\n"
      "FILE-reconstructions.png shows some of them, and what the autoencoder makes of them, every few epochs.\n\n"
      "example: pawprint faces train celeba --crop 12,28,64 --balance Male --out faces.pt\n"};
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

std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == ',') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
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
  options.beta = arguments.number("beta", options.beta, 0);
  options.free_bits = arguments.number("free-bits", options.free_bits, 0);
  options.absolute = arguments.number("absolute", options.absolute, 0);
  options.structural = arguments.number("structural", options.structural, 0);
  options.perceptual_backbone = arguments.text("perceptual-backbone").value_or("");
  options.perceptual = arguments.number("perceptual", options.perceptual_backbone.empty() ? 0 : 0.1, 0);
  options.balance = names_option(arguments, "balance");
  options.resume = arguments.flag("resume");
  options.precision = precision_option(arguments);
  options.seed = arguments.seed();
  options.threads = arguments.integer("threads", available_cores(), 1, 1024);
  options.validate();
  return options;
}

Command faces_train_command() {
  return {train_spec(), [](const Arguments& arguments) { parse_faces_train(arguments); }};
}

}  // namespace pawprint
