#include "app/faces/options.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "models/error.h"

namespace pawprint {

namespace {

void expect(bool right, const std::string& option, const std::string& expected) {
  if (!right) throw UsageError("--" + option + ": expected " + expected);
}

}  // namespace

void FaceTrainingOptions::validate() const {
  expect(size_px == 32 || size_px == 64 || size_px == 128, "size", "32, 64 or 128");
  expect(codes >= 32 && codes <= 512, "codes", "32 to 512");
  expect(width >= 16 && width <= 256 && width % 16 == 0, "width", "a multiple of 16 from 16 to 256");
  expect(epochs >= 0 && epochs <= 100'000, "epochs", "1 to 100000");
  expect(minutes > 0, "minutes", "a positive number");
  expect(batch >= 16 && batch <= 1024 && batch % 16 == 0, "batch", "a multiple of 16 from 16 to 1024");
  expect(learning_rate > 0 && learning_rate <= 1, "learning-rate", "a number above 0, at most 1");
  for (const auto& [option, weight] : {std::pair("beta", loss.beta), std::pair("free-bits", loss.free_bits),
                                       std::pair("absolute", loss.absolute), std::pair("structural", loss.structural)})
    expect(weight >= 0, option, "a number that is not negative");
  expect(loss.perceptual >= 0 && (loss.perceptual == 0) == perceptual_backbone.empty(), "perceptual",
         "a positive number together with --perceptual-backbone");
  expect(threads >= 1, "threads", "at least 1");
}

void FaceDirectionOptions::validate() const {
  const auto allowed = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-'; };
  expect(!name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), allowed), "name",
         "1 to 64 letters, digits, _ and -, got " + in_quotes(name));
  if (data && !(with.empty() && without.empty()))
    throw UsageError("--with and --without: expected instead of DIR, got both");
  if (!data && (with.empty() || without.empty()))
    throw UsageError("expected DIR, a folder of aligned faces with a table, or --with and --without, two folders");
  expect(!data || !aligned, "aligned", "with --with and --without only: the faces of a table are always aligned");
  expect(aligned || data || !crop, "crop", "with --aligned or DIR only: the faces in photos are looked for");
  expect(data || balance.empty(), "balance", "with DIR only: the two folders do not say who has what else");
  for (const auto& [option, names] : {std::pair("balance", balance), std::pair("remove", remove)})
    expect(std::count(names.begin(), names.end(), name) == 0, option, "other attributes than " + in_quotes(name));
}

}  // namespace pawprint
