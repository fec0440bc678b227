#include "app/faces/edit_files.h"

#include <torch/types.h>

#include <optional>
#include <set>

#include "app/data/decode.h"
#include "app/data/photo_paths.h"
#include "app/faces/photo_faces.h"
#include "app/report/picture_file.h"
#include "app/training/ordered_parallel.h"
#include "models/atomic_file.h"
#include "models/error.h"

namespace pawprint {

namespace {

namespace fs = std::filesystem;

struct Job {
  fs::path from, to;
};

std::vector<Job> list_jobs(const FaceEditOptions& options, std::vector<std::string>& problems) {
  std::vector<Job> jobs;
  for (const fs::path path : options.paths) {
    if (!fs::is_directory(path)) {
      jobs.push_back({path, options.out / path.filename()});
      continue;
    }
    FolderWalk walk(path, options.out);
    while (auto photo = walk.next()) {
      if (photo->problem.empty()) {
        jobs.push_back({photo->path, options.out / photo->path.lexically_relative(path)});
      } else {
        problems.push_back(in_quotes(photo->path.native()) + ": " + photo->problem);
      }
    }
  }
  return jobs;
}

void check_jobs(const std::vector<Job>& jobs) {
  std::set<fs::path> results;
  for (const auto& [from, to] : jobs) {
    std::error_code error;
    if (!results.insert(to).second)
      throw Error(in_quotes(to.native()) +
                  ": expected a name for each result, got two photos with this one; edit them " +
                  "one folder at a time");
    if (fs::equivalent(from, to, error))
      throw Error(in_quotes(from.native()) + ": expected a folder for the results that does not hold the photo, got " +
                  in_quotes(to.parent_path().native()) + "; choose another --out");
  }
}

std::string extension_of(ImageFormat format) {
  switch (format) {
    case ImageFormat::kPng:
      return ".png";
    case ImageFormat::kWebp:
      return ".webp";
    case ImageFormat::kBmp:
      return ".bmp";
    case ImageFormat::kTiff:
      return ".tif";
    default:
      return ".jpg";
  }
}

struct Outcome {
  int64_t faces = 0;
  std::string problem;
};

std::vector<PhotoFace> chosen_faces(std::vector<PhotoFace> faces, int64_t number) {
  if (faces.empty()) throw Unreadable("no face found; faces must look at the camera and be 48 pixels wide or more");
  if (number == 0) return faces;
  if (number > static_cast<int64_t>(faces.size()))
    throw Unreadable("expected " + std::to_string(number) + " faces or more, got " + std::to_string(faces.size()));
  return {faces[static_cast<size_t>(number - 1)]};
}

Outcome edit_file(const Job& job, const FaceModel& model, const FaceCutter& cutter, const FaceEditOptions& options) {
  try {
    const std::string bytes = read_photo(job.from);
    const cv::Mat rgb = decode_photo(bytes);
    const auto faces = chosen_faces(cutter.cut(rgb), options.source.face);
    const std::vector<FaceMove> moves = {{&model.direction(options.attribute), options.strength}};
    const cv::Mat edited = edit_photo(model, rgb, faces, moves, options.decoded, options.source.aligned);
    make_output_folder(job.to.parent_path());
    write_file(job.to, encode_picture(edited, extension_of(image_format(bytes))));
    return {static_cast<int64_t>(faces.size()), ""};
  } catch (const Unreadable& error) {
    return {0, in_quotes(job.from.native()) + ": " + error.what()};
  }
}

}  // namespace

EditedFiles edit_files(const FaceEditOptions& options, const MakeProgress& progress) {
  EditedFiles result;
  const auto jobs = list_jobs(options, result.problems);
  check_jobs(jobs);
  const FaceModel model = FaceModel::load(options.source.model);
  model.direction(options.attribute);
  const FaceCutter cutter(model, options.source.aligned);
  const auto total = static_cast<int64_t>(jobs.size());
  const auto report = progress("edit", "photos");
  int64_t begun = 0, done = 0;
  ordered_parallel(
      std::min(options.threads, std::max<int64_t>(1, total)),
      [&]() -> std::optional<int64_t> { return begun < total ? std::optional(begun++) : std::nullopt; },
      [&](int64_t i) { return edit_file(jobs[static_cast<size_t>(i)], model, cutter, options); },
      [&](const Outcome& outcome) {
        if (outcome.problem.empty()) {
          ++result.photos;
          result.faces += outcome.faces;
        } else {
          result.problems.push_back(outcome.problem);
        }
        if (report) report(++done, total);
      });
  return result;
}

}  // namespace pawprint
