#include "app/faces/edit_files.h"

#include <algorithm>
#include <optional>
#include <set>

#include "app/base/parallel.h"
#include "app/data/decode.h"
#include "app/data/encode_photo.h"
#include "app/data/photo_paths.h"
#include "app/faces/editable_face.h"
#include "app/training/runtime.h"
#include "models/base/atomic_file.h"
#include "models/base/error.h"

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
    FolderWalk walk(path, {.leave_out = options.out});
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

struct Outcome {
  int64_t edited = 0, left = 0;  // faces
  std::string problem;
};

std::vector<PhotoFace> chosen_faces(std::vector<PhotoFace> faces, int64_t number) {
  if (faces.empty()) throw Unreadable("no face found; faces must look at the camera and be 48 pixels wide or more");
  if (number == 0) return faces;
  if (number > static_cast<int64_t>(faces.size()))
    throw Unreadable("expected " + std::to_string(number) + " faces or more, got " + std::to_string(faces.size()));
  return {faces[static_cast<size_t>(number - 1)]};
}

// Takes those out that have what would be added to them, and says how many.
int64_t leave_out_those_with_it(std::vector<EditableFace>& faces, const std::string& attribute) {
  return static_cast<int64_t>(std::erase_if(faces, [&](const EditableFace& face) {
    return std::find(face.attributes.begin(), face.attributes.end(), attribute) != face.attributes.end();
  }));
}

Outcome edit_file(const Job& job, const FaceModel& model, const FaceAligner& aligner, const FaceEditOptions& options) {
  try {
    const std::string bytes = read_photo(job.from);
    const cv::Mat rgb = decode_photo(bytes);
    std::vector<EditableFace> faces;
    for (const auto& face : chosen_faces(aligner.faces(rgb), options.source.face))
      faces.push_back(editable_face(model, rgb, face));
    Outcome outcome;
    if (!options.strength) outcome.left = leave_out_those_with_it(faces, options.attribute);
    outcome.edited = std::ssize(faces);
    make_output_folder(job.to.parent_path());
    if (faces.empty()) {
      write_file(job.to, bytes);
      return outcome;
    }
    const std::vector<FaceMove> moves = {
        {&model.direction(options.attribute), options.strength.value_or(kUsualStrength)}};
    const cv::Mat edited = edit_photo(model, rgb, faces, moves, options.full_decode, options.source.aligned);
    fs::path to = job.to;
    if (!is_written_as_it_was(bytes)) to.replace_extension(extension_like(bytes));
    write_file(to, encode_photo_like(bytes, rgb, edited));
    return outcome;
  } catch (const Unreadable& error) {
    return {0, 0, in_quotes(job.from.native()) + ": " + error.what()};
  }
}

void add_to(EditedFiles& result, const Job& job, const Outcome& outcome, const std::string& attribute) {
  if (!outcome.problem.empty()) {
    result.problems.push_back(outcome.problem);
    return;
  }
  ++(outcome.edited > 0 ? result.photos : result.copied);
  result.faces += outcome.edited;
  if (outcome.left == 0) return;
  const int64_t all = outcome.left + outcome.edited;
  result.notes.push_back(
      in_quotes(job.from.native()) + ": " +
      (all == 1 ? "the face" : std::to_string(outcome.left) + " of " + std::to_string(all) + " faces") +
      (outcome.left == 1 ? " has " : " have ") + attribute + " already, left as " +
      (outcome.left == 1 ? "it is" : "they are"));
}

}  // namespace

EditedFiles edit_files(const FaceEditOptions& options, const MakeProgress& progress) {
  EditedFiles result;
  const auto jobs = list_jobs(options, result.problems);
  check_jobs(jobs);
  const FaceModel model = FaceModel::load(options.source.model);
  model.direction(options.attribute);
  const FaceAligner aligner(model, options.source.aligned);
  const auto total = static_cast<int64_t>(jobs.size());
  const auto report = progress("edit", "photos");
  size_t done = 0;
  parallel_for(
      math_workers(options.threads), total,
      [&](int64_t i) { return edit_file(jobs[static_cast<size_t>(i)], model, aligner, options); },
      [&](const Outcome& outcome) { add_to(result, jobs[done++], outcome, options.attribute); }, report);
  return result;
}

}  // namespace pawprint
