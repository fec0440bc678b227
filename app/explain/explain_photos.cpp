#include "app/explain/explain_photos.h"

#include <torch/script.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "app/base/format.h"
#include "app/base/parallel.h"
#include "app/base/strings.h"
#include "app/data/decode.h"
#include "app/data/input_photos.h"
#include "app/data/preprocess.h"
#include "app/data/split.h"
#include "app/evaluation/metrics.h"
#include "app/report/picture_file.h"
#include "app/training/features.h"
#include "app/training/runtime.h"
#include "models/base/atomic_file.h"
#include "models/base/did_you_mean.h"
#include "models/base/error.h"

namespace pawprint {

namespace fs = std::filesystem;

namespace {

// Few enough for the workers to end at nearly the same time: the check of one photo is three forward passes.
constexpr size_t kPhotosAtATime = 8;
constexpr int kThumbnailPx = 220;     // longer side of a panel
constexpr size_t kLongestName = 200;  // bytes; file systems take 255, with what is added to it

struct Job {
  Photo photo;
  fs::path to;         // its picture, from the output folder on
  bool check = false;  // whether what its map says is checked
};

// Names of pictures, each once.
class PictureNames {
 public:
  fs::path add(const fs::path& photo) {
    const std::string name = cut_to(photo.filename().native(), kLongestName);
    for (int64_t number = 1;; ++number) {
      const fs::path path =
          "photos" / photo.parent_path() / (name + (number == 1 ? "" : '-' + std::to_string(number)) + ".png");
      if (taken_.insert(path).second) return path;
    }
  }

 private:
  std::set<fs::path> taken_;
};

// The photos whose maps are checked.
void choose_checked(std::vector<Job>& jobs, const ExplainOptions& options, const Say& say) {
  if (options.check == 0) return;  // of none a limit would make all
  std::vector<std::string> names;
  for (const auto& job : jobs) names.push_back(job.photo.name);
  const std::vector<int64_t> one_stratum(jobs.size());
  for (const int64_t i : draw_stratified(names, one_stratum, options.check, options.seed)) jobs[i].check = true;
  if (say && std::ssize(jobs) > options.check)
    say("the maps are checked on " + std::to_string(options.check) + " of " + counted(std::ssize(jobs), "photo") +
        " (--check); --limit N explains fewer");
}

std::vector<Job> list_jobs(const ExplainOptions& options, const Say& say) {
  std::vector<Job> jobs;
  PictureNames names;
  for (auto& photo : input_photos(options.paths, options.limit, options.seed, say)) {
    fs::path to = photo.problem.empty() ? names.add(photo.name) : fs::path();
    jobs.push_back({std::move(photo), std::move(to)});
  }
  choose_checked(jobs, options, say);
  return jobs;
}

// The classes that --class names: a name that is a class as written, commas and all, or several with commas between.
std::vector<int64_t> chosen_classes(const std::string& text, const std::vector<std::string>& names) {
  std::vector<int64_t> chosen;
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ", ") + name;
  const auto add = [&](const std::string& name) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
      throw UsageError("--class: expected classes of the model (" + list + "), got " + in_quotes(name) +
                       did_you_mean(name, names));
    const int64_t index = found - names.begin();
    if (std::find(chosen.begin(), chosen.end(), index) == chosen.end()) chosen.push_back(index);
  };
  if (text.empty()) return chosen;
  if (std::find(names.begin(), names.end(), text) != names.end()) return add(text), chosen;
  for (const auto& name : split_at_commas(text)) add(name);
  return chosen;
}

// What is kept of a photo: its panel is small, whatever the photo's size.
struct LoadedPhoto {
  FittedPhoto fitted;
  cv::Mat panel;
  uint64_t seed = 0;  // of its content
};

LoadedPhoto load_photo(const fs::path& path, const Classifier& classifier, const ExplainOptions& options) {
  const std::string bytes = read_photo(path, options.photos.decode.limits);
  const auto shown = decode_for(classifier.backbones, bytes, {}, options.photos.decode);
  LoadedPhoto photo{{{}, shown.front().size()}, panel_of(shown.front())};
  for (size_t k = 0; k < shown.size(); ++k)
    photo.fitted.fitted.push_back(fit_photo(shown[k], classifier.backbones[k].preprocess()));
  const Sha256 content = sha256(bytes);
  std::memcpy(&photo.seed, content.bytes.data(), sizeof photo.seed);
  photo.seed += options.seed;
  return photo;
}

