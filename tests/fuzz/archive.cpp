// A checksummed archive before LibTorch sees it, and its metadata.
#include <nlohmann/json.hpp>

#include "models/archive_bytes.h"
#include "models/foreign_file.h"
#include "tests/fuzz/fuzz_target.h"

namespace pawprint {

namespace {

template <class Function>
void unless_refused(Function function) {
  try {
    function();
  } catch (const Error& error) {
    must(std::string_view(error.what()).find('\n') == std::string_view::npos, "a refusal is one line");
  }
}

void flip_a_bit(std::string sealed) {
  const size_t end = sealed.rfind("PK\5\6"), at = sealed.size() * 7919 % (end + 1);
  if (at == end) return;
  sealed[at] = static_cast<char>(sealed[at] ^ 16);
  must(check_digest(sealed) != Digest::kRight, "a changed archive is not taken for a whole one");
}

}  // namespace

void fuzz_one(std::string_view input) {
  for (const char* entry : {"backbone.json", "pawprint.json", "faces.json"}) {
    unless_refused([&] { check_archive(input, "net.pt", entry); });
    unless_refused([&] {
      const auto metadata = archive_metadata(std::string(input), entry, "net.pt");
      must(metadata.at("format") >= 1 && metadata.at("format") <= kNewestFormat, "only formats that are known");
    });
  }
  unless_refused([&] { flip_a_bit(with_digest(std::string(input))); });
}

}  // namespace pawprint
