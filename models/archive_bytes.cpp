#include "models/archive_bytes.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "models/base/sha256.h"
#include "models/foreign_file.h"

namespace pawprint {

namespace {

using namespace std::string_view_literals;

constexpr auto kEndRecord = "PK\5\6"sv;
constexpr size_t kEndRecordSize = 22;  // without its comment (APPNOTE.TXT 4.3.16)
constexpr auto kDigestPrefix = "pawprint seal 1 sha256:"sv;

// Where the end record begins: its comment reaches the end of the file exactly.
std::optional<size_t> find_end_record(std::string_view bytes) {
  const size_t furthest = std::min<size_t>(bytes.size(), kEndRecordSize + 0xffff);
  for (size_t back = kEndRecordSize; back <= furthest; ++back) {
    const size_t at = bytes.size() - back;
    if (bytes.substr(at, 4) == kEndRecord && number_at(bytes, at + 20, 2) == back - kEndRecordSize) return at;
  }
  return std::nullopt;
}

// The record's own numbers, which the digest does not cover: one disk, equal counts, a directory that ends where it
// should.
bool end_record_is_sound(std::string_view bytes, size_t at) {
  const auto number = [&](size_t offset, size_t count) { return number_at(bytes, at + offset, count); };
  if (number(4, 2) != number(6, 2) || number(8, 2) != number(10, 2)) return false;
  if (number(16, 4) == 0xffffffff || number(12, 4) == 0xffffffff)
    return true;  // in the ZIP64 record, which the digest covers
  const size_t directory_end = size_t{number(12, 4)} + number(16, 4);
  const bool zip64 =
      at >= 20 && bytes.substr(at - 20, 4) == "PK\6\7"sv;  // a record and a locator of 56 + 20 bytes follow
  return directory_end + (zip64 ? 76 : 0) == at;
}

// What a file with this entry is, and how to come by one.
struct Wanted {
  std::string what, to_do;  // to_do: empty where the file itself tells better
};

Wanted wanted_for(const std::string& entry) {
  if (entry == "pawprint.json") return {"a model made by `pawprint finetune`", "make one with `pawprint finetune`"};
  if (entry == "faces.json") return {"a model of faces", "make one with `pawprint faces train`"};
  return {"a network saved as TorchScript", ""};
}

}  // namespace

std::string archive_kind(const std::string& entry) { return wanted_for(entry).what; }

Error refused(const std::string& subject, const std::string& entry, const std::string& got) {
  const Wanted wanted = wanted_for(entry);
  const std::string what = wanted.to_do.empty() ? got : got.substr(0, got.find(';')) + "; " + wanted.to_do;
  return Error(subject + ": expected " + wanted.what + ", got " + what);
}

std::string with_digest(std::string bytes) {
  const auto at = find_end_record(bytes);
  if (!at) throw Error("expected a ZIP's end record for the digest, got none");
  const std::string comment = std::string(kDigestPrefix) + sha256(std::string_view(bytes).substr(0, *at)).hex();
  bytes.resize(*at + kEndRecordSize);
  bytes[*at + 20] = static_cast<char>(comment.size());
  bytes[*at + 21] = 0;
  return bytes + comment;
}

Digest check_digest(std::string_view bytes) {
  const auto at = find_end_record(bytes);
  if (!at) return Digest::kWrong;
  const auto comment = bytes.substr(*at + kEndRecordSize);
  if (comment.starts_with(kDigestPrefix)) {
    const bool same = comment.substr(kDigestPrefix.size()) == sha256(bytes.substr(0, *at)).hex();
    return same && end_record_is_sound(bytes, *at) ? Digest::kRight : Digest::kWrong;
  }
  // The directory of an archive of ours names our metadata: then the digest has been lost.
  constexpr std::array kOurs = {"/extra/backbone.json"sv, "/extra/pawprint.json"sv, "/extra/faces.json"sv};
  const bool ours = std::any_of(kOurs.begin(), kOurs.end(), [&](auto name) { return bytes.find(name) != bytes.npos; });
  return ours ? Digest::kWrong : Digest::kNone;
}

void check_archive(std::string_view bytes, const std::filesystem::path& path, const std::string& entry) {
  const std::string subject = in_quotes(path.native());
  if (bytes.starts_with("PK")) {
    if (!find_end_record(bytes))
      throw Error(subject + ": expected a whole file, got one that is cut short or damaged; get it again");
    if (check_digest(bytes) == Digest::kWrong)
      throw Error(
          subject +
          ": expected a whole file, got one whose digest does not match; it is damaged or was changed: get it again");
  }
  std::string got = describe_foreign_file(bytes, path);
  if (got.empty() && !bytes.starts_with("PK"))
    got =
        "something else; get one with `pawprint backbone get`, or make one in Python with "
        "torch.jit.script(network.eval()).save('net.pt')";
  if (entry != "faces.json" && bytes.find("/extra/faces.json") != std::string_view::npos)
    got = "a model of faces; give a network that sees whole photos";
  if (!got.empty()) throw refused(subject, entry, got);
}

nlohmann::json archive_metadata(const std::string& text, const std::string& entry, const std::string& subject) {
  // Names go to terminals and file systems, and what is nested deeply is written by a function that calls itself.
  constexpr int kMaxDepth = 32;
  const auto check = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json& value) {
    if (depth > kMaxDepth) throw Error(subject + ": expected " + entry + " without such deep lists, got a wrong file");
    if (value.is_string() && has_control_characters(value.get_ref<const std::string&>()))
      throw Error(subject + ": expected " + entry + " without control characters, got a wrong file");
    return true;
  };
  auto metadata = nlohmann::json::parse(text, check, false);
  if (!metadata.is_object() || !metadata.value("format", nlohmann::json()).is_number_integer())
    throw Error(subject + ": expected " + entry + " with a format number, got something else");
  const auto& format = metadata["format"];
  if (format < 1 || format > kNewestFormat)
    throw Error(subject + ": expected format 1 to " + std::to_string(kNewestFormat) + ", got " + format.dump() +
                "; it was made by a newer pawprint: update this one");
  return metadata;
}

}  // namespace pawprint
