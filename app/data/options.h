#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "app/base/option_visitor.h"

namespace pawprint {

// Checks that come before decoding, so that a small hostile file cannot take much memory or time.
struct PhotoLimits {
  int64_t max_bytes = 500'000'000;
  int64_t max_pixels = 250'000'000;
  int64_t max_side_px = 65'535;
  int64_t max_whole_pixels = 100'000'000;  // of what cannot be decoded row by row: progressive JPEG, interlaced PNG,
                                           // WebP, GIF, packed BMP; a worker may need six bytes for each
  bool name_options = false;               // refusals name the option of the command that raises them
};

struct DecodeOptions {
  PhotoLimits limits = {};
  bool accept_truncated = false;  // a JPEG that is cut short or damaged: take what is there instead of refusing it
  int64_t scaled_short_px = 0;  // a JPEG is decoded at a quarter or half of its size if its short side keeps this many
                                // pixels and the size divides; 0: always whole
  int64_t reduce_above_px = 0;  // a photo of more pixels is reduced to a half, a quarter or an eighth of its sides
                                // while it is decoded (JPEG, PNG, TIFF, BMP; not what is decoded as a whole), until it
                                // has no more; 0: never
  bool managed_color = false;   // embedded color profiles are converted to sRGB (app/data/color.h), else ignored
  std::function<void(const std::string&)> remark = {};  // told what is odd about a PNG that is read all the same
};

// Above it photos are reduced where only a network's small view of them matters.
constexpr int64_t kReduceAbovePx = 50'000'000;

// Of a folder that is walked.
struct WalkOptions {
  std::filesystem::path leave_out = {};  // a folder not to enter: where results go
  int64_t film_every_ms = 0;             // films are read, too, a frame so often; 0: they are passed over
};

// The row --every.
void visit_every(OptionVisitor& visitor, int64_t& film_every_ms);

struct DatasetOptions {
  std::optional<std::filesystem::path> labels_csv;  // app/data/label_table.h; paths relative to the data folder
  bool labels_from_name = false;                    // Kaggle's flat form: cat.0.jpg is a `cat`
  WalkOptions walk = {};
  std::optional<std::string> group_from_path = {};  // a regular expression; what it finds in a path is the group
  void visit(OptionVisitor& visitor);               // the table, the names and the films only
  void validate(const Given& given = {}) const;     // throws UsageError
};

}  // namespace pawprint
