#include "models/builtin.h"

// The assembler copies the file into the program, which takes no time and no memory to compile.
// One line of assembly a line:
// clang-format off
#define PAWPRINT_BUILTIN(name, file)                                              \
  __asm__(                                                                      \
      ".section .rodata\n.balign 64\n"                                          \
      ".global pawprint_" #name "_begin\npawprint_" #name "_begin:\n"           \
      ".incbin \"" file "\"\n"                                                  \
      ".global pawprint_" #name "_end\npawprint_" #name "_end:\n.byte 0\n"      \
      ".text\n");                                                               \
  extern "C" const char pawprint_##name##_begin[], pawprint_##name##_end[]
// clang-format on

#ifdef PAWPRINT_PETITE
PAWPRINT_BUILTIN(petite, PAWPRINT_PETITE);
#endif
#ifdef PAWPRINT_FACES64
PAWPRINT_BUILTIN(faces64, PAWPRINT_FACES64);
#endif

namespace pawprint {

std::optional<std::string_view> builtin_network([[maybe_unused]] const std::string& name) {
#ifdef PAWPRINT_PETITE
  if (name == kBuiltinBackbone) return std::string_view(pawprint_petite_begin, pawprint_petite_end);
#endif
#ifdef PAWPRINT_FACES64
  if (name == kBuiltinFaces) return std::string_view(pawprint_faces64_begin, pawprint_faces64_end);
#endif
  return std::nullopt;
}

}  // namespace pawprint
