#include "app/commands/path_source.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "app/commands/signals.h"
#include "app/data/film.h"
#include "models/base/error.h"

namespace pawprint {

namespace fs = std::filesystem;

PathSource::PathSource(std::vector<std::string> arguments, WalkOptions how)
    : arguments_(arguments.begin(), arguments.end()), how_(std::move(how)) {}

int64_t PathSource::ignored() const { return ignored_ + (walk_ ? walk_->ignored() : 0); }

int64_t PathSource::system_folders() const { return system_folders_ + (walk_ ? walk_->system_folders() : 0); }

int64_t PathSource::films() const { return films_ + (walk_ ? walk_->films() : 0); }

std::optional<FoundPhoto> PathSource::next() {
  if (frames_.empty()) {
    auto found = next_file();
    if (!found || !found->problem.empty() || how_.film_every_ms == 0 || !is_film(found->path)) return found;
    const auto frames = film_frames(found->path, how_.film_every_ms);
    frames_.assign(frames.begin(), frames.end());
  }
  FoundPhoto frame{std::move(frames_.front()), ""};
  frames_.pop_front();
  return frame;
}

std::optional<FoundPhoto> PathSource::next_file() {
  while (true) {
    if (walk_) {
      if (auto found = walk_->next()) return found;
      ignored_ += walk_->ignored();
      system_folders_ += walk_->system_folders();
      films_ += walk_->films();
      walk_.reset();
    }
    const auto name = next_name();
    if (!name) return std::nullopt;
    std::error_code error;
    if (!fs::is_directory(*name, error)) return FoundPhoto{*name, ""};
    walk_.emplace(*name, how_);
  }
}

std::optional<std::string> PathSource::next_name() {
  while (true) {
    if (in_stdin_) {
      if (auto name = next_from_stdin()) return name;
      in_stdin_ = false;
    }
    if (arguments_.empty()) return std::nullopt;
    const std::string argument = arguments_.front();
    arguments_.pop_front();
    if (argument != "-") return argument;
    in_stdin_ = true;
  }
}

std::optional<std::string> PathSource::next_from_stdin() {
  constexpr int kPollMs = 200;
  while (true) {
    if (!separator_ && !buffer_.empty()) {
      if (buffer_.find('\0') != std::string::npos) {
        separator_ = '\0';
      } else if (buffer_.find('\n') != std::string::npos) {
        separator_ = '\n';
      }
    }
    const size_t end = separator_ ? buffer_.find(*separator_) : std::string::npos;
    if (end != std::string::npos || (stdin_ended_ && !buffer_.empty())) {
      std::string name = buffer_.substr(0, end);
      buffer_.erase(0, end == std::string::npos ? end : end + 1);
      std::error_code error;
      if (separator_ == '\n' && name.ends_with('\r') && !fs::exists(name, error))
        name.pop_back();  // a list from Windows
      if (!name.empty()) return name;
      continue;
    }
    if (stdin_ended_) return std::nullopt;
    throw_if_signalled();
    pollfd input{STDIN_FILENO, POLLIN, 0};
    if (poll(&input, 1, kPollMs) <= 0) continue;  // a signal or nothing yet
    char block[65536];
    const ssize_t got = read(STDIN_FILENO, block, sizeof block);
    if (got < 0 && errno != EINTR && errno != EAGAIN)
      throw Error(std::string("stdin: expected paths, got: ") + std::strerror(errno));
    if (got == 0) stdin_ended_ = true;
    if (got > 0) buffer_.append(block, static_cast<size_t>(got));
  }
}

}  // namespace pawprint
