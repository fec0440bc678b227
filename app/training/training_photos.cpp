#include "app/training/training_photos.h"

#include <torch/script.h>

#include <algorithm>
#include <regex>
#include <set>

#include "app/data/corrections.h"
#include "app/data/photo_list.h"
#include "app/data/split.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

// What people said of single photos.
void take_lists(TrainingPhotos& images, const FinetuneOptions& options) {
  const auto take = [&](const std::optional<std::filesystem::path>& list, const auto& read) {
    if (!list) return;
    auto missing = read(images, *list, options.data);
    if (!missing.empty()) images.not_found.push_back({*list, std::move(missing)});
  };
  take(options.exclude, exclude_listed);
  take(options.relabel, correct_labels);
}

// The group that a photo's path names: what the first parentheses of the expression match, or all that it matches.
void name_groups_by_path(std::vector<Photo>& photos, const FinetuneOptions& options) {
  const auto& expression = options.dataset.group_from_path;
  if (!expression) return;
  const std::regex pattern(*expression);
  bool any = false;
  for (auto& photo : photos) {
    const std::string name = in_data(photo.path, options.data);
    std::smatch match;
    if (!std::regex_search(name, match, pattern)) continue;
    photo.group = match[match.size() > 1 && match[1].matched ? 1 : 0];
    any = any || !photo.group.empty();
  }
  if (!any)
    throw Error("--group-from-path: expected an expression that matches paths of photos below " +
                in_quotes(options.data.native()) + ", got " + in_quotes(*expression) + ", which matches none, as " +
                in_quotes(in_data(photos.front().path, options.data)));
}

// A limit so small that a class cannot be trained on is the limit's fault, not the folder's.
void check_limit(const TrainingPhotos& images, const FinetuneOptions& options) {
  std::vector<int64_t> count(images.class_names.size());
  for (const auto& photo : images.photos) count[photo.label] += !photo.validation;
  if (options.limit > 0 && *std::min_element(count.begin(), count.end()) < 2)
    throw UsageError("--limit: expected enough for 2 training photos of each class, got " +
                     std::to_string(options.limit));
}

// Photos of a group are on one side only, which may leave another without any of a class.
void check_sides(const TrainValSplit& data, const TrainingPhotos& images, const FinetuneOptions& options) {
  const auto counts = [&](const FeatureMatrix& rows) {
    std::vector<int64_t> count(images.class_names.size());
    for (const int64_t label : rows.labels) ++count[label];
    return count;
  };
  const auto training = counts(data.training), validation = counts(data.validation), test = counts(data.test.rows);
  const bool given = images.has_validation && !data.validation.labels.empty(), tests = options.test_fraction > 0;
  for (size_t c = 0; c < training.size(); ++c) {
    if (training[c] > 0 && (validation[c] > 0 || given) && (test[c] > 0 || !tests)) continue;
    throw Error(in_quotes(options.data.native()) + ": expected readable photos of class " +
                in_quotes(images.class_names[c]) +
                (tests ? " for training, for validation and for the test, got " + std::to_string(training[c]) + ", " +
                             std::to_string(validation[c]) + " and " + std::to_string(test[c])
                       : " for training and for validation, got " + std::to_string(training[c]) + " and " +
                             std::to_string(validation[c])) +
                "; photos of one group (equal pictures, --group-from-path, a column `group`) are on one side only: "
                "add others");
  }
}

PhotoGroups find_groups(const TrainingPhotos& images, FeatureSet& set, const FinetuneOptions& options,
                        const Progress& progress) {
  GroupInput input{std::move(set.content), {}, {}, {}, static_cast<int64_t>(images.class_names.size())};
  if (options.groups) input.traits = std::move(set.traits);
  for (const int64_t i : set.rows) {
    input.labels.push_back(images.photos[i].drawn_as());
    if (options.groups) input.named.push_back(images.photos[i].group);
  }
  auto groups = group_photos(input, options.photos.threads, progress);
  set.content = std::move(input.content);
  for (auto& group : groups.largest) {
    for (int64_t& photo : group) photo = set.rows[photo];
  }
  return groups;
}

