#include "models/foreign_file.h"

#include <algorithm>

#include "models/base/error.h"
#include "models/checksummed_archive.h"
#include "tests/support/tiny_network.h"

namespace pawprint {
namespace {

using namespace std::string_literals;
using testing::message_of;
using testing::TemporaryFolder;

// A ZIP's directory without the files: enough to be told by its names.
std::string zip_of(const std::vector<std::string>& names, const std::string& contents = "") {
  std::string bytes = "PK\3\4"s + contents, directory;
  const auto number = [](size_t value, size_t count) {
    std::string out;
    for (size_t i = 0; i < count; ++i) out += static_cast<char>(value >> 8 * i & 0xff);
    return out;
  };
  for (const auto& name : names) {
    for (const auto& part : {"PK\1\2"s, std::string(24, '\0'), number(name.size(), 2), std::string(16, '\0'), name})
      directory += part;
  }
  for (const auto& part :
       {directory, "PK\5\6"s, std::string(8, '\0'), number(directory.size(), 4), number(bytes.size(), 4), number(0, 2)})
    bytes += part;
  return bytes;
}

struct Case {
  std::string name, bytes, what;
};

const std::vector<Case> kCases = {
    {"weights.pth", zip_of({"a/data.pkl", "a/version"}, "a/data.pkl\x80\2ccollections\nOrderedDict\nq\0)R"s),
     "weights without a network (a state dict saved by torch.save)"},
    {"checkpoint.pth", zip_of({"a/data.pkl"}, "a/data.pkl\x80\2}q\0(X\5\0\0\0modelq"s), "a checkpoint (a dictionary"},
    {"whole.pth", zip_of({"a/data.pkl"}, "a/data.pkl\x80\2c__main__\nNet\nq\0)\x81"s),
     "a network that torch.save wrote as a Python object (__main__.Net)"},
    {"tensor.pt", zip_of({"a/data.pkl"}, "a/data.pkl\x80\2ctorch._utils\n_rebuild_tensor_v2\nq"s),
     "tensors saved by torch.save"},
    {"old.pth",
     "\x80\2\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\2M\xe9\3.\x80\2}q\0(X\x0d\0\0\0little_endianq\1."
     "\x80\2c"
     "collections\nOrderedDict\nq\0"s,
     "weights without a network (a state dict"},
    {"net.onnx", "\x08\x08\x12\x07pytorch\x1a\x05"s, "an ONNX model"},
    {"net.safetensors", "\x40\0\0\0\0\0\0\0{\"weight\":"s + std::string(80, ' '),
     "weights without a network (safetensors)"},
    {"net.h5", "\x89HDF\r\n\x1a\n\0\0"s, "an HDF5 file, as Keras writes"},
    {"net.keras", zip_of({"metadata.json", "config.json", "model.weights.h5"}), "a Keras model"},
    {"net.pt2", zip_of({"net/archive_format", "net/models/model.json"}), "a program of torch.export"},
    {"net.ptl", "\x20\0\0\0PTMF\0\0"s, "a network for PyTorch's mobile interpreter"},
    {"net.tflite", "\x1c\0\0\0TFL3\0\0"s, "a TensorFlow Lite model"},
    {"photos.zip", zip_of({"1.jpg", "2.jpg"}), "a ZIP archive that holds no TorchScript network, but '1.jpg', '2.jpg'"},
    {"hostile.zip", zip_of({"1\n\x1b[31m.jpg"}),
     "a ZIP archive that holds no TorchScript network, but '1\\x0a\\x1b[31m.jpg'"},
    {"empty.zip", "PK\5\6"s + std::string(18, '\0'), "an empty ZIP archive"},
    {"net.joblib", "\x80\4\x95\x10\0\0\0"s, "a pickled Python object"},
    {"net.pt.gz", "\x1f\x8b\x08\0\0\0"s, "a packed archive"},
    {"page.pt", "\n<!DOCTYPE html>\n<html>"s, "a web page"},
    {"lfs.pt", "version https://git-lfs.github.com/spec/v1\noid"s, "a pointer of Git LFS"},
    {"empty.pt", ""s, "an empty file"},
    {"photo.jpg", "\xff\xd8\xff\xe0\0\x10JFIF"s, "a picture"},
    {"text.pt", "hello"s, "something else; get one with"},
};

TEST(ForeignFile, IsNamedForWhatItIs) {
  const TemporaryFolder folder;
  for (const auto& [name, bytes, what] : kCases) {
    const auto path = folder.write(name, bytes);
    const auto message = message_of<Error>([&] { load_archive(path, "backbone.json"); });
    EXPECT_TRUE(
        message.starts_with(in_quotes(path.native()) + ": expected a network saved as TorchScript, got " + what))
        << message;
    EXPECT_NE(message.find(';'), std::string::npos) << message;  // what to do
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
}

TEST(ForeignFile, AsAModelItIsAnsweredWithHowToMakeOne) {
  const TemporaryFolder folder;
  const auto path = folder.write("weights.pth", kCases[0].bytes);
  EXPECT_EQ(message_of<Error>([&] { load_archive(path, "pawprint.json"); }),
            in_quotes(path.native()) +
                ": expected a model made by `pawprint finetune`, got weights without a network (a state dict "
                "saved by torch.save); make one with `pawprint finetune`");
  EXPECT_NE(message_of<Error>([&] { load_archive(path, "faces.json"); }).find("`pawprint faces train`"),
            std::string::npos);
}

TEST(ForeignFile, TorchScriptIsNone) {
  const TemporaryFolder folder;
  testing::tiny_network().save((folder / "plain.pt").native());
  EXPECT_EQ(describe_foreign_file(testing::read_all(folder / "plain.pt"), "plain.pt"), "");
  EXPECT_EQ(describe_foreign_file(testing::read_all(testing::save_tiny_backbone(folder / "net.pt")), "net.pt"), "");
}

TEST(ForeignFile, TorchScriptOfSeveralLargeNetworksIsNone) {
  std::vector<std::string> names = {"net/data.pkl"};
  for (int i = 0; i < 2000; ++i) names.push_back("net/data/" + std::to_string(i));
  EXPECT_NE(describe_foreign_file(zip_of(names), "net.pt"), "");
  names.emplace_back("net/constants.pkl");
  EXPECT_EQ(describe_foreign_file(zip_of(names), "net.pt"), "");
}

TEST(ForeignFile, NeverReadsBeyondTheEnd) {
  for (const auto& each : kCases) {
    for (size_t size = 0; size < each.bytes.size(); ++size)
      describe_foreign_file(std::string(each.bytes.substr(0, size)), each.name);  // for the sanitizers
  }
}

TEST(ForeignFolder, IsNamedToo) {
  const TemporaryFolder folder;
  const auto got = [&](const char* entry) { return message_of<Error>([&] { load_archive(folder.path(), entry); }); };
  EXPECT_NE(got("backbone.json").find("got a folder; give a file"), std::string::npos);
  folder.write("saved_model.pb", "x");
  EXPECT_NE(got("backbone.json").find("a TensorFlow SavedModel; pawprint reads TorchScript only"), std::string::npos);
}

TEST(ForeignFile, AMissingOneIsSaidToBeMissing) {
  EXPECT_EQ(message_of<Error>([] { load_archive("no/such.pt", "pawprint.json"); }),
            "'no/such.pt': expected a model made by `pawprint finetune`, got nothing: no such file");
}

}  // namespace
}  // namespace pawprint
