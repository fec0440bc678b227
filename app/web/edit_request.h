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

// An attribute as the page shows it.
struct ShownAttribute {
  std::string label;  // `Mouth slightly open` of Mouth_Slightly_Open
  double sign = 1;    // -1: what is shown is the other end, as `Beard` of No_Beard and `Age` of Young
};
ShownAttribute shown_attribute(const std::string& name);

// {"face": "p3", "moves": {"Smiling": 1.5}, "others": {"p4": {"Male": 1}}, "x": "Smiling", "y": "Male"}; all but `face`
// may be left out. Strengths there are of what is shown: 1 of `Age` becomes -1 of Young. Throws HttpProblem 400: no
// JSON, another shape, a strength that is no number or beyond 4, more than 256 moves of a face, more than 64 faces.
EditRequest parse_edit(const std::string& body);

}  // namespace pawprint