// Which row goes where.
struct Sides {
  std::vector<int64_t> relatives, training, validation, excluded_validation;
};

// Whether less than half of a class would be left without them: somebody split without regard to groups.
bool too_many(const std::vector<int64_t>& relatives, const std::vector<int64_t>& others, const FeatureMatrix& rows) {
  std::vector<int64_t> left(rows.classes), gone(rows.classes);
  for (const int64_t row : relatives) ++gone[rows.labels[row]];
  for (const int64_t row : others) ++left[rows.labels[row]];
  for (int64_t c = 0; c < rows.classes; ++c) {
    if (gone[c] > left[c]) return true;
  }
  return false;
}

// Copies of validation photos are never trained on, and what shares a group with them is kept for the last fit: between
// sides that the split did not draw.
Sides sides_of(const std::vector<bool>& validation, const FeatureSet& set, const FeatureMatrix& rows,
               const std::vector<Photo>& photos, TrainValSplit& out) {
  std::set<Sha256> contents, groups;
  for (size_t i = 0; i < validation.size(); ++i) {
    if (!validation[i]) continue;
    contents.insert(set.content[i]);
    groups.insert(rows.group[i]);
  }
  Sides sides;
  for (size_t i = 0; i < validation.size(); ++i) {
    const auto row = static_cast<int64_t>(i);
    const bool excluded = photos[set.rows[i]].excluded;
    if (excluded && !validation[i]) continue;
    if (validation[i]) {
      (excluded ? sides.excluded_validation : sides.validation).push_back(row);
    } else if (contents.contains(set.content[i])) {
      ++out.duplicates_left_out;
    } else {
      (groups.contains(rows.group[i]) ? sides.relatives : sides.training).push_back(row);
    }
  }
  if (too_many(sides.relatives, sides.training, rows)) {
    out.related_training = static_cast<int64_t>(sides.relatives.size());
    sides.training.insert(sides.training.end(), sides.relatives.begin(), sides.relatives.end());
    std::sort(sides.training.begin(), sides.training.end());
    sides.relatives.clear();
  }
  out.relatives = static_cast<int64_t>(sides.relatives.size());
  out.excluded_validation = static_cast<int64_t>(sides.excluded_validation.size());
  out.excluded_training =
      std::count_if(photos.begin(), photos.end(), [](const Photo& photo) { return photo.excluded; }) -
      out.excluded_validation - out.test.excluded;
  return sides;
}

int64_t count_relabeled(const std::vector<int64_t>& rows, const FeatureSet& set, const LabeledImages& images) {
  return std::count_if(rows.begin(), rows.end(),
                       [&](const int64_t row) { return images.photos[set.rows[row]].label_in_data.has_value(); });
}

// What the split would be without groups. `order`: the rows of `out.all`; `drawn_as` [N]
void split_ungrouped(const std::vector<int64_t>& order, const FeatureSet& set, const std::vector<int64_t>& drawn_as,
                     const std::vector<bool>& grouped, const FinetuneOptions& options, TrainValSplit& out) {
  const auto plain = validation_split(set.content, drawn_as, options.validation_share(), options.seed);
  if (plain == grouped) return;
  for (size_t k = 0; k < order.size(); ++k)
    (plain[order[k]] ? out.ungrouped_validation : out.ungrouped_training).push_back(static_cast<int64_t>(k));
}

}  // namespace

std::vector<int64_t> labels_drawn_by(const LabeledImages& images, const FeatureSet& set) {
  std::vector<int64_t> labels;
  for (const int64_t i : set.rows) labels.push_back(images.photos[i].drawn_as());
  return labels;
}

TrainingPhotos find_photos(const FinetuneOptions& options) {
  DatasetOptions form = options.dataset;
  form.walk.leave_out = options.out;  // results of an earlier run inside the data
  TrainingPhotos images{load_training(options.data, form, options.validation)};
  if (options.test_fraction > 0 && images.has_test)
    throw UsageError("--test-fraction: expected photos without a test part, got " + in_quotes(options.data.native()) +
                     " with one; `pawprint evaluate` measures on that part");
  const bool drawn = !images.has_validation;
  images.layout += options.test_fraction <= 0 ? (drawn ? "; validation photos drawn from these" : "")
                   : drawn                    ? "; validation and test photos drawn from these"
                                              : "; test photos drawn from these";
  check_trainable(images, in_quotes(options.data.native()));
  take_lists(images, options);
  name_groups_by_path(images.photos, options);
  images.photos = draw_photos(std::move(images.photos), options.limit, options.seed);
  check_limit(images, options);
  return images;
}

