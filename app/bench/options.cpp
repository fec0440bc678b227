#include "app/bench/options.h"

#include "app/training/options.h"

namespace pawprint {

void BenchOptions::visit(OptionVisitor& v) {
  v.operand({"DATA", "DATA, a folder of photos"}, data);
  visit_backbone(v, backbone);
  visit_preprocess(v, fit, image_size_px);
  v.row({"limit", "N", "photos to take, at most, spread evenly over the folder"}, limit, {1});
  v.row({"seconds", "S", "how long to measure, about: three rounds at the least, of fewer photos where time is short"},
        seconds, {});
  v.row({"json", "", "print everything as JSON, for scripts"}, json);
  v.group("the machine");
  visit_threads(v, threads);
  v.row({"precision", "", "auto: both, where the processor has both"}, precision);
  visit_timeout(v, timeout_s);
}

}  // namespace pawprint
