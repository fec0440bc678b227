#include "app/data/corrections.h"

#include <algorithm>
#include <set>

#include "app/data/class_names.h"
#include "app/data/csv.h"
#include "app/data/photo_list.h"
#include "models/base/error.h"

namespace pawprint {

namespace fs = std::filesystem;

namespace {

const std::vector<std::string> kHeading = {"path", "answer", "label"};

CorrectionKind answer_of(const std::string& text, const std::string& subject) {
  const auto& words = kWords<CorrectionKind>;
  const auto found = std::find(words.begin(), words.end(), text);
  if (found == words.end())
    throw Error(subject + ": expected one of the answers 'keep', 'leave out' and 'label', got " + in_quotes(text));
  return static_cast<CorrectionKind>(found - words.begin());
}

// A new class is not made by a name alone, which may be a slip.
int64_t label_of(const std::string& text, const std::vector<std::string>& class_names, const std::string& subject) {
  const auto found = std::find_if(class_names.begin(), class_names.end(),
                                  [&](const auto& name) { return class_name_of(name) == class_name_of(text); });
  if (found == class_names.end())
    throw Error(subject + ": expected one of the classes " + listed(class_names) + ", got " + in_quotes(text) +
                "; a new class begins as a folder of its own");
  return found - class_names.begin();
}

Correction correction_of(const CsvRow& row, const std::vector<std::string>& class_names, const std::string& subject) {
  const CorrectionKind answer = answer_of(row.cells[1], subject);
  const std::string& label = row.cells[2];
  if (answer == CorrectionKind::kLabel) return {answer, label_of(label, class_names, subject)};
  if (!label.empty())
    throw Error(subject + ": expected a label with the answer 'label' only, got " + in_quotes(label) + " with " +
                in_quotes(row.cells[1]));
  return {answer, 0};
}

// Those of `names` that no photo has.
std::vector<std::string> not_among(const LabeledImages& images, const std::set<std::string>& names,
                                   const fs::path& list, const fs::path& data) {
  std::set<std::string> there;
  for (const auto& photo : images.photos) there.insert(in_data(photo.path, data));
  std::vector<std::string> missing;
  for (const auto& name : names) {
    if (!there.contains(name)) missing.push_back(name);
  }
  if (!missing.empty() && missing.size() == names.size())
    throw Error(in_quotes(list.native()) + ": expected photos of " + in_quotes(data.native()) +
                ", got none of them, as " + in_quotes(missing.front()) + "; paths are relative to that folder");
  return missing;
}

std::set<std::string> names_of(const Corrections& corrections) {
  std::set<std::string> names;
  for (const auto& [name, correction] : corrections) names.insert(name);
  return names;
}

}  // namespace

bool is_corrections(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  std::string line(text.substr(0, text.find('\n')));
  if (std::count(line.begin(), line.end(), '"') % 2 != 0) return false;
  const auto rows = parse_csv(line, "", csv_separator(line));
  return rows.size() == 1 && rows[0].cells == kHeading;
}

Corrections parse_corrections(std::string_view text, const fs::path& data, const std::vector<std::string>& class_names,
                              const std::string& subject) {
  if (!is_corrections(text))
    throw Error(subject + ":1: expected corrections, which begin with 'path,answer,label', got " +
                in_quotes(text.substr(0, std::min<size_t>(text.find_first_of("\r\n"), 60))));
  Corrections corrections;
  for (const auto& row : parse_csv(text, subject, csv_separator(text))) {
    const std::string where = subject + ":" + std::to_string(row.line);
    if (row.cells == kHeading) continue;  // of the list, and of another behind it
    if (row.cells.size() != kHeading.size() || row.cells[0].empty())
      throw Error(where + ": expected a path, an answer and a label, got " + std::to_string(row.cells.size()) +
                  (row.cells.size() == 1 ? " cell" : " cells") + (row.cells[0].empty() ? ", the path empty" : ""));
    corrections[photo_of_listed_name(row.cells[0], data, where)] = correction_of(row, class_names, where);
  }
  return corrections;
}

Corrections read_corrections(const fs::path& file, const fs::path& data, const std::vector<std::string>& class_names) {
  return parse_corrections(read_list_file(file), data, class_names, in_quotes(file.native()));
}

std::vector<std::string> exclude_listed(LabeledImages& images, const fs::path& list, const fs::path& data) {
  const std::string text = read_list_file(list), subject = in_quotes(list.native());
  std::set<std::string> names;
  if (is_corrections(text)) {
    for (const auto& [name, correction] : parse_corrections(text, data, images.class_names, subject)) {
      if (correction.answer == CorrectionKind::kLeaveOut) names.insert(name);
    }
  } else {
    names = parse_photo_list(text, data, subject);
  }
  for (auto& photo : images.photos) photo.excluded = names.contains(in_data(photo.path, data));
  return not_among(images, names, list, data);
}

std::vector<std::string> correct_labels(LabeledImages& images, const fs::path& file, const fs::path& data) {
  const Corrections corrections = read_corrections(file, data, images.class_names);
  for (auto& photo : images.photos) {
    const auto found = corrections.find(in_data(photo.path, data));
    if (found == corrections.end()) continue;
    const auto& [answer, label] = found->second;
    photo.excluded = answer == CorrectionKind::kLeaveOut;
    if (answer != CorrectionKind::kLabel || label == photo.label) continue;
    photo.label_in_data = photo.label;
    photo.label = label;
  }
  return not_among(images, names_of(corrections), file, data);
}

}  // namespace pawprint
