#pragma once

#include <string>
#include <string_view>

namespace pawprint {

// Unicode's normalization form C (UAX #15): equal for texts that look alike, however a disk spells its letters. What is
// no UTF-8 stays as it is.
std::string nfc(std::string_view text);

// The same without regard to case (full case folding).
std::string folded(std::string_view text);

// Without the blanks (Unicode's, tabs and line ends among them) at both ends.
std::string trimmed(std::string_view text);

// Trimmed, other runs of blanks as one space.
std::string with_single_blanks(std::string_view text);

}  // namespace pawprint
