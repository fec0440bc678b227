#include "app/faces/face_pictures.h"

#include <torch/types.h>

#include <algorithm>
#include <fstream>
#include <opencv2/core/mat.hpp>
#include <sstream>

#include "app/base/parallel.h"
#include "app/data/csv.h"
#include "app/data/decode.h"
#include "app/data/labeled_images.h"
#include "app/data/photo_paths.h"
#include "app/data/preprocess.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

struct Table {
  std::vector<std::string> files, names;
  std::vector<std::vector<bool>> values;  // a row of names.size() for each file
};

bool parse_value(const std::string& cell, const std::string& subject, int64_t line) {
  if (cell == "1") return true;
  if (cell == "0" || cell == "-1") return false;
  throw Error(subject + ", line " + std::to_string(line) + ": expected 0 or 1 for each attribute, got " +
              in_quotes(cell));
}

Table read_table(const std::filesystem::path& path) {
  const std::string subject = in_quotes(path.native());
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file || text.str().empty()) throw Error(subject + ": expected a table of attributes, got none that can be read");
  const auto rows = parse_csv(text.str(), subject);
  if (rows.size() < 2 || rows[0].cells.size() < 2 || rows[0].cells[0] != "file")
    throw Error(subject + ": expected a first line file,ATTRIBUTE,... and a line for each picture, got something else");
  Table table;
  table.names.assign(rows[0].cells.begin() + 1, rows[0].cells.end());
  auto sorted = table.names;
  std::sort(sorted.begin(), sorted.end());
  if (const auto twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end() || sorted[0].empty())
    throw Error(subject + ": expected attributes with names of their own, got " +
                in_quotes(twice == sorted.end() ? "" : *twice) + (twice == sorted.end() ? "" : " twice"));
  for (size_t i = 1; i < rows.size(); ++i) {
    const auto& [cells, line] = rows[i];
    if (cells.size() != rows[0].cells.size())
      throw Error(subject + ", line " + std::to_string(line) + ": expected " + std::to_string(rows[0].cells.size()) +
                  " cells, got " + std::to_string(cells.size()));
    table.files.push_back(cells[0]);
    std::vector<bool> values;
    for (size_t k = 1; k < cells.size(); ++k) values.push_back(parse_value(cells[k], subject, line));
    table.values.push_back(std::move(values));
  }
  return table;
}

std::filesystem::path find_picture(const std::filesystem::path& folder, const std::string& file) {
  for (const auto& path : {folder / file, folder / "images" / file}) {
    if (std::filesystem::exists(path)) return path;
  }
  throw Error(in_quotes((folder / file).native()) +
              ": expected the picture that the table of attributes names, got none");
}

std::vector<std::filesystem::path> all_pictures(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  FolderWalk walk(folder);
  while (auto photo = walk.next()) paths.push_back(photo->path);  // what could not be looked at is told when it is read
  return paths;
}

struct Square {
  cv::Mat rgb;  // empty: cannot be used
  Sha256 content;
  std::string problem;
};

CutSquare crop_and_scale(const std::optional<FaceCrop>& crop, int64_t size_px) {
  return [crop, size_px](const cv::Mat& whole) {
    FaceCrop cut = crop.value_or(FaceCrop{});
    if (!crop) {
      cut.side = std::min(whole.rows, whole.cols);
      cut = {(whole.cols - cut.side) / 2, (whole.rows - cut.side) / 2, cut.side};
    }
    const cv::Rect square(static_cast<int>(cut.x), static_cast<int>(cut.y), static_cast<int>(cut.side),
                          static_cast<int>(cut.side));
    if ((square & cv::Rect(0, 0, whole.cols, whole.rows)) != square)
      throw Unreadable("smaller than the crop: " + std::to_string(whole.cols) + " x " + std::to_string(whole.rows));
    PreprocessSpec spec;
    spec.resize_px = spec.crop_px = size_px;
    return fit_photo(whole(square), spec);
  };
}

Square read_square(const std::filesystem::path& path, const CutSquare& cut) {
  try {
    const std::string bytes = read_photo(path);
    return {cut(decode_photo(bytes)), sha256(bytes), ""};
  } catch (const Unreadable& error) {
    return {{}, {}, error.what()};
  }
}

}  // namespace

