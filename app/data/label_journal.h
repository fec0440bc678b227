// What a person said of photos, as it was said: a line an answer, on disk before it is acknowledged.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/base/sha256.h"
#include "models/base/words.h"

namespace pawprint {

enum class AnswerKind { kClass, kNone /* of the classes */, kUnknown /* cannot tell */, kTakenBack };

template <>
inline constexpr std::array kWords<AnswerKind> = std::to_array<std::string_view>({"class", "none", "unknown",
                                                                                  "taken-back"});

struct Answer {
  Sha256 photo;      // of the file's content: a photo that is moved keeps its label
  std::string path;  // where it was then
  AnswerKind kind = AnswerKind::kClass;
  std::string class_name;  // with kClass
  std::string shown_as;    // why the photo was shown: `typical`, `uncertain`, `random`, `review`
  int64_t time_s = 0;      // since 1970
};

// A file of JSON lines that only grows. A run that is killed loses no answer that was acknowledged: add() returns when
// the line is on disk. A line that was cut off does not count, and the next one begins on a line of its own. One run
// at a time: the file is locked.
//   {"photo": SHA256, "path": TEXT, "answer": "class", "class": TEXT, "shown": TEXT, "time": SECONDS}
//   {"add": TEXT}                    a class that nobody has named yet
//   {"rename": TEXT, "to": TEXT}     also merges two classes
class LabelJournal {
 public:
  // Reads what is there; a line that is damaged does not count. Throws Error, also if another run has it.
  explicit LabelJournal(std::filesystem::path file);
  LabelJournal(const LabelJournal&) = delete;
  LabelJournal& operator=(const LabelJournal&) = delete;
  ~LabelJournal();

  void add(const std::vector<Answer>& answers);  // one fsync for all of them; throws FileError
  void add_class(const std::string& name);
  void rename_class(const std::string& from, const std::string& to);

  // By today's names, as they came up.
  const std::vector<std::string>& classes() const { return classes_; }
  // What a class is called today that had this name before all renames: one of the data's.
  std::string today(std::string name) const;

  // The last answer for each photo, its class by today's name; photos whose answer was taken back are not in it.
  const std::map<Sha256, Answer>& answers() const { return answers_; }

 private:
  void open_and_lock(int flags);
  void append(const std::string& lines);
  void take(const Answer& answer);
  void take_class(const std::string& name);
  void take_rename(const std::string& from, const std::string& to);

  std::filesystem::path file_;
  std::map<Sha256, Answer> answers_;
  std::vector<std::string> classes_;
  std::vector<std::pair<std::string, std::string>> renames_;  // in their order
  bool cut_off_ = false;                                      // the last line
  int fd_ = -1;                                               // none while there is no file
};

}  // namespace pawprint
