#include "app/data/label_journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "app/data/class_names.h"
#include "app/data/json_escape.h"
#include "models/base/error.h"

namespace pawprint {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

// Throws nlohmann's exceptions, or Error for what cannot be a class.
std::string class_from(const Json& json) {
  auto name = json.get<std::string>();
  check_class_name(name, "class");
  return name;
}

// Throws them where the line is none of ours.
Answer answer_from(const Json& json) {
  Answer answer;
  const auto photo = sha256_from_hex(json.at("photo").get<std::string>());
  const auto& words = kWords<AnswerKind>;
  const auto kind = std::find(words.begin(), words.end(), json.at("answer").get<std::string>());
  if (!photo || kind == words.end()) throw Json::other_error::create(501, "no answer", nullptr);
  answer.photo = *photo;
  answer.path = json.at("path").get<std::string>();
  answer.kind = static_cast<AnswerKind>(kind - words.begin());
  if (answer.kind == AnswerKind::kClass) answer.class_name = class_from(json.at("class"));
  answer.shown_as = json.at("shown").get<std::string>();
  answer.time_s = json.at("time").get<int64_t>();
  return answer;
}

Json to_json(const Answer& answer) {
  Json json = {{"photo", answer.photo.hex()}, {"path", valid_utf8(answer.path)}, {"answer", word(answer.kind)}};
  if (answer.kind == AnswerKind::kClass) json["class"] = answer.class_name;
  json["shown"] = answer.shown_as;
  json["time"] = answer.time_s;
  return json;
}

// So that a new file's name is on disk as its lines are. Some file systems sync no folders: theirs is the only way
// then.
void sync_folder(const fs::path& folder) {
  const int fd = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  fsync(fd);
  close(fd);
}

}  // namespace

LabelJournal::LabelJournal(fs::path file) : file_(std::move(file)) {
  std::error_code error;
  if (!fs::exists(file_, error)) return;
  open_and_lock(0);
  std::ifstream in(file_, std::ios::binary);
  for (std::string line; std::getline(in, line);) {
    cut_off_ = in.eof();  // while this line was written
    if (cut_off_) break;
    try {
      const Json json = Json::parse(line);
      if (json.contains("add"))
        take_class(class_from(json.at("add")));
      else if (json.contains("rename"))
        take_rename(class_from(json.at("rename")), class_from(json.at("to")));
      else
        take(answer_from(json));
    } catch (const nlohmann::json::exception&) {  // a damaged line
    } catch (const Error&) {                      // or one that somebody else wrote
    }
  }
  if (!in.eof() || in.bad()) throw Error(in_quotes(file_.native()) + ": expected to read it to its end, got an error");
}

LabelJournal::~LabelJournal() {
  if (fd_ >= 0) close(fd_);
}

void LabelJournal::take(const Answer& answer) {
  if (answer.kind == AnswerKind::kClass) take_class(answer.class_name);
  if (answer.kind == AnswerKind::kTakenBack)
    answers_.erase(answer.photo);
  else
    answers_.insert_or_assign(answer.photo, answer);
}

void LabelJournal::take_class(const std::string& name) {
  if (std::find(classes_.begin(), classes_.end(), name) == classes_.end()) classes_.push_back(name);
}

void LabelJournal::take_rename(const std::string& from, const std::string& to) {
  if (from == to) return;
  const auto at = std::find(classes_.begin(), classes_.end(), from);
  if (std::find(classes_.begin(), classes_.end(), to) != classes_.end()) {
    if (at != classes_.end()) classes_.erase(at);
  } else if (at != classes_.end()) {
    *at = to;
  }
  renames_.emplace_back(from, to);
  for (auto& [photo, answer] : answers_) {
    if (answer.class_name == from) answer.class_name = to;
  }
}

void LabelJournal::open_and_lock(int flags) {
  fd_ = open(file_.c_str(), O_RDWR | O_APPEND | O_CLOEXEC | flags, 0666);
  if (fd_ < 0) throw FileError(in_quotes(file_.native()) + ": cannot be opened for reading and writing", errno);
  if (flock(fd_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;  // some file systems know no locks
  close(std::exchange(fd_, -1));
  throw Error(in_quotes(file_.native()) +
              ": expected no other `pawprint label` at work with it, got one; end that, or choose another --out");
}

void LabelJournal::append(const std::string& lines) {
  const auto fail = [&] { throw FileError(in_quotes(file_.native()) + ": cannot be written", errno); };
  std::string text = lines;
  if (fd_ < 0) {
    open_and_lock(O_CREAT);
    sync_folder(file_.parent_path());
  }
  if (cut_off_) text.insert(0, "\n");  // after a write that failed, too: its line is not acknowledged
  cut_off_ = true;
  for (size_t done = 0; done < text.size();) {
    const ssize_t count = write(fd_, text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail();
    done += static_cast<size_t>(count);
  }
  if (fdatasync(fd_) != 0) fail();
  cut_off_ = false;
}

void LabelJournal::add(const std::vector<Answer>& answers) {
  std::string lines;
  for (const auto& answer : answers) lines += to_json(answer).dump() + '\n';
  append(lines);
  for (const auto& answer : answers) take(answer);
}

void LabelJournal::add_class(const std::string& name) {
  append(Json{{"add", name}}.dump() + '\n');
  take_class(name);
}

std::string LabelJournal::today(std::string name) const {
  for (const auto& [from, to] : renames_) {
    if (name == from) name = to;
  }
  return name;
}

void LabelJournal::rename_class(const std::string& from, const std::string& to) {
  append(Json{{"rename", from}, {"to", to}}.dump() + '\n');
  take_rename(from, to);
}

}  // namespace pawprint