int64_t FacePictures::attribute(const std::string& name) const {
  const auto found = std::find(attribute_names.begin(), attribute_names.end(), name);
  if (found == attribute_names.end())
    throw Error("expected one of the attributes " + listed(attribute_names) + ", got " + in_quotes(name));
  return found - attribute_names.begin();
}

FacePictures load_face_pictures(const FaceDataOptions& options, int64_t size_px, int64_t threads,
                                const Progress& progress, const CutSquare& given_cut) {
  const CutSquare cut = given_cut ? given_cut : crop_and_scale(options.crop, size_px);
  Table table;
  std::vector<std::filesystem::path> paths;
  const auto beside = options.folder / "attributes.csv";
  if (options.csv || std::filesystem::exists(beside)) {
    table = read_table(options.csv.value_or(beside));
    for (const auto& file : table.files) paths.push_back(find_picture(options.folder, file));
  } else {
    paths = all_pictures(options.folder);
  }
  FacePictures pictures;
  pictures.attribute_names = table.names;
  const auto total = static_cast<int64_t>(paths.size()), columns = static_cast<int64_t>(table.names.size());
  at::Tensor pixels = at::empty({total, size_px, size_px, 3}, at::kByte);
  at::Tensor attributes = at::zeros({total, columns}, at::kBool);
  const int64_t picture_bytes = size_px * size_px * 3;
  int64_t done = 0, kept = 0;
  parallel_for(
      Workers{threads}, total, [&](int64_t i) { return read_square(paths[i], cut); },
      [&](const Square& square) {
        const int64_t i = done++;
        if (square.rgb.empty()) {
          if (pictures.unreadable++ == 0) pictures.first_problem = in_quotes(paths[i].native()) + ": " + square.problem;
        } else {
          std::copy_n(square.rgb.data, picture_bytes, pixels.data_ptr<uint8_t>() + kept * picture_bytes);
          for (int64_t k = 0; k < columns; ++k) attributes.data_ptr<bool>()[kept * columns + k] = table.values[i][k];
          pictures.paths.push_back(paths[i]);
          pictures.content.push_back(square.content);
          ++kept;
        }
      },
      progress);
  if (kept == 0)
    throw Error(in_quotes(options.folder.native()) + ": expected pictures of faces, got " +
                (total == 0 ? "none" : pictures.first_problem));
  pictures.pixels = pixels.narrow(0, 0, kept);
  pictures.attributes = attributes.narrow(0, 0, kept);
  return pictures;
}

std::optional<FaceCrop> stored_crop(const nlohmann::json& alignment) {
  const auto crop = alignment.is_object() ? alignment.value("crop", nlohmann::json()) : nlohmann::json();
  if (crop.is_null()) return std::nullopt;
  const auto in_range = [](const nlohmann::json& n) { return n.is_number_integer() && n >= 0 && n <= 100'000; };
  if (!crop.is_array() || crop.size() != 3 || !std::all_of(crop.begin(), crop.end(), in_range) || crop[2] == 0)
    throw Error("crop: expected x, y and side in pixels in faces.json, got " + crop.dump());
  return FaceCrop{crop[0], crop[1], crop[2]};
}

std::vector<bool> held_out(const std::vector<Sha256>& content) {
  std::vector<bool> out;
  for (const Sha256& hash : content) out.push_back(hash.bytes[0] * 256 + hash.bytes[1] < kHeldOutShare * 65536);
  return out;
}

at::Tensor face_batch(const at::Tensor& pixels, const std::vector<int64_t>& rows) {
  return face_batch(pixels, torch::tensor(rows));
}

at::Tensor face_batch(const at::Tensor& pixels, const at::Tensor& rows) {
  return pixels.index_select(0, rows).permute({0, 3, 1, 2}).to(at::kFloat).div_(255);
}

std::vector<int64_t> rows_where(const std::vector<bool>& chosen, bool value) {
  std::vector<int64_t> rows;
  for (size_t i = 0; i < chosen.size(); ++i) {
    if (chosen[i] == value) rows.push_back(static_cast<int64_t>(i));
  }
  return rows;
}

}  // namespace pawprint
