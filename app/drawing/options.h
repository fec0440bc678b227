#pragma once

#include <cstdint>
#include <filesystem>

#include "app/base/option_visitor.h"

namespace pawprint {

enum class Drawn { kPets, kFaces };
template <>
inline constexpr std::array<std::string_view, 2> kWords<Drawn> = {"pets", "faces"};

struct DrawOptions {
  Drawn what = Drawn::kPets;
  std::filesystem::path out;
  int64_t count = 200;
  uint64_t seed = 1;
  int64_t threads = 1;
  void visit(OptionVisitor& visitor);
};

}  // namespace pawprint
