// A fuzz target is a source that defines fuzz_one(): it feeds a parser one input after another and says what must hold.
#pragma once

#include <string_view>

namespace pawprint {

// Of any bytes. What it throws is a finding, too: only what a parser's header names is caught.
void fuzz_one(std::string_view input);

// Ends the process where `promise` is broken, so that libFuzzer keeps the input.
//   text: what was promised
void must(bool promise, const char* text);

// Two halves of an input, divided at its first byte `divider`; the second is empty where there is none.
struct Halves {
  std::string_view first, second;
};
Halves divided(std::string_view input, char divider);

}  // namespace pawprint