void check_unreadable(FeatureSet& set, const TrainingPhotos& images, const FinetuneOptions& options) {
  std::set<std::filesystem::path> excluded;
  for (const auto& photo : images.photos) {
    if (photo.excluded) excluded.insert(photo.path);
  }
  std::erase_if(set.skipped, [&](const SkippedPhoto& photo) { return excluded.contains(photo.path); });
  const auto unreadable = static_cast<double>(set.skipped.size()), total = static_cast<double>(images.photos.size());
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

TrainValSplit split_train_val(const TrainingPhotos& images, FeatureSet& set, const FinetuneOptions& options,
                              const Progress& progress) {
  TrainValSplit out;
  out.groups = find_groups(images, set, options, progress);
  FeatureMatrix rows{
      std::move(set.features), {}, out.groups.key, static_cast<int64_t>(images.class_names.size()), set.blocks};
  LabeledImages readable{{}, images.class_names};
  for (const int64_t i : set.rows) {
    readable.photos.push_back(images.photos[i]);
    rows.labels.push_back(images.photos[i].label);
  }
  check_trainable(readable, in_quotes(options.data.native()));
  out.test = take_test_part(rows, set, images, options);
  std::vector<bool> validation;
  for (const int64_t i : set.rows) validation.push_back(images.photos[i].validation);
  const auto drawn_as = labels_drawn_by(images, set);
  if (!images.has_validation)
    validation = validation_split(rows.group, drawn_as, options.validation_share(), options.seed);
  const Sides sides = sides_of(validation, set, rows, images.photos, out);
  std::vector<int64_t> order = sides.relatives, validation_rows = sides.validation;
  validation_rows.insert(validation_rows.end(), sides.excluded_validation.begin(), sides.excluded_validation.end());
  order.insert(order.end(), sides.training.begin(), sides.training.end());
  order.insert(order.end(), validation_rows.begin(), validation_rows.end());
  const FeatureMatrix ordered = rows.select(order);
  const auto trained = static_cast<int64_t>(sides.training.size());
  out.training = ordered.part(out.relatives, trained);
  out.validation = ordered.part(out.relatives + trained, static_cast<int64_t>(validation_rows.size()));
  check_sides(out, images, options);
  order.resize(order.size() - sides.excluded_validation.size());
  out.all = ordered.part(0, static_cast<int64_t>(order.size()));
  if (!images.has_validation) split_ungrouped(order, set, drawn_as, validation, options, out);
  for (const int64_t row : sides.training) {
    out.training_content.push_back(set.content[row]);
    out.training_photos.push_back(set.rows[row]);
  }
  for (const int64_t row : validation_rows) {
    out.validation_content.push_back(set.content[row]);
    out.validation_photos.push_back(set.rows[row]);
    out.validation_labels_in_data.push_back(drawn_as[row]);
  }
  out.relabeled_training = count_relabeled(order, set, images) - count_relabeled(sides.validation, set, images);
  out.relabeled_validation = count_relabeled(validation_rows, set, images);
  return out;
}

std::string digest(const TrainValSplit& data, const std::vector<std::string>& class_names) {
  std::vector<std::string> lines;
  const auto add = [&](const std::vector<Sha256>& content, const FeatureMatrix& rows, const char* side) {
    for (size_t i = 0; i < content.size(); ++i)
      lines.push_back(content[i].hex() + side + class_names[rows.labels[i]] + '\n');
  };
  add(data.training_content, data.training, " training ");
  add(data.validation_content, data.validation, " validation ");
  add(data.test.content, data.test.rows, " test ");
  std::sort(lines.begin(), lines.end());
  Sha256Stream stream;
  for (const auto& line : lines) stream.add(line);
  return stream.finish().hex();
}

}  // namespace pawprint
