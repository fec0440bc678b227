#include "models/foreign_file.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "models/base/error.h"

namespace pawprint {

namespace fs = std::filesystem;
using namespace std::string_view_literals;

namespace {

constexpr auto kExport =
    "; in Python, build the network, load them into it, and save it with "
    "torch.jit.script(network.eval()).save('net.pt'); "
    "for torchvision's networks `pawprint backbone get NAME --weights FILE` does that"sv;
constexpr auto kScript = "; in Python, save it with torch.jit.script(network.eval()).save('net.pt')"sv;
constexpr auto kConvert =
    "; pawprint reads TorchScript only: take the PyTorch network that it was made from, if there is one"sv;
constexpr auto kAgain = "; get it again"sv;

std::string with(std::string_view what, std::string_view to_do) { return std::string(what) + std::string(to_do); }

// The names in a ZIP's central directory (APPNOTE.TXT 4.3.12); none if it has no sound end.
std::vector<std::string_view> zip_names(std::string_view bytes) {
  constexpr size_t kEndSize = 22, kEntrySize = 46;
  std::vector<std::string_view> names;
  const size_t end = bytes.rfind("PK\5\6"sv);
  if (end == std::string_view::npos || end + kEndSize > bytes.size()) return names;
  size_t at = number_at(bytes, end + 16, 4);
  if (at == 0xffffffff) at = bytes.find("PK\1\2"sv);  // ZIP64: a search will do
  while (at < bytes.size() && bytes.size() - at > kEntrySize && bytes.substr(at, 4) == "PK\1\2"sv) {
    const size_t name = number_at(bytes, at + 28, 2);
    names.push_back(bytes.substr(at + kEntrySize, name));
    at += kEntrySize + name + number_at(bytes, at + 30, 2) + number_at(bytes, at + 32, 2);
  }
  return names;
}

// What torch.save wrote, by the first class that the pickle names (pickletools: GLOBAL is c MODULE \n NAME \n).
std::string describe_pickle(std::string_view pickle) {
  if (pickle.size() < 2) return with("what torch.save wrote, cut short", kAgain);
  const size_t global = pickle.find('c', 2);
  const auto first = global == std::string_view::npos ? ""sv : pickle.substr(global + 1, 120);
  if (pickle.substr(2, 4).find('}') != std::string_view::npos)
    return with("a checkpoint (a dictionary saved by torch.save), not a network", kExport);
  if (first.starts_with("collections\nOrderedDict\n"sv))
    return with("weights without a network (a state dict saved by torch.save)", kExport);
  if (first.starts_with("torch._utils\n_rebuild_"sv) || first.starts_with("torch\n"sv))
    return "tensors saved by torch.save, not a network; give a network saved as TorchScript";
  const size_t line = first.find('\n'), end = first.find('\n', line + 1);
  if (line == std::string_view::npos || end == std::string_view::npos)
    return with("what torch.save wrote, which is no TorchScript", kScript);
  const std::string name =
      std::string(first.substr(0, line)) + '.' + std::string(first.substr(line + 1, end - line - 1));
  return with("a network that torch.save wrote as a Python object (" + name + "), which only Python can read", kScript);
}

std::string describe_zip(std::string_view bytes) {
  const auto names = zip_names(bytes);
  const auto holds = [&](std::string_view ending) {
    return std::any_of(names.begin(), names.end(), [&](std::string_view name) { return name.ends_with(ending); });
  };
  if (names.empty()) return bytes.size() < 100 ? "an empty ZIP archive; get it again" : "";
  if (holds("/constants.pkl"sv)) return "";
  if (holds("data.pkl"sv)) {
    const size_t pickle = bytes.find("\x80\2"sv, bytes.find("data.pkl"sv));  // torch.save stores it first, as it is
    return describe_pickle(pickle == std::string_view::npos ? ""sv : bytes.substr(pickle));
  }
  if (holds("model.weights.h5"sv)) return with("a Keras model (.keras)", kConvert);
  if (holds("saved_model.pb"sv)) return with("a TensorFlow SavedModel in a ZIP archive", kConvert);
  if (holds("serialized_exported_program.json"sv) || holds("models/model.json"sv) || holds("archive_format"sv))
    return with("a program of torch.export (.pt2), which is no TorchScript", kScript);
  if (holds(".mlmodel"sv)) return with("a Core ML model", kConvert);
  if (holds(".npy"sv)) return "arrays of NumPy (.npz), not a network; give a network saved as TorchScript";
  std::string list;
  for (size_t i = 0; i < std::min<size_t>(3, names.size()); ++i)
    list += (list.empty() ? "" : ", ") + in_quotes(names[i].substr(0, 60));
  if (names.size() > 3) list += ", ...";
  return "a ZIP archive that holds no TorchScript network, but " + list + "; if there is a model in it, unpack it";
}

bool is_onnx(std::string_view bytes, const fs::path& name) {
  // protobuf: field 1 is the version, a small number; then come the producer's name, the graph, the operators' version.
  const bool begins = bytes.size() > 4 && bytes[0] == 8 && bytes[1] > 0 && bytes[1] < 32 &&
                      ("\x12\x1a\x22\x32\x3a\x42"sv.find(bytes[2]) != std::string_view::npos);
  return begins || name.extension() == ".onnx";
}

bool is_safetensors(std::string_view bytes) {
  return bytes.size() > 10 && number_at(bytes, 4, 4) == 0 && number_at(bytes, 0, 4) <= bytes.size() - 8 &&
         bytes[8] == '{' && bytes.substr(9, 1).find_first_of("\"} ") == 0;
}

bool begins_like_html(std::string_view bytes) {
  const size_t start = bytes.find_first_not_of(" \t\r\n");
  std::string first(start == std::string_view::npos ? ""sv : bytes.substr(start, 14));
  for (char& c : first) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return first.starts_with("<!doctype html") || first.starts_with("<html");
}

}  // namespace

uint32_t number_at(std::string_view bytes, size_t at, size_t count) {
  uint32_t value = 0;
  for (size_t i = count; i-- > 0;) value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
  return value;
}

std::string describe_foreign_file(std::string_view bytes, const fs::path& name) {
  if (bytes.empty()) return with("an empty file", kAgain);
  if (bytes.starts_with("PK"sv)) return describe_zip(bytes);
  if (bytes.starts_with("\x80\2\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"sv)) {  // torch.save before PyTorch 1.6
    const size_t pickle = bytes.find("\x80\2"sv, bytes.find("little_endian"sv));
    return describe_pickle(pickle == std::string_view::npos ? ""sv : bytes.substr(pickle));
  }
  const auto at_4 = bytes.size() >= 8 ? bytes.substr(4, 4) : ""sv;
  if (at_4 == "PTMF"sv) return with("a network for PyTorch's mobile interpreter (.ptl)", kScript);
  if (at_4 == "TFL3"sv) return with("a TensorFlow Lite model", kConvert);
  if (at_4.starts_with("ET"sv) && name.extension() == ".pte") return with("an ExecuTorch program", kScript);
  if (bytes.starts_with("\x89HDF\r\n\x1a\n"sv)) return with("an HDF5 file, as Keras writes (.h5)", kConvert);
  if (bytes.starts_with("GGUF"sv) || bytes.starts_with("ggml"sv)) return with("a model of llama.cpp", kConvert);
  if (bytes.starts_with("version https://git-lfs"sv))
    return "a pointer of Git LFS, not the file itself; get it with `git lfs pull`";
  if (bytes.starts_with("\x93NUMPY"sv)) return "an array of NumPy, not a network; give a network saved as TorchScript";
  if (bytes.starts_with("\xff\xd8\xff"sv) || bytes.starts_with("\x89PNG"sv))
    return "a picture; give a network saved as TorchScript";
  if (begins_like_html(bytes)) return "a web page; the download went to the wrong address: get the file itself";
  if (bytes.starts_with("\x1f\x8b"sv) ||
      bytes.starts_with("\xfd"
                        "7zXZ"sv) ||
      bytes.starts_with("7z\xbc\xaf"sv) || bytes.starts_with("BZh"sv) || bytes.starts_with("\x28\xb5\x2f\xfd"sv) ||
      bytes.starts_with("Rar!"sv) || (bytes.size() > 262 && bytes.substr(257, 5) == "ustar"sv))
    return "a packed archive; unpack it";
  if (is_safetensors(bytes)) return with("weights without a network (safetensors)", kExport);
  if (bytes.size() > 2 && bytes[0] == '\x80' && bytes[1] >= 2 && bytes[1] <= 5)
    return with("a pickled Python object, which only Python can read", kScript);
  if (is_onnx(bytes, name)) return with("an ONNX model", kConvert);
  if (name.extension() == ".pb") return with("a TensorFlow graph", kConvert);
  return "";
}

std::string describe_foreign_folder(const fs::path& folder) {
  std::error_code error;
  const auto holds = [&](const char* name) { return fs::exists(folder / name, error); };
  if (holds("saved_model.pb")) return with("a folder: a TensorFlow SavedModel", kConvert);
  if (holds("keras_metadata.pb") || holds("model.weights.h5")) return with("a folder: a Keras model", kConvert);
  if (holds("config.json") && (holds("pytorch_model.bin") || holds("model.safetensors")))
    return with("a folder: a model of Hugging Face's transformers", kScript);
  if (holds("Manifest.json")) return with("a folder: a Core ML model", kConvert);
  if (holds("data.pkl") && holds("version")) return "a folder: an unpacked PyTorch file; give the file as it was";
  if (holds("model.pt")) return "a folder; give the file that is meant, model.pt in it";
  return "a folder; give a file";
}

}  // namespace pawprint
