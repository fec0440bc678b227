#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/data/label_journal.h"
#include "app/label/honest_sample.h"
#include "app/label/label_head.h"
#include "models/base/sha256.h"

namespace pawprint {

struct PoolPhoto {
  std::filesystem::path path;
  Sha256 content;
  std::string given = {};  // the class that the data has for it; empty: none
};

// What a head says of a photo.
struct Guess {
  std::string class_name;
  double probability = 0;
};

// A photo as it is shown.
struct ShownPhoto {
  int64_t id = 0;  // of this session
  std::string name;
  std::optional<Guess> guess;  // in rows: none until the head is better than chance
  std::optional<Answer> answer;
};

// What a person says of a photo.
struct Saying {
  int64_t photo = 0;
  AnswerKind kind = AnswerKind::kClass;
  std::string class_name = {};
};

// The share of a random sample that the head is right about.
struct SampleFigures {
  int64_t right = 0, count = 0;
  double low = 0, high = 1;  // 95 %
};

// A table for `finetune --labels`, and what cannot be in it.
struct LabelTableText {
  std::string csv;                    // path,label,split
  std::vector<std::string> left_out;  // `bird: 1 photo, where two are needed`, `cats/1.jpg: no such file`
};

struct LabelOverview {
  std::vector<std::pair<std::string, int64_t>> classes;  // and how many photos were said to be of each
  int64_t photos = 0;                                    // that can be asked about: looked at, and their axes known
  int64_t answered = 0, of_no_class = 0, unknown = 0;    // the last two are among the first
  int64_t elsewhere = 0;                                 // answers about photos that are not here
  int64_t given = 0;                                     // labels of the data that nobody has looked at
  int64_t doubtful = 0;                                  // labels that the others make doubtful
  std::optional<SampleFigures> sample;                   // none before the first of it is answered
  std::optional<double> gain;  // of accuracy, 0..1, that kMoreLabels more would bring; none while too little is known
};

// What a person teaches a head, and what is asked next. Any thread; each call takes milliseconds.
class LabelSession {
 public:
  static constexpr int64_t kRow = 12, kMoreLabels = 24;

  struct Setup {
    std::filesystem::path data;        // paths in the journal and in tables begin there
    std::vector<std::string> classes;  // to begin with
    std::filesystem::path journal;     // read, and gone on with
    uint64_t seed = 1;
  };
  explicit LabelSession(Setup setup);

  // More photos as the network sees them, in random order: features [N,D] float32.
  void add_photos(std::vector<PoolPhoto> photos, const at::Tensor& features);

  // What takes longer than an answer may: axes for what was added, doubtful labels, the penalty. By one thread; returns
  // false if there was nothing to do.
  //   tick: called now and then; what it throws ends the work
  bool improve(const std::function<void()>& tick);

  // The photos that a page shows next: those it was shown last, while one of them has no answer. Fewer where no more
  // are left.
  //   page: photos shown to one are not shown to another
  //   measure: drawn at random for the sample alone, as far as there are any
  std::vector<ShownPhoto> next_row(const std::string& page, bool measure = false);

  // On disk when it returns. Throws Error for photos and classes that there are not; then nothing is answered.
  void answer(const std::vector<Saying>& sayings);

  // All photos of a predicted class, those without answers first and the least certain of them first; of an empty name,
  // the doubtful labels, the most suspicious first.
  std::vector<ShownPhoto> review(const std::string& class_name, size_t begin, size_t count) const;

  // Throw Error for a name that cannot be a class's, or is one already (rename: then both are one class).
  void add_class(const std::string& name);
  void rename_class(const std::string& from, const std::string& to);

  LabelOverview overview() const;
  std::filesystem::path path_of(int64_t photo) const;  // throws Error for one that there is not

  // Of all answers that name a class; the sample is for validation if it is large enough.
  LabelTableText labels_csv() const;

 private:
  struct Learned {  // what the head was fitted on when
    int64_t labels = 0;
    std::vector<int64_t> predicted;
  };

  enum class Role { kTeaches, kSample, kCopy };  // a copy of an earlier photo has its answer, and is not asked about
  struct Doubt {
    int64_t photo;
    Guess guess;  // of heads that had not seen it
  };
  static constexpr char kRandom[] = "random", kTypical[] = "typical", kUncertain[] = "uncertain", kReview[] = "review";

  std::optional<Answer> answer_of(size_t photo) const;
  std::optional<int64_t> label_of(size_t photo) const;
  int64_t index_of(const std::string& class_name) const;
  bool in_sample(size_t photo) const { return role_[photo] == Role::kSample; }
  std::vector<int64_t> sample() const;
  std::vector<int64_t> pick(const std::vector<bool>& open, int64_t count);
  std::vector<int64_t> draw(const std::vector<bool>& open, int64_t count) const;
  LabeledRows learned_rows(std::vector<int64_t>& index) const;
  ShownPhoto shown(size_t photo, bool with_guess) const;
  std::optional<Guess> guess_of(size_t photo) const;
  std::vector<const Doubt*> doubtful() const;
  std::optional<double> gain() const;
  std::vector<int64_t> row_of(const std::vector<bool>& open, bool measure);
  std::vector<int64_t> new_row(bool measure);
  void learn();
  void rescore();
  void change_classes();

  mutable std::mutex lock_;
  const Setup setup_;
  LabelJournal journal_;
  std::vector<std::string> classes_;
  std::vector<PoolPhoto> photos_;
  std::vector<Role> role_;     // [N]
  std::set<Sha256> contents_;  // of all photos
  std::map<int64_t, std::string> shown_as_;
  std::vector<std::pair<std::string, std::vector<int64_t>>> rows_;  // of each page, the one that asked last behind
  at::Tensor features_;                                             // [N,D]
  at::Tensor components_;                                           // [M,K], M <= N
  LabelHead head_;
  at::Tensor probabilities_;        // [N,C], or undefined
  std::vector<int64_t> predicted_;  // [N], or empty
  std::vector<Learned> history_;
  double strength_ = LabelHead::kStrength;
  bool suggests_ = false;
  int64_t changes_ = 0, checked_ = -1;  // answers and classes, counted; how many the last check knew
  std::vector<Doubt> doubts_;           // the most suspicious first
};

}  // namespace pawprint
