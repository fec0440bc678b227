#include "app/training/training_photos.h"

#include <torch/script.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "app/data/photo_list.h"
#include "app/data/split.h"
#include "models/error.h"

namespace pawprint {

namespace {

// Leaves out the photos that `listed` names, and adds their names to `found`. Returns how many.
int64_t leave_out(LabeledImages& images, const std::set<std::string>& listed, std::set<std::string>& found,
                  const std::filesystem::path& data) {
  LabeledImages kept{{}, {}, images.class_names, images.ignored};
  for (size_t i = 0; i < images.paths.size(); ++i) {
    if (const std::string name = in_data(images.paths[i], data); listed.contains(name)) {
      found.insert(name);
      continue;
    }
    kept.paths.push_back(images.paths[i]);
    kept.labels.push_back(images.labels[i]);
  }
  const auto count = static_cast<int64_t>(images.paths.size() - kept.paths.size());
  images = std::move(kept);
  return count;
}

// A list of another folder would leave nothing out: that is refused, while photos that were removed since are not.
void leave_out_listed(Dataset& dataset, Photos& photos, const FinetuneOptions& options) {
  if (!options.exclude) return;
  const auto listed = read_photo_list(*options.exclude, options.data);
  std::set<std::string> found;
  photos.excluded = leave_out(dataset.training, listed, found, options.data);
  if (dataset.validation) photos.excluded += leave_out(*dataset.validation, listed, found, options.data);
  std::set_difference(listed.begin(), listed.end(), found.begin(), found.end(), std::back_inserter(photos.not_found));
  if (photos.excluded == 0 && !listed.empty())
    throw Error(in_quotes(options.exclude->native()) + ": expected photos of " + in_quotes(options.data.native()) +
                ", got none of them, as " + in_quotes(*listed.begin()) + "; paths are relative to that folder");
}

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

// A limit so small that a class cannot be trained on is the limit's fault, not the folder's.
void check_limit(const Photos& photos, const FinetuneOptions& options) {
  std::vector<int64_t> count(photos.class_names.size());
  for (size_t i = 0; i < photos.labels.size(); ++i) count[photos.labels[i]] += !photos.given_validation[i];
  if (options.limit > 0 && *std::min_element(count.begin(), count.end()) < 2)
    throw UsageError("--limit: expected enough for 2 training photos of each class, got " +
                     std::to_string(options.limit));
}

// Equal pictures stand on one side only, which may leave the other without any of a class.
void check_sides(const std::vector<int64_t>& labels, const std::vector<int64_t>& training_rows,
                 const std::vector<int64_t>& validation_rows, const Photos& photos, const std::string& subject) {
  std::vector<int64_t> training(photos.class_names.size()), validation(training.size());
  for (const int64_t row : training_rows) ++training[labels[row]];
  for (const int64_t row : validation_rows) ++validation[labels[row]];
  for (size_t c = 0; c < training.size(); ++c) {
    if (training[c] > 0 && (validation[c] > 0 || (photos.has_validation && !validation_rows.empty()))) continue;
    throw Error(subject + ": expected readable photos of class " + in_quotes(photos.class_names[c]) +
                " for training and for validation, got " + std::to_string(training[c]) + " and " +
                std::to_string(validation[c]) + "; equal pictures stand on one side only: add others");
  }
}

}  // namespace

Photos find_photos(const FinetuneOptions& options) {
  DatasetOptions form = options.dataset;
  form.leave_out = options.out;  // results of an earlier run inside the data
  Dataset dataset = load_dataset(options.data, form);
  if (options.validation) dataset.validation = load_validation(*options.validation, form, dataset.training.class_names);
  Photos photos;
  leave_out_listed(dataset, photos, options);
  check_trainable(dataset.training, in_quotes(options.data.native()));
  photos.class_names = dataset.training.class_names;
  photos.has_validation = dataset.validation.has_value();
  photos.append(dataset.training, false);
  if (dataset.validation) photos.append(*dataset.validation, true);
  limit_photos(photos, options.limit, options.seed);
  check_limit(photos, options);
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

Divided divide(const Photos& photos, FeatureSet set, const FinetuneOptions& options) {
  Divided out;
  HeadRows rows{std::move(set.features), {}, std::move(set.content), static_cast<int64_t>(photos.class_names.size())};
  LabeledImages readable{{}, {}, photos.class_names, 0};
  std::vector<bool> validation;
  std::set<Sha256> held_out;
  for (size_t i = 0; i < set.rows.size(); ++i) {
    rows.labels.push_back(photos.labels[set.rows[i]]);
    validation.push_back(photos.given_validation[set.rows[i]]);
    if (validation[i]) held_out.insert(rows.content[i]);
    if (!validation[i]) readable.labels.push_back(rows.labels[i]);
  }
  check_trainable(readable, in_quotes(options.data.native()));
  if (!photos.has_validation)
    validation = validation_split(rows.content, rows.labels, options.validation_fraction, options.seed);
  std::vector<int64_t> training_rows, validation_rows;
  for (int64_t i = 0; i < static_cast<int64_t>(set.rows.size()); ++i) {
    if (validation[i]) {
      validation_rows.push_back(i);
      out.validation_photos.push_back(set.rows[i]);
    } else if (held_out.contains(rows.content[i])) {
      ++out.leaked;
    } else {
      training_rows.push_back(i);
    }
  }
  check_sides(rows.labels, training_rows, validation_rows, photos, in_quotes(options.data.native()));
  const auto trained = static_cast<int64_t>(training_rows.size()),
             validated = static_cast<int64_t>(validation_rows.size());
  std::vector<int64_t> order = std::move(training_rows);
  order.insert(order.end(), validation_rows.begin(), validation_rows.end());
  out.all = rows.select(order);
  out.training = out.all.part(0, trained);
  out.validation = out.all.part(trained, validated);
  return out;
}

std::string digest(const Divided& data, const std::vector<std::string>& class_names) {
  std::vector<std::string> lines;
  for (const auto* side : {&data.training, &data.validation}) {
    for (size_t i = 0; i < side->labels.size(); ++i)
      lines.push_back(side->content[i].hex() + (side == &data.training ? " training " : " validation ") +
                      class_names[side->labels[i]] + '\n');
  }
  std::sort(lines.begin(), lines.end());
  Sha256Stream stream;
  for (const auto& line : lines) stream.add(line);
  return stream.finish().hex();
}

}  // namespace pawprint
