#include "app/drawing/shapes.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace pawprint::drawing {
namespace {

TEST(Path, IsAListOfPoints) { EXPECT_EQ("0,-.8 1.12,.4 -2,3"_path, (Outline{{0, -0.8f}, {1.12f, 0.4f}, {-2, 3}})); }

TEST(Path, RefusesWhatIsNone) {
  for (const char* text : {"0", "0,", "0 1", "0,1,2", "0,1  2,3", "a,b"})
    EXPECT_THROW(operator""_path(text, std::char_traits<char>::length(text)), std::logic_error) << text;
}

TEST(Stroke, OfOneWidthIsRoundAtBothEnds) {
  EXPECT_EQ(stroke({{0, 0}, {1, 0}}, 0.5f), stroke({{0, 0}, {1, 0}}, 0.5f, 0.5f));
}

}  // namespace
}  // namespace pawprint::drawing
