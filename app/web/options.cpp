#include "app/web/options.h"

#include "app/faces/options.h"

namespace pawprint {

void ServeOptions::visit(OptionVisitor& v) {
  visit_face_model(v, model);
  v.row({"port", "N", "where the page is; 0: any port that is free"}, port, {0, 65'535});
}

}  // namespace pawprint
