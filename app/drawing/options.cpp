#include "app/drawing/options.h"

namespace pawprint {

void DrawOptions::visit(OptionVisitor& v) {
  v.operand(what);
  v.row({"count", "N", "pictures in all; of pets, cats and dogs in turn"}, count, {1, 1'000'000});
  visit_seed(v, seed);
  v.row(required({"out", "DIR", "an empty or new folder; gets cats/ and dogs/, or images/ and attributes.csv"}), out);
  visit_threads(v, threads);
}

}  // namespace pawprint
