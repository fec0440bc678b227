#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace pawprint {

// The input is wrong (a file, a dataset, a model): exit code 1.
// Messages read `subject: expected X, got Y; what to do`, without a capital or a full stop.
struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The system refused to write a file.   code: an errno; what() ends with its meaning
struct FileError : Error {
  FileError(const std::string& what_was_done, int code);
  bool disk_is_full() const;  // or cannot be written at all: the next file will fare no better
  int code;
};

// The command line is wrong: exit code 2.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A signal asked the program to stop: exit code 128 + signal_number.
struct Interrupted : std::runtime_error {
  explicit Interrupted(int signal)
      : std::runtime_error("interrupted; no output file was left half written"), signal_number(signal) {}
  int signal_number;
};

// C0, DEL or C1, which a terminal obeys, in UTF-8.
bool has_control_characters(std::string_view text);

// 'text' with control characters, quotes and backslashes made visible, so that a file name cannot garble a terminal.
std::string in_quotes(std::string_view text);

}  // namespace pawprint
