#include "app/label/label_session.h"

#include <torch/types.h>

#include <algorithm>
#include <ctime>
#include <tuple>

#include "app/base/format.h"
#include "app/data/class_names.h"
#include "app/data/csv.h"
#include "app/data/labeled_images.h"
#include "app/data/photo_list.h"
#include "app/evaluation/label_issues.h"
#include "app/label/honest_sample.h"
#include "app/label/pick_photos.h"
#include "models/base/error.h"

namespace pawprint {

namespace fs = std::filesystem;

namespace {

// The name as it is kept, which can be one of the classes beside these.
std::string new_class(const std::string& said, std::vector<std::string> others) {
  const std::string name = class_name_of(said);
  check_class_name(name, "class");
  if (std::find(others.begin(), others.end(), name) == others.end()) others.push_back(name);
  check_spellings(others, "class");
  return name;
}

}  // namespace

LabelSession::LabelSession(Setup setup) : setup_(std::move(setup)), journal_(setup_.journal) {
  classes_ = journal_.classes();
  std::vector<std::string> first;
  for (const auto& name : setup_.classes) {
    const std::string today = journal_.today(name);
    if (std::find(first.begin(), first.end(), today) == first.end()) first.push_back(today);
  }
  std::erase_if(classes_, [&](const auto& name) { return std::find(first.begin(), first.end(), name) != first.end(); });
  classes_.insert(classes_.begin(), first.begin(), first.end());
}

std::optional<Answer> LabelSession::answer_of(size_t photo) const {
  const auto found = journal_.answers().find(photos_[photo].content);
  if (found != journal_.answers().end()) return found->second;
  if (photos_[photo].given.empty()) return std::nullopt;
  return Answer{photos_[photo].content, "", AnswerKind::kClass, photos_[photo].given, "", 0};
}

std::optional<int64_t> LabelSession::label_of(size_t photo) const {
  const auto answer = answer_of(photo);
  if (!answer || answer->kind != AnswerKind::kClass) return std::nullopt;
  const auto at = std::find(classes_.begin(), classes_.end(), answer->class_name);
  return at - classes_.begin();
}

void LabelSession::add_photos(std::vector<PoolPhoto> photos, const at::Tensor& features) {
  const std::lock_guard guard(lock_);
  for (auto& photo : photos) {
    photo.given = journal_.today(photo.given);
    if (!photo.given.empty() && std::find(classes_.begin(), classes_.end(), photo.given) == classes_.end())
      classes_.push_back(photo.given);
    const bool is_new = contents_.insert(photo.content).second;
    role_.push_back(!is_new ? Role::kCopy : is_set_apart(photo.content) ? Role::kSample : Role::kTeaches);
    photos_.push_back(std::move(photo));
  }
  features_ = features_.defined() ? at::cat({features_, features}) : features;
  head_.standardize(features_);
  ++changes_;
  learn();
}

// The photos that the head learns from: of the sample none.
LabeledRows LabelSession::learned_rows(std::vector<int64_t>& index) const {
  LabeledRows rows{{}, {}, {}, static_cast<int64_t>(classes_.size())};
  for (size_t i = 0; i < photos_.size(); ++i) {
    if (role_[i] != Role::kTeaches) continue;
    if (const auto label = label_of(i)) {
      index.push_back(static_cast<int64_t>(i));
      rows.labels.push_back(*label);
      rows.content.push_back(photos_[i].content);
    }
  }
  if (!index.empty()) rows.features = features_.index_select(0, at::tensor(index));
  return rows;
}

void LabelSession::learn() {
  std::vector<int64_t> index;
  const LabeledRows rows = learned_rows(index);
  head_.fit(rows, strength_);
  rescore();
  const auto labels = static_cast<int64_t>(index.size());
  while (!history_.empty() && (history_.back().labels >= labels || predicted_.empty())) history_.pop_back();
  if (!predicted_.empty()) history_.push_back({labels, predicted_});
  while (history_.size() > 1 && history_[1].labels <= labels - kMoreLabels) history_.erase(history_.begin());
}

void LabelSession::rescore() {
  probabilities_ = at::Tensor();
  predicted_.clear();
  if (!head_.is_fitted()) return;
  probabilities_ = head_.probabilities(features_).contiguous();
  const auto best = probabilities_.argmax(1).contiguous();
  predicted_.assign(best.data_ptr<int64_t>(), best.data_ptr<int64_t>() + best.numel());
}

bool LabelSession::improve(const std::function<void()>& tick) {
  at::Tensor features, components;
  std::vector<int64_t> index;
  LabeledRows rows;
  LabelHead head;
  int64_t changes = 0;
  bool grown = false;
  {
    const std::lock_guard guard(lock_);
    grown = features_.defined() && (!components_.defined() || components_.size(0) < features_.size(0));
    if (!grown && checked_ == changes_) return false;
    features = features_, head = head_, changes = changes_;
    rows = learned_rows(index);
  }
  if (grown) {
    components = principal_components(head.standardized(features));
    const std::lock_guard guard(lock_);
    components_ = components;
  }
  const LabelCheck check = cross_validate_labels(head, rows, setup_.seed, tick);
  const std::lock_guard guard(lock_);
  checked_ = changes;
  if (check.probabilities.empty() || rows.classes != static_cast<int64_t>(classes_.size())) return true;
  strength_ = check.strength;
  suggests_ = check.better_than_chance;
  doubts_.clear();
  for (const auto& issue : find_label_issues(check.probabilities, rows.labels, rows.classes))
    doubts_.push_back({index[issue.row],
                       {classes_[issue.suggested],
                        check.probabilities[static_cast<size_t>(issue.row * rows.classes + issue.suggested)]}});
  return true;
}

void LabelSession::answer(const std::vector<Saying>& sayings) {
  const std::lock_guard guard(lock_);
  std::vector<Answer> answers;
  for (const auto& saying : sayings) {
    if (saying.photo < 0 || saying.photo >= static_cast<int64_t>(photos_.size()))
      throw Error("photo: expected one of this session, got " + std::to_string(saying.photo));
    if (saying.kind == AnswerKind::kClass) index_of(saying.class_name);
    const auto& photo = photos_[saying.photo];
    const auto why = shown_as_.find(saying.photo);
    answers.push_back({photo.content, in_data(photo.path, setup_.data), saying.kind, saying.class_name,
                       why == shown_as_.end() ? kReview : why->second, std::time(nullptr)});
  }
  journal_.add(answers);
  ++changes_;
  learn();
}

int64_t LabelSession::index_of(const std::string& class_name) const {
  const auto at = std::find(classes_.begin(), classes_.end(), class_name);
  if (at == classes_.end())
    throw Error("class: expected one of " + listed(classes_) + ", got " + in_quotes(class_name));
  return at - classes_.begin();
}

void LabelSession::add_class(const std::string& said) {
  const std::lock_guard guard(lock_);
  const std::string name = new_class(said, classes_);
  if (std::find(classes_.begin(), classes_.end(), name) != classes_.end())
    throw Error("class: expected a new name, got " + in_quotes(name) + " again");
  journal_.add_class(name);
  classes_.push_back(name);
  change_classes();
}

void LabelSession::rename_class(const std::string& from, const std::string& said) {
  const std::lock_guard guard(lock_);
  const int64_t index = index_of(from);
  auto others = classes_;
  others.erase(others.begin() + index);
  const std::string to = new_class(said, others);
  if (from == to) return;
  const bool merges = std::find(others.begin(), others.end(), to) != others.end();
  if (merges && others.size() == 1) throw Error("class: expected two classes or more to be left, got one");
  journal_.rename_class(from, to);
  for (auto& photo : photos_) {
    if (photo.given == from) photo.given = to;
  }
  if (merges)
    classes_ = others;
  else
    classes_[index] = to;
  change_classes();
}

void LabelSession::change_classes() {
  ++changes_;
  head_.forget();
  history_.clear();
  predicted_.clear();
  doubts_.clear();
  learn();
}

LabelOverview LabelSession::overview() const {
  const std::lock_guard guard(lock_);
  LabelOverview out;
  for (const auto& name : classes_) out.classes.emplace_back(name, 0);
  for (size_t i = 0; i < photos_.size(); ++i) {
    const auto answer = answer_of(i);
    if (!answer) continue;
    ++out.answered;
    out.given += answer->shown_as.empty();
    out.of_no_class += answer->kind == AnswerKind::kNone;
    out.unknown += answer->kind == AnswerKind::kUnknown;
    if (const auto label = label_of(i)) ++out.classes[*label].second;
  }
  for (const auto& [content, answer] : journal_.answers()) out.elsewhere += !contents_.contains(content);
  out.photos = components_.defined() ? components_.size(0) : 0;
  out.doubtful = static_cast<int64_t>(doubtful().size());
  if (predicted_.empty()) return out;
  SampleFigures figures;
  for (const int64_t photo : sample()) {
    if (const auto label = label_of(photo)) ++figures.count, figures.right += predicted_[photo] == *label;
  }
  if (figures.count > 0) {
    std::tie(figures.low, figures.high) = exact_interval(figures.right, figures.count);
    out.sample = figures;
  }
  out.gain = gain();
  return out;
}

// What the last kMoreLabels labels or somewhat more brought tells what as many more will.
std::optional<double> LabelSession::gain() const {
  if (history_.size() < 2 || history_.front().labels == 0) return std::nullopt;
  const auto& before = history_.front();
  const int64_t labels = history_.back().labels, last = labels - before.labels;
  if (last < kMoreLabels) return std::nullopt;
  const auto& p = probabilities_;
  const auto known = static_cast<int64_t>(before.predicted.size());  // photos come last
  const double brought = gained({predicted_.begin(), predicted_.begin() + known}, before.predicted,
                                {p.data_ptr<float>(), p.data_ptr<float>() + known * p.size(1)}, p.size(1));
  return std::max(0.0, expected_gain(brought, labels, last, kMoreLabels));
}

std::filesystem::path LabelSession::path_of(int64_t photo) const {
  const std::lock_guard guard(lock_);
  if (photo < 0 || photo >= static_cast<int64_t>(photos_.size()))
    throw Error("photo: expected one of this session, got " + std::to_string(photo));
  return photos_[photo].path;
}

LabelTableText LabelSession::labels_csv() const {
  constexpr int64_t kFewest = 5;
  const std::lock_guard guard(lock_);
  LabelTableText out;
  std::error_code error;
  std::vector<int64_t> count(classes_.size()), teaching(classes_.size());
  std::map<std::string, size_t> photos;  // by path: the order in which they were read says nothing
  for (size_t i = 0; i < photos_.size(); ++i) {
    if (!label_of(i)) continue;
    const std::string path = in_data(photos_[i].path, setup_.data);
    if (fs::exists(photos_[i].path, error))
      photos[path] = i, ++count[*label_of(i)];
    else
      out.left_out.push_back(path + ": no such file any more");
  }
  std::vector<bool> validates(photos_.size());
  int64_t measured = 0;
  for (const int64_t photo : sample()) measured += label_of(photo).has_value();
  for (const int64_t photo : sample()) validates[photo] = measured >= kFewest;
  for (const auto& [path, i] : photos) teaching[*label_of(i)] += !validates[i];
  for (size_t c = 0; c < classes_.size(); ++c) {
    if (count[c] < 2)
      out.left_out.push_back(classes_[c] + ": " + counted(count[c], "photo") + ", where two are needed");
  }
  out.csv = "path,label,split\n";
  for (const auto& [path, i] : photos) {
    const int64_t label = *label_of(i);
    if (count[label] < 2) continue;
    const bool val = validates[i] && teaching[label] >= 2;
    // Readers of tables take blanks off the ends of cells.
    const bool blank = static_cast<unsigned char>(path.front()) <= ' ' || static_cast<signed char>(path.front()) < 0;
    out.csv += csv_exact_cell((blank ? "./" : "") + path) + ',' + csv_exact_cell(classes_[label]) +
               (val ? ",val\n" : ",train\n");
  }
  return out;
}

}  // namespace pawprint
