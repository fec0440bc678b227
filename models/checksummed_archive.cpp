#include "models/checksummed_archive.h"

#include <torch/csrc/jit/runtime/print_handler.h>
#include <torch/version.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "models/archive_bytes.h"
#include "models/base/atomic_file.h"
#include "models/base/error.h"
#include "models/base/sha256.h"
#include "models/base/watchdog.h"
#include "models/builtin.h"
#include "models/foreign_file.h"

namespace pawprint {

namespace {

std::string read_whole(const std::filesystem::path& path, const std::string& entry) {
  const std::string subject = in_quotes(path.native());
  std::error_code error;
  if (!std::filesystem::exists(path, error)) {
    if (const auto builtin = builtin_network(path.native())) return std::string(*builtin);
  }
  if (std::filesystem::is_directory(path, error)) {
    const auto inside = path / "model.pt";
    if (entry == "pawprint.json" && std::filesystem::is_regular_file(inside, error)) return read_whole(inside, entry);
    throw refused(subject, entry, describe_foreign_folder(path));
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    const std::string reason = errno == ENOENT ? "no such file" : std::strerror(errno);
    throw Error(subject + ": expected " + archive_kind(entry) + ", got nothing: " + reason);
  }
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return std::move(bytes).str();
}

// What LibTorch says of a file that it cannot load, in our words.
std::string reason_to_refuse(const std::string& said) {
  const std::string kOperator = "Unknown builtin op: ";
  const size_t name = said.find(kOperator);
  if (name != std::string::npos) {
    const size_t begin = name + kOperator.size();
    return "with an operator that pawprint does not have, " +
           in_quotes(said.substr(begin, said.find_first_of(".\n ", begin) - begin)) + "; save the network without it";
  }
  if (said.find("unable to open file") != std::string::npos)
    return "that opens files while it is loaded, which no network needs; save the network without it";
  if (said.find("maximum supported version") != std::string::npos)
    return "from a newer PyTorch; save it with PyTorch " + std::string(TORCH_VERSION) + " or an older one";
  return "that LibTorch " + std::string(TORCH_VERSION) +
         " cannot load: it is damaged, or from a newer PyTorch; save it anew, with PyTorch " + TORCH_VERSION +
         " or an older one";
}

// Empty, or the first operator in the block that has to do with files: networks need none. What they could do is
// refused by the sandbox, too; this tells of it, also of aten::save, which says nothing when it fails.
std::string file_operator(at::ArrayRef<const torch::jit::Block*> blocks) {
  for (const auto* block : blocks) {
    for (const auto* node : block->nodes()) {
      const std::string name = node->kind().toQualString();
      if (name == "aten::save" || name == "aten::from_file") return name;
      std::string inside = file_operator(node->blocks());
      if (inside.empty() && node->hasAttribute(c10::attr::Subgraph))
        inside = file_operator({node->g(c10::attr::Subgraph)->block()});
      if (!inside.empty()) return inside;
    }
  }
  return "";
}

void require_no_file_operators(const torch::jit::Module& module, const std::string& subject, const std::string& entry) {
  for (auto* function : module._ivalue()->compilation_unit()->get_functions()) {
    auto* of_graph = torch::jit::tryToGraphFunction(*function);
    const std::string name = of_graph == nullptr ? "" : file_operator({of_graph->graph()->block()});
    if (!name.empty())
      throw refused(subject, entry, "a program that opens files (" + name + "); save the network without it");
  }
}

// What a network prints would be obeyed by a terminal, and be taken for a row.
void silence_networks() {
  torch::jit::setPrintHandler([](const std::string&) {});
}

}  // namespace

ChecksummedArchive load_archive(const std::filesystem::path& path, const std::string& entry) {
  const std::string subject = in_quotes(path.native());
  std::string bytes = read_whole(path, entry);
  check_archive(bytes, path, entry);
  ChecksummedArchive file;
  file.sha256 = sha256(bytes).hex();
  // A name that the file does not have makes LibTorch warn: only ask for what is there.
  torch::jit::ExtraFilesMap extra;
  if (bytes.find("/extra/" + entry) != std::string::npos) extra[entry] = "";
  [[maybe_unused]] static const bool silent = (silence_networks(), true);
  try {
    const Watchdog watchdog(subject);  // loading runs what the file says in __setstate__()
    std::istringstream stream(std::move(bytes));
    file.module = torch::jit::load(stream, c10::kCPU, extra);
  } catch (const std::exception& error) {
    throw Error(subject + ": expected a TorchScript file, got one " + reason_to_refuse(error.what()));
  }
  require_no_file_operators(file.module, subject, entry);
  if (!extra.empty()) file.metadata = archive_metadata(extra[entry], entry, subject);
  file.module.eval();
  return file;
}

std::string archive_bytes(const torch::jit::Module& module, const nlohmann::json& metadata, const std::string& entry) {
  std::ostringstream stream;
  module.save(stream, {{entry, metadata.dump(1)}});
  return with_digest(std::move(stream).str());
}

void save_archive(const torch::jit::Module& module, const nlohmann::json& metadata, const std::string& entry,
                  const std::filesystem::path& path) {
  write_file(path, archive_bytes(module, metadata, entry));
}

}  // namespace pawprint
