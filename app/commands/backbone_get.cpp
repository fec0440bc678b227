#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "app/base/backbone_names.h"
#include "app/commands/run.h"
#include "app/commands/run_program.h"
#include "app/commands/scratch_folder.h"
#include "models/base/error.h"
#include "models/base/messages.h"

namespace pawprint {

namespace fs = std::filesystem;

namespace {

fs::path this_program() { return fs::read_symlink("/proc/self/exe"); }

// In PREFIX/share/pawprint for PREFIX/libexec/pawprint/pawprint-bin, in models/ for build/release/pawprint-bin.
fs::path find_exporter() {
  const auto above = this_program().parent_path().parent_path().parent_path();
  std::error_code error;
  for (const char* folder : {"share/pawprint", "models"})
    if (const auto path = above / folder / "export_backbone.py"; fs::is_regular_file(path, error)) return path;
  throw Error(in_quotes((above / "share/pawprint/export_backbone.py").native()) +
              ": expected the exporter there, got none; install pawprint again");
}

// Debian's comes first: another one that is found may be without its packages.
std::string find_python(const fs::path& kept) {
  for (const char* python : {"/usr/bin/python3", "python3"})
    if (run_program({python, "-c", "import torchvision"}, Silence::kBoth) == 0) return python;
  throw Error(
      "python3: expected one with torchvision, which the weights come from, got none; install it (Debian: apt " +
      std::string("install python3-torchvision), or do this on another machine and copy its ") +
      in_quotes(kept.native()) + " here");
}

// As `pawprint backbone FILE` does it: the file is read in that one's sandbox. Returns its exit code.
int check(const fs::path& file, const Session& session, Silence silence) {
  std::vector<std::string> line = {this_program(), "backbone", file, "--quiet"};
  if (!session.sandbox) line.push_back("--no-sandbox");
  return run_program(line, silence);
}

// Both have said what was wrong if they return another exit code than 0.
int export_to(const fs::path& file, const BackboneGetOptions& options, const Session& session,
              const std::string& python) {
  std::vector<std::string> line = {python,        find_exporter(), options.name(),           "-o",
                                   file.native(), "--as",          "pawprint backbone get: "};
  if (options.weights) line.push_back("--weights=" + options.weights->native());
  if (session.quiet) line.push_back("--quiet");
  setenv("TMPDIR", file.parent_path().c_str(), 1);  // where it downloads to
  return run_program(line, Silence::kStdout);
}

}  // namespace

int run_backbone_get(const BackboneGetOptions& options, const Session& session) {
  const std::string name = options.name();
  const fs::path kept = kept_backbone(name);
  if (kept.empty())
    throw Error(
        "XDG_DATA_HOME: expected a folder for what is kept, got neither this variable nor HOME; set one of them");
  const auto where = in_quotes(kept.native());
  if (std::error_code error; !options.weights && fs::exists(kept, error)) {
    if (check(kept, session, Silence::kBoth) == 0) {
      std::printf("%s is there already, and good: %s\n", name.c_str(), where.c_str());
      return kExitOk;
    }
    if (!session.quiet) std::fprintf(messages(), "warning: %s is damaged; getting it anew\n", where.c_str());
  }
  const ScratchFolder scratch(kept.parent_path());
  const auto made = scratch.path() / kept.filename();
  if (const int code = export_to(made, options, session, find_python(kept)); code != kExitOk) return code;
  if (const int code = check(made, session, Silence::kStdout); code != kExitOk) return code;
  fs::rename(made, kept);
  std::printf("%s, %.1f MB, checked: %s\nto use it: --backbone %s\n", name.c_str(),
              static_cast<double>(fs::file_size(kept)) / 1e6, where.c_str(), name.c_str());
  return kExitOk;
}

}  // namespace pawprint
