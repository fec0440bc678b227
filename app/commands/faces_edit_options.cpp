#include "app/commands/commands.h"
#include "app/commands/common.h"
#include "app/commands/options.h"
#include "models/error.h"

namespace pawprint {

namespace {

const OptionSpec kAlignedOption{"aligned", "", "photos are like the training pictures: no face is looked for"};
const OptionSpec kFaceOption{"face", "N", "the N-th face from the left (default: all, or the first)"};
const OptionSpec kOneFaceOption{"face", "N", "the N-th face from the left (default: 1)"};
const OptionSpec kDecodedOption{"decoded", "", "the plain decoding instead of the photo with the change added to it"};
const OptionSpec kSphericalOption{"slerp", "", "along an arc instead of a straight line"};

CommandSpec edit_spec() {
  return {
      "faces edit",
      "PHOTO|DIR... --attribute NAME --out DIR [options]",
      "Gives the faces in your photos a smile, or another attribute; the rest of the photo stays as it is.",
      {kFaceModelOption,
       {"attribute", "NAME", "what is added: one of the model's attributes"},
       {"strength", "X",
        "how much: 1 shows on every face, -1 takes it away (default: 0.7, and faces\nthat have it already are left as "
        "they are)"},
       kFaceOption,
       kAlignedOption,
       kDecodedOption,
       {"out", "DIR", "where the results go, under the photos' names, in their formats and sizes"},
       kThreadsOption},
      "Your photos are never changed. Results keep colour profile and EXIF data; grey photos stay grey. A photo "
      "without a\n"
      "face is named, and nothing is written for it (exit code 3); one whose faces all have the attribute already is\n"
      "named and copied, unless --strength is given.\n\n"
      "example: pawprint faces edit holiday.jpg --attribute Smiling --out edited\n"};
}

CommandSpec strip_spec() {
  return {"faces strip",
          "PHOTO --attribute NAME --out FILE [options]",
          "Draws a face with a growing strength of an attribute, side by side.",
          {kFaceModelOption,
           {"attribute", "NAME", "one of the model's attributes"},
           {"from", "X", "strength at the left (default: -1)"},
           {"to", "X", "strength at the right (default: 1)"},
           {"steps", "N", "faces in the strip (default: 9)"},
           kOneFaceOption,
           kAlignedOption,
           kDecodedOption,
           {"out", "FILE", "a picture: .png, .jpg, .webp"}},
          "example: pawprint faces strip me.jpg --attribute Smiling --out strip.png\n"};
}

CommandSpec morph_spec() {
  return {"faces morph",
          "A B --out FILE [options]",
          "Draws the way from one face to another.",
          {kFaceModelOption,
           {"steps", "N", "faces on the way, both ends counted (default: 9)"},
           kSphericalOption,
           kOneFaceOption,
           kAlignedOption,
           {"out", "FILE", "a picture: .png, .jpg, .webp"}},
          "example: pawprint faces morph me.jpg you.jpg --out morph.png\n"};
}

CommandSpec analogy_spec() {
  return {"faces analogy",
          "A B C --out FILE [options]",
          "A is to B as C is to whom? Draws the square between the three and the answer, at its lower right.",
          {kFaceModelOption,
           {"steps", "N", "faces along each side (default: 5)"},
           kSphericalOption,
           kOneFaceOption,
           kAlignedOption,
           {"out", "FILE", "a picture: .png, .jpg, .webp"}},
          "example: pawprint faces analogy grumpy.jpg smiling.jpg me.jpg --out analogy.png\n"};
}

CommandSpec gallery_spec() {
  return {"faces gallery",
          "[--out FILE] [--each DIR] [options]",
          "Draws faces of nobody: codes drawn at random, decoded.",
          {kFaceModelOption,
           {"count", "N", "faces to draw anew, 1 to 1000 (default: the model's own gallery)"},
           kSeedOption,
           {"out", "FILE", "a picture of all: .png, .jpg, .webp"},
           {"each", "DIR", "a picture of each: 001.png, 002.png, ...; for edit, strip, morph, analogy with --aligned"}},
          "example: pawprint faces gallery --count 40 --seed 7 --out gallery.png\n"};
}

// A picture's name must tell a format that can be written, before minutes are spent.
std::filesystem::path picture_option(const Arguments& arguments) {
  const std::filesystem::path out = arguments.required("out");
  for (const char* extension : {".png", ".jpg", ".jpeg", ".webp"}) {
    if (out.extension() == extension) return out;
  }
  throw UsageError("--out: expected a name ending in .png, .jpg or .webp, got " + in_quotes(out.native()));
}

// Negative numbers too, unlike Arguments::number.
double signed_number(const Arguments& arguments, const std::string& name, double fallback) {
  const auto text = arguments.text(name);
  if (!text) return fallback;
  try {
    size_t end = 0;
    const double value = std::stod(*text, &end);
    if (end == text->size() && value >= -8 && value <= 8) return value;
  } catch (const std::exception&) {
  }
  throw UsageError("--" + name + ": expected a number from -8 to 8, got " + in_quotes(*text));
}

FaceSourceOptions face_source(const Arguments& arguments) {
  FaceSourceOptions source;
  source.model = face_model_option(arguments);
  source.aligned = arguments.flag("aligned");
  source.face = arguments.integer("face", 0, 1, 1000);
  if (source.aligned && source.face > 0)
    throw UsageError("--aligned and --face: expected one of them, got both; an aligned picture holds one face");
  return source;
}

FaceMixOptions mix_options(const Arguments& arguments, size_t photos, int64_t steps) {
  FaceMixOptions options;
  options.photos = arguments.positional();
  if (options.photos.size() != photos)
    throw UsageError("expected " + std::to_string(photos) + " photos, got " + std::to_string(options.photos.size()));
  options.source = face_source(arguments);
  options.steps = arguments.integer("steps", steps, 2, 64);
  options.spherical = arguments.flag("slerp");
  options.out = picture_option(arguments);
  return options;
}

}  // namespace

FaceEditOptions parse_faces_edit(const Arguments& arguments) {
  FaceEditOptions options;
  options.paths = arguments.positional();
  if (options.paths.empty()) throw UsageError("expected photos or folders of photos, got nothing");
  options.source = face_source(arguments);
  options.attribute = arguments.required("attribute");
  if (arguments.text("strength")) options.strength = signed_number(arguments, "strength", 0);
  options.decoded = arguments.flag("decoded");
  options.out = arguments.required("out");
  options.threads = arguments.integer("threads", available_cores(), 1, 1024);
  return options;
}

FaceStripOptions parse_faces_strip(const Arguments& arguments) {
  FaceStripOptions options;
  options.photo = arguments.only_positional("PHOTO");
  options.source = face_source(arguments);
  options.attribute = arguments.required("attribute");
  options.from = signed_number(arguments, "from", options.from);
  options.to = signed_number(arguments, "to", options.to);
  options.steps = arguments.integer("steps", options.steps, 2, 64);
  options.decoded = arguments.flag("decoded");
  options.out = picture_option(arguments);
  return options;
}

FaceMixOptions parse_faces_morph(const Arguments& arguments) { return mix_options(arguments, 2, 9); }

FaceMixOptions parse_faces_analogy(const Arguments& arguments) { return mix_options(arguments, 3, 5); }

FaceGalleryOptions parse_faces_gallery(const Arguments& arguments) {
  FaceGalleryOptions options;
  if (!arguments.positional().empty())
    throw UsageError("expected options only, got " + in_quotes(arguments.positional().front()));
  options.model = face_model_option(arguments);
  options.count = arguments.integer("count", 0, 1, 1000);
  options.seed = arguments.seed();
  if (arguments.text("out")) options.out = picture_option(arguments);
  options.each = arguments.text("each").value_or("");
  if (options.out.empty() && options.each.empty()) throw UsageError("expected --out FILE or --each DIR, got neither");
  return options;
}

Command faces_edit_command() {
  return {edit_spec(), [](const Arguments& arguments) { parse_faces_edit(arguments); }};
}

Command faces_strip_command() {
  return {strip_spec(), [](const Arguments& arguments) { parse_faces_strip(arguments); }};
}

Command faces_morph_command() {
  return {morph_spec(), [](const Arguments& arguments) { parse_faces_morph(arguments); }};
}

Command faces_analogy_command() {
  return {analogy_spec(), [](const Arguments& arguments) { parse_faces_analogy(arguments); }};
}

Command faces_gallery_command() {
  return {gallery_spec(), [](const Arguments& arguments) { parse_faces_gallery(arguments); }};
}

}  // namespace pawprint
