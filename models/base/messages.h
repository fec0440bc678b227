// What the program says besides its results: its messages and progress, on standard error.
#pragma once

#include <cstdio>

namespace pawprint {

std::FILE* messages();
int messages_fd();

// From now on messages() alone reaches standard error: libraries print there, too, of a damaged photo what its row says
// (libjxl, FFmpeg), of an operator what concerns nobody (LibTorch). Call it once, before there are threads.
void silence_libraries();

}  // namespace pawprint
