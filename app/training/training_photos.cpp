#include "app/training/training_photos.h"

#include <torch/script.h>

#include <set>

#include "app/data/split.h"
#include "models/error.h"

namespace pawprint {

namespace {

void limit_photos(Photos& photos, int64_t limit, uint64_t seed) {
  if (limit <= 0) return;
  std::vector<std::string> names;
  std::vector<int64_t> strata;
  for (size_t i = 0; i < photos.paths.size(); ++i) {
    // Class and file name: the draw does not change when the folder is moved.
    names.push_back(photos.class_names[photos.labels[i]] + '/' + photos.paths[i].filename().native());
    strata.push_back(2 * photos.labels[i] + photos.given_validation[i]);
  }
  Photos kept;
  for (const int64_t i : draw_stratified(names, strata, limit, seed)) {
    kept.paths.push_back(photos.paths[i]);
    kept.labels.push_back(photos.labels[i]);
    kept.given_validation.push_back(photos.given_validation[i]);
  }
  photos.paths = std::move(kept.paths);
  photos.labels = std::move(kept.labels);
  photos.given_validation = std::move(kept.given_validation);
}

}  // namespace

Photos find_photos(const FinetuneOptions& options) {
  Dataset dataset = load_dataset(options.data, options.dataset);
  if (options.validation)
    dataset.validation = load_validation(*options.validation, options.dataset, dataset.training.class_names);
  check_trainable(dataset.training, in_quotes(options.data.native()));
  Photos photos;
  photos.class_names = dataset.training.class_names;
  photos.has_validation = dataset.validation.has_value();
  photos.append(dataset.training, false);
  if (dataset.validation) photos.append(*dataset.validation, true);
  limit_photos(photos, options.limit, options.seed);
  return photos;
}

void check_unreadable(const FeatureSet& set, const Photos& photos, const FinetuneOptions& options) {
  const auto unreadable = static_cast<double>(set.skipped.size()), total = static_cast<double>(photos.paths.size());
  if (unreadable <= options.max_unreadable * total) return;
  std::string list;
  for (size_t i = 0; i < std::min<size_t>(set.skipped.size(), 5); ++i)
    list += "\n  " + in_quotes(set.skipped[i].path.native()) + ": " + set.skipped[i].reason;
  char text[160];
  std::snprintf(text, sizeof text,
                ": expected at most %g %% unreadable photos, got %.0f of %.0f; repair or remove them, or "
                "raise --max-unreadable; the first:",
                100 * options.max_unreadable, unreadable, total);
  throw Error(in_quotes(options.data.native()) + text + list);
}

Divided divide(const Photos& photos, const FeatureSet& set, const FinetuneOptions& options) {
  Divided out;
  out.all.features = set.features;
  out.all.content = set.content;
  out.all.classes = static_cast<int64_t>(photos.class_names.size());
  LabeledImages readable{{}, {}, photos.class_names, 0};
  std::vector<bool> validation;
  std::set<Sha256> held_out;
  for (size_t i = 0; i < set.rows.size(); ++i) {
    out.all.labels.push_back(photos.labels[set.rows[i]]);
    validation.push_back(photos.given_validation[set.rows[i]]);
    if (validation[i]) held_out.insert(set.content[i]);
    if (!validation[i]) readable.labels.push_back(out.all.labels[i]);
  }
  check_trainable(readable, in_quotes(options.data.native()));
  if (!photos.has_validation)
    validation = validation_split(set.content, out.all.labels, options.validation_fraction, options.seed);
  std::vector<int64_t> training_rows, validation_rows, kept;
  for (int64_t i = 0; i < static_cast<int64_t>(set.rows.size()); ++i) {
    if (validation[i]) {
      validation_rows.push_back(i);
      out.validation_photos.push_back(set.rows[i]);
    } else if (held_out.contains(set.content[i])) {
      ++out.leaked;
      continue;
    } else {
      training_rows.push_back(i);
    }
    kept.push_back(i);
  }
  if (validation_rows.empty() || training_rows.empty())
    throw Error(in_quotes(options.data.native()) + ": expected readable photos for training and for validation, got " +
                std::to_string(training_rows.size()) + " and " + std::to_string(validation_rows.size()));
  out.training = out.all.select(training_rows);
  out.validation = out.all.select(validation_rows);
  if (out.leaked > 0) out.all = out.all.select(kept);
  return out;
}

}  // namespace pawprint
