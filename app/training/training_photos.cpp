#include "app/training/training_photos.h"

#include <torch/script.h>

#include <algorithm>
#include <iterator>
#include <regex>
#include <set>

#include "app/data/photo_list.h"
#include "app/data/split.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

// A list of another folder would leave nothing out: that is refused, while photos that were removed since are not.
void mark_excluded(Photos& photos, const FinetuneOptions& options) {
  photos.excluded.assign(photos.paths.size(), false);
  if (!options.exclude) return;
  const auto listed = read_photo_list(*options.exclude, options.data);
  std::set<std::string> found;
  for (size_t i = 0; i < photos.paths.size(); ++i) {
    const std::string name = in_data(photos.paths[i], options.data);
    photos.excluded[i] = listed.contains(name);
    if (photos.excluded[i]) found.insert(name);
  }
  std::set_difference(listed.begin(), listed.end(), found.begin(), found.end(), std::back_inserter(photos.not_found));
  if (found.empty() && !listed.empty())
    throw Error(in_quotes(options.exclude->native()) + ": expected photos of " + in_quotes(options.data.native()) +
                ", got none of them, as " + in_quotes(*listed.begin()) + "; paths are relative to that folder");
}

// The group that a photo's path names: what the first parentheses of the expression match, or all that it matches.
void name_groups_by_path(Photos& photos, const FinetuneOptions& options) {
  const auto& expression = options.dataset.group_from_path;
  if (!expression) return;
  const std::regex pattern(*expression);
  bool any = false;
  for (size_t i = 0; i < photos.paths.size(); ++i) {
    const std::string name = in_data(photos.paths[i], options.data);
    std::smatch match;
    if (!std::regex_search(name, match, pattern)) continue;
    photos.groups[i] = match[match.size() > 1 && match[1].matched ? 1 : 0];
    any = any || !photos.groups[i].empty();
  }
  if (!any)
    throw Error("--group-from-path: expected an expression that matches paths of photos below " +
                in_quotes(options.data.native()) + ", got " + in_quotes(*expression) + ", which matches none, as " +
                in_quotes(in_data(photos.paths.front(), options.data)));
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
  const auto drawn = draw_stratified(names, strata, limit, seed);
  const auto keep = [&](auto& values) {
    auto kept = values;
    kept.clear();
    for (const int64_t i : drawn) kept.push_back(values[i]);
    values = std::move(kept);
  };
  keep(photos.paths);
  keep(photos.labels);
  keep(photos.given_validation);
  keep(photos.excluded);
  keep(photos.groups);
}

// A limit so small that a class cannot be trained on is the limit's fault, not the folder's.
void check_limit(const Photos& photos, const FinetuneOptions& options) {
  std::vector<int64_t> count(photos.class_names.size());
  for (size_t i = 0; i < photos.labels.size(); ++i) count[photos.labels[i]] += !photos.given_validation[i];
  if (options.limit > 0 && *std::min_element(count.begin(), count.end()) < 2)
    throw UsageError("--limit: expected enough for 2 training photos of each class, got " +
                     std::to_string(options.limit));
}

// Photos of a group stand on one side only, which may leave another without any of a class.
void check_sides(const Divided& data, const Photos& photos, const FinetuneOptions& options) {
  const auto counts = [&](const HeadRows& rows) {
    std::vector<int64_t> count(photos.class_names.size());
    for (const int64_t label : rows.labels) ++count[label];
    return count;
  };
  const auto training = counts(data.training), validation = counts(data.validation), test = counts(data.test.rows);
  const bool given = photos.has_validation && !data.validation.labels.empty(), tests = options.test_fraction > 0;
  for (size_t c = 0; c < training.size(); ++c) {
    if (training[c] > 0 && (validation[c] > 0 || given) && (test[c] > 0 || !tests)) continue;
    throw Error(in_quotes(options.data.native()) + ": expected readable photos of class " +
                in_quotes(photos.class_names[c]) +
                (tests ? " for training, for validation and for the test, got " + std::to_string(training[c]) + ", " +
                             std::to_string(validation[c]) + " and " + std::to_string(test[c])
                       : " for training and for validation, got " + std::to_string(training[c]) + " and " +
                             std::to_string(validation[c])) +
                "; photos of one group (equal pictures, --group-from-path, a column `group`) stand on one side only: "
                "add others");
  }
}

