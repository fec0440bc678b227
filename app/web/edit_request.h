#pragma once

#include <map>
#include <string>

namespace pawprint {

// What the page asks for: a face, and how far along which attributes.
struct EditRequest {
  std::string face;                                             // `g3`, `p12`
  std::map<std::string, double> moves;                          // attribute -> strength, -4..4; those of 0 are left out
  std::map<std::string, std::map<std::string, double>> others;  // the moves of other faces of the same photo
  std::string x, y;  // attributes of a strip (x) or of a plane (x and y); else empty
};

// {"face": "p3", "moves": {"Smiling": 1.5}, "others": {"p4": {"Male": 1}}, "x": "Smiling", "y": "Male"}; all but `face`
// may be left out. Throws HttpProblem 400: no JSON, another shape, a strength that is no number or beyond 4, more than
// 256 moves of a face, more than 64 faces.
EditRequest parse_edit(const std::string& body);

// As people write it: `Mouth_Slightly_Open` -> `Mouth slightly open`.
std::string attribute_label(const std::string& name);

}  // namespace pawprint