// Fills in what the network says of a photo, and writes its picture.
void explain(ExplainedPhoto& out, const LoadedPhoto& photo, const PhotoView& view, const Classifier& classifier,
             const std::vector<int64_t>& chosen, const ExplainOptions& options, bool check) {
  out.probabilities = view.probabilities;
  out.predicted = argmax(view.probabilities.data(), static_cast<int64_t>(view.probabilities.size()));
  const auto name = [&](int64_t c) { return classifier.class_names[static_cast<size_t>(c)]; };
  for (const int64_t c : chosen.empty() ? std::vector<int64_t>{out.predicted} : chosen) {
    const int64_t against = strongest_other(view.probabilities, c);
    out.maps.push_back({heat_map(classifier, view, c, against), name(c), name(against)});
  }
  out.thumbnail = picture_uri(heat_panels(panel_of(photo.panel, kThumbnailPx), out.maps), 4 * kThumbnailPx, 75);
  make_output_folder((options.out / out.file).parent_path());
  write_picture(heat_picture(photo.panel, out.path.filename().native(), out.maps), options.out / out.file);
  if (check)
    out.curves = deletion_insertion_curves(
        classifier, photo.fitted,
        heat_map(classifier, view, out.predicted, strongest_other(view.probabilities, out.predicted)), photo.seed);
}

std::vector<ExplainedPhoto> explain_batch(const std::vector<Job>& jobs, const Classifier& classifier,
                                          const std::vector<int64_t>& chosen, const ExplainOptions& options) {
  std::vector<ExplainedPhoto> out;
  std::vector<LoadedPhoto> loaded;
  std::vector<FittedPhoto> fitted;
  for (const auto& job : jobs) {
    out.push_back({});
    out.back().path = job.photo.path;
    out.back().problem = job.photo.problem;
    if (!job.photo.problem.empty()) continue;
    try {
      loaded.push_back(load_photo(job.photo.path, classifier, options));
      fitted.push_back(loaded.back().fitted);
      out.back().file = job.to;
    } catch (const Unreadable& reason) {
      out.back().problem = reason.what();
    }
  }
  const auto views = view_photos(classifier, fitted);
  trim_heap();  // the maps' pass takes other blocks than the check's: both kept would be too much
  size_t next = 0;
  for (size_t i = 0; i < out.size(); ++i) {
    if (!out[i].problem.empty()) continue;
    explain(out[i], loaded[next], views[next], classifier, chosen, options, jobs[i].check);
    ++next;
  }
  return out;
}

std::optional<FaithfulnessSummary> summary_of(const std::vector<ExplainedPhoto>& photos) {
  std::vector<DeletionInsertionCurves> curves;
  for (const auto& photo : photos) {
    if (photo.curves) curves.push_back(*photo.curves);
  }
  return curves.empty() ? std::nullopt : std::optional(summarize(curves));
}

}  // namespace

Explanations explain_photos(const ExplainOptions& options, const MakeProgress& progress, const Say& say) {
  require_new_folder(options.out);
  const Classifier classifier =
      Classifier::load(options.model, resolve_device(options.network.device), options.network.precision);
  for (const auto& backbone : classifier.backbones) backbone.require_stages();
  const auto chosen = chosen_classes(options.classes, classifier.class_names);
  const auto jobs = list_jobs(options, say);
  make_output_folder(options.out);
  Explanations result;
  result.class_names = classifier.class_names;
  const auto total = static_cast<int64_t>(jobs.size());
  const auto report = progress("explain", "photos");
  parallel_ranges(
      math_workers(options.photos.threads), total, kPhotosAtATime,
      [&](int64_t first, int64_t count) {
        return explain_batch({jobs.begin() + first, jobs.begin() + first + count}, classifier, chosen, options);
      },
      [&](std::vector<ExplainedPhoto> batch) {
        for (auto& photo : batch) {
          result.unreadable += !photo.problem.empty();
          result.photos.push_back(std::move(photo));
        }
      },
      report);
  result.check = summary_of(result.photos);
  return result;
}

}  // namespace pawprint
