#include "models/checksummed_archive.h"

#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "models/base/error.h"
#include "models/base/sha256.h"
#include "tests/support/tiny_network.h"

namespace pawprint {
namespace {

using testing::message_of;
using testing::read_all;
using testing::TemporaryFolder;

const bool kThorough = std::getenv("PAWPRINT_THOROUGH") != nullptr;  // by hand: takes half an hour

TEST(ChecksummedArchive, GivesBackModuleAndMetadata) {
  const TemporaryFolder folder;
  const auto path = testing::save_tiny_backbone(folder / "net.pt");
  const auto file = load_archive(path, "backbone.json");
  EXPECT_EQ(file.metadata["name"], "tiny");
  EXPECT_EQ(file.sha256, sha256(read_all(path)).hex());
  EXPECT_TRUE(at::equal(file.module.attr("weight").toTensor(), testing::tiny_network().attr("weight").toTensor()));
}

TEST(ChecksummedArchive, DigestIsTheHashOfAllBytesBeforeTheEndRecord) {
  const TemporaryFolder folder;
  const std::string bytes = read_all(testing::save_tiny_backbone(folder / "net.pt"));
  const size_t end_record = bytes.rfind("PK\5\6");
  const std::string expected = "pawprint seal 1 sha256:" + sha256(bytes.substr(0, end_record)).hex();
  EXPECT_EQ(bytes.substr(end_record + 22), expected);
  EXPECT_EQ(static_cast<size_t>(static_cast<uint8_t>(bytes[end_record + 20])), expected.size());
}

// Of each kind of file; a tiny one is damaged in more ways than those that come with the program.
std::vector<std::string> good_files(const TemporaryFolder& folder) {
  const auto builtin = std::filesystem::path(PAWPRINT_SOURCE_DIR) / "models/builtin";
  return {read_all(testing::save_tiny_backbone(folder / "net.pt")), read_all(builtin / "petite.pt"),
          read_all(builtin / "faces64.pt")};
}

TEST(ChecksummedArchive, AnyFlippedBitIsRefused) {
  const TemporaryFolder folder;
  std::mt19937_64 random(1);
  for (std::string& bytes : good_files(folder)) {
    const int trials = kThorough ? 100'000 : bytes.size() < 1'000'000 ? 1000 : 30;
    ASSERT_EQ(check_digest(bytes), Digest::kRight);
    for (int trial = 0; trial < trials; ++trial) {
      // The end record itself, which the digest cannot cover, more often than its share.
      const size_t range = trial % 3 == 0 ? 120 : bytes.size();
      const size_t at = bytes.size() - 1 - random() % range;
      const char bit = static_cast<char>(1 << random() % 8), whole = bytes[at];
      bytes[at] = static_cast<char>(whole ^ bit);
      EXPECT_EQ(check_digest(bytes), Digest::kWrong) << "byte " << at;
      bytes[at] = whole;
    }
  }
}

TEST(ChecksummedArchive, EveryCutIsRefused) {
  const TemporaryFolder folder;
  for (const std::string& bytes : good_files(folder)) {
    const size_t step = kThorough || bytes.size() < 1'000'000 ? 1 : 100'003;
    for (size_t size = 0; size < bytes.size(); size += step)
      EXPECT_EQ(check_digest(std::string_view(bytes).substr(0, size)), Digest::kWrong) << size;
  }
}

TEST(ChecksummedArchive, WhatTheDigestRefusesIsNotLoaded) {
  const TemporaryFolder folder;
  std::string bytes = read_all(testing::save_tiny_backbone(folder / "net.pt"));
  const auto cut = folder.write("cut.pt", bytes.substr(0, bytes.size() / 2));
  bytes[bytes.size() / 2] ^= 1;
  for (const auto& path : {cut, folder.write("flipped.pt", bytes)})
    EXPECT_THROW(load_archive(path, "backbone.json"), Error);
}

TEST(ChecksummedArchive, LosingTheDigestIsNoticed) {
  const TemporaryFolder folder;
  for (const char* entry : {"backbone.json", "pawprint.json", "faces.json"}) {
    save_archive(testing::tiny_network(), {{"format", 1}}, entry, folder / "net.pt");
    const std::string bytes = read_all(folder / "net.pt");
    std::string stripped = bytes.substr(0, bytes.rfind("PK\5\6") + 22);
    stripped[stripped.size() - 2] = 0;
    std::string renamed = bytes;
    renamed[renamed.rfind("PK\5\6") + 22] = 'P';
    for (const auto& damaged : {stripped, renamed}) {
      const auto path = folder.write("damaged.pt", damaged);
      EXPECT_NE(message_of<Error>([&] { load_archive(path, entry); }).find("digest does not match"), std::string::npos)
          << entry;
    }
  }
}

TEST(ChecksummedArchive, PlainTorchScriptHasNoMetadata) {
  const TemporaryFolder folder;
  testing::tiny_network().save((folder / "plain.pt").native());
  EXPECT_TRUE(load_archive(folder / "plain.pt", "backbone.json").metadata.is_null());
}

TEST(ChecksummedArchive, NewerFormatIsRefused) {
  const TemporaryFolder folder;
  save_archive(testing::tiny_network(), {{"format", 99}}, "backbone.json", folder / "new.pt");
  EXPECT_NE(message_of<Error>([&] { load_archive(folder / "new.pt", "backbone.json"); }).find("newer pawprint"),
            std::string::npos);
}

TEST(ChecksummedArchive, OtherFilesAreRefusedInOneLine) {
  const TemporaryFolder folder;
  folder.write("text.pt", "hello");
  folder.write("zip.pt", std::string("PK\5\6", 4) + std::string(18, '\0'));
  for (const char* name : {"text.pt", "zip.pt", "missing.pt", ""}) {
    const auto message = message_of<Error>([&] { load_archive(folder / name, "backbone.json"); });
    EXPECT_NE(message.find("expected"), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
}

}  // namespace
}  // namespace pawprint
