#include "app/training/test_part.h"

#include <torch/script.h>

#include <set>

#include "app/data/csv.h"
#include "app/data/photo_list.h"
#include "app/data/split.h"
#include "app/training/predict.h"
#include "app/training/training_photos.h"

namespace pawprint {

namespace {

template <class T>
std::vector<T> chosen(const std::vector<T>& values, const std::vector<int64_t>& index) {
  std::vector<T> out;
  for (const int64_t i : index) out.push_back(values[static_cast<size_t>(i)]);
  return out;
}

std::vector<int64_t> rows_to_draw_from(const FeatureMatrix& rows, const FeatureSet& set, const TrainingPhotos& images) {
  std::set<Sha256> bound;
  for (size_t i = 0; i < set.rows.size(); ++i) {
    if (images.photos[set.rows[i]].validation) bound.insert(rows.group[i]);
  }
  std::vector<int64_t> out;
  for (size_t i = 0; i < set.rows.size(); ++i) {
    if (!bound.contains(rows.group[i])) out.push_back(static_cast<int64_t>(i));
  }
  return out;
}

}  // namespace

TestPart take_test_part(FeatureMatrix& rows, FeatureSet& set, const TrainingPhotos& images,
                        const FinetuneOptions& options) {
  if (options.test_fraction <= 0) return {};
  const auto candidates = rows_to_draw_from(rows, set, images);
  const auto drawn = test_split(chosen(rows.group, candidates), chosen(labels_drawn_by(images, set), candidates),
                                options.test_fraction, options.seed);
  std::vector<bool> held_out(rows.labels.size());
  for (size_t k = 0; k < candidates.size(); ++k) held_out[candidates[k]] = drawn[k];
  std::vector<int64_t> test, others;
  for (size_t i = 0; i < held_out.size(); ++i) (held_out[i] ? test : others).push_back(static_cast<int64_t>(i));
  TestPart out{rows.select(test), chosen(set.rows, test), chosen(set.content, test)};
  for (const int64_t photo : out.photos) {
    out.excluded += images.photos[photo].excluded;
    out.relabeled += images.photos[photo].label_in_data.has_value();
  }
  rows = rows.select(others);
  set.rows = chosen(set.rows, others);
  set.content = chosen(set.content, others);
  return out;
}

std::optional<TestFigures> measure_test(const TestPart& test, const Head& head, double temperature, uint64_t seed) {
  if (test.photos.empty()) return std::nullopt;
  const auto& rows = test.rows;
  const auto figures = [&](int64_t views) {
    return evaluate_predictions(view_probabilities(rows.features.narrow(1, 0, views), head, temperature), rows.labels,
                                rows.classes, seed);
  };
  return TestFigures{figures(1), figures(rows.features.size(1)).accuracy};
}

std::string test_photos_csv(const TestPart& test, const TrainingPhotos& images, const std::filesystem::path& data) {
  std::string text = "path,label\n";
  for (size_t i = 0; i < test.photos.size(); ++i)
    text += csv_exact_cell(in_data(images.photos[test.photos[i]].path, data)) + ',' +
            csv_exact_cell(images.class_names[test.rows.labels[i]]) + '\n';
  return text;
}

}  // namespace pawprint
