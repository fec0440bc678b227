#include "models/checksummed_archive.h"

#include <random>

#include "models/base/error.h"
#include "models/base/sha256.h"
#include "tests/support/tiny_network.h"

namespace pawprint {
namespace {

using testing::message_of;
using testing::read_all;
using testing::TemporaryFolder;

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

TEST(ChecksummedArchive, AnyFlippedBitIsRefused) {
  const TemporaryFolder folder;
  const std::string bytes = read_all(testing::save_tiny_backbone(folder / "net.pt"));
  std::mt19937_64 random(1);
  for (int trial = 0; trial < 300; ++trial) {
    // The end record itself, which the digest cannot cover, more often than its share.
    const size_t range = trial % 3 == 0 ? 120 : bytes.size();
    const size_t at = bytes.size() - 1 - random() % range;
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << random() % 8));
    EXPECT_THROW(load_archive(folder.write("damaged.pt", damaged), "backbone.json"), Error) << "byte " << at;
  }
}

TEST(ChecksummedArchive, EveryCutIsRefused) {
  const TemporaryFolder folder;
  const std::string bytes = read_all(testing::save_tiny_backbone(folder / "net.pt"));
  for (size_t size = 0; size < bytes.size(); size += bytes.size() / 40)
    EXPECT_THROW(load_archive(folder.write("cut.pt", bytes.substr(0, size)), "backbone.json"), Error) << size;
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
  save_archive(testing::tiny_network(), {{"format", 2}}, "backbone.json", folder / "new.pt");
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