PhotoGroups find_groups(const Photos& photos, FeatureSet& set, const FinetuneOptions& options,
                        const Progress& progress) {
  GroupInput input{std::move(set.content), {}, {}, {}, static_cast<int64_t>(photos.class_names.size())};
  if (options.groups) input.traits = std::move(set.traits);
  for (const int64_t i : set.rows) {
    input.labels.push_back(photos.labels[i]);
    if (options.groups) input.named.push_back(photos.groups[i]);
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
bool too_many(const std::vector<int64_t>& relatives, const std::vector<int64_t>& others, const HeadRows& rows) {
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
Sides sides_of(const std::vector<bool>& validation, const FeatureSet& set, const HeadRows& rows, const Photos& photos,
               Divided& out) {
  std::set<Sha256> contents, groups;
  for (size_t i = 0; i < validation.size(); ++i) {
    if (!validation[i]) continue;
    contents.insert(set.content[i]);
    groups.insert(rows.group[i]);
  }
  Sides sides;
  for (size_t i = 0; i < validation.size(); ++i) {
    const auto row = static_cast<int64_t>(i);
    const bool excluded = photos.excluded[set.rows[i]];
    if (excluded && !validation[i]) continue;
    if (validation[i]) {
      (excluded ? sides.excluded_validation : sides.validation).push_back(row);
    } else if (contents.contains(set.content[i])) {
      ++out.leaked;
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
      std::count(photos.excluded.begin(), photos.excluded.end(), true) - out.excluded_validation - out.test.excluded;
  return sides;
}

// What the split would be without groups. `order`: the rows of `out.all`
void split_ungrouped(const std::vector<int64_t>& order, const FeatureSet& set, const HeadRows& rows,
                     const std::vector<bool>& grouped, const FinetuneOptions& options, Divided& out) {
  const auto plain = validation_split(set.content, rows.labels, options.validation_share(), options.seed);
  if (plain == grouped) return;
  for (size_t k = 0; k < order.size(); ++k)
    (plain[order[k]] ? out.ungrouped_validation : out.ungrouped_training).push_back(static_cast<int64_t>(k));
}

}  // namespace

Photos find_photos(const FinetuneOptions& options) {
  DatasetOptions form = options.dataset;
  form.leave_out = options.out;  // results of an earlier run inside the data
  Dataset dataset = load_dataset(options.data, form);
  require_training(dataset, in_quotes(options.data.native()));
  if (options.test_fraction > 0 && dataset.test)
    throw UsageError("--test-fraction: expected photos without a test part, got " + in_quotes(options.data.native()) +
                     " with one; `pawprint evaluate` measures on that part");
  Photos photos;
  photos.layout = dataset.layout;
  const bool drawn = !options.validation && !dataset.validation;
  photos.layout += options.test_fraction <= 0 ? (drawn ? "; validation photos drawn from these" : "")
                   : drawn                    ? "; validation and test photos drawn from these"
                                              : "; test photos drawn from these";
  if (options.validation) {
    dataset.validation = load_validation(*options.validation, form, dataset.training.class_names);
    photos.layout += "; validated on " + in_quotes(options.validation->native());
  }
  check_trainable(dataset.training, in_quotes(options.data.native()));
  photos.class_names = dataset.training.class_names;
  photos.has_validation = dataset.validation.has_value();
  photos.append(dataset.training, false);
  if (dataset.validation) photos.append(*dataset.validation, true);
  mark_excluded(photos, options);
  name_groups_by_path(photos, options);
  limit_photos(photos, options.limit, options.seed);
  check_limit(photos, options);
  return photos;
}

void leave_out_unreadable(FeatureSet& set, const Photos& photos) {
  std::set<std::filesystem::path> excluded;
  for (size_t i = 0; i < photos.paths.size(); ++i) {
    if (photos.excluded[i]) excluded.insert(photos.paths[i]);
  }
  std::erase_if(set.skipped, [&](const SkippedPhoto& photo) { return excluded.contains(photo.path); });
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

Divided divide(const Photos& photos, FeatureSet set, const FinetuneOptions& options, const Progress& progress) {
  Divided out;
  out.groups = find_groups(photos, set, options, progress);
  HeadRows rows{std::move(set.features), {}, out.groups.key, static_cast<int64_t>(photos.class_names.size())};
  LabeledImages trainable{{}, {}, photos.class_names, 0};
  for (const int64_t i : set.rows) {
    rows.labels.push_back(photos.labels[i]);
    if (!photos.given_validation[i] && !photos.excluded[i]) trainable.labels.push_back(photos.labels[i]);
  }
  check_trainable(trainable, in_quotes(options.data.native()));
  out.test = take_test_part(rows, set, photos, options);
  std::vector<bool> validation;
  for (const int64_t i : set.rows) validation.push_back(photos.given_validation[i]);
  if (!photos.has_validation)
    validation = validation_split(rows.group, rows.labels, options.validation_share(), options.seed);
  const Sides sides = sides_of(validation, set, rows, photos, out);
  std::vector<int64_t> order = sides.relatives, validation_rows = sides.validation;
  validation_rows.insert(validation_rows.end(), sides.excluded_validation.begin(), sides.excluded_validation.end());
  order.insert(order.end(), sides.training.begin(), sides.training.end());
  order.insert(order.end(), validation_rows.begin(), validation_rows.end());
  const HeadRows ordered = rows.select(order);
  const auto trained = static_cast<int64_t>(sides.training.size());
  out.training = ordered.part(out.relatives, trained);
  out.validation = ordered.part(out.relatives + trained, static_cast<int64_t>(validation_rows.size()));
  check_sides(out, photos, options);
  order.resize(order.size() - sides.excluded_validation.size());
  out.all = ordered.part(0, static_cast<int64_t>(order.size()));
  if (!photos.has_validation) split_ungrouped(order, set, rows, validation, options, out);
  for (const int64_t row : sides.training) out.training_content.push_back(set.content[row]);
  for (const int64_t row : validation_rows) {
    out.validation_content.push_back(set.content[row]);
    out.validation_photos.push_back(set.rows[row]);
  }
  return out;
}

std::string digest(const Divided& data, const std::vector<std::string>& class_names) {
  std::vector<std::string> lines;
  const auto add = [&](const std::vector<Sha256>& content, const HeadRows& rows, const char* side) {
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
