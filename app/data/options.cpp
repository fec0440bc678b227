#include "app/data/options.h"

#include "models/base/error.h"

namespace pawprint {

void DatasetOptions::visit(OptionVisitor& v) {
  v.row({"labels", "FILE.csv", "a table of photos and classes instead of a folder per class"}, labels_csv);
  v.row({"labels-from-name", "", "cat.0.jpg is a `cat`: Kaggle's flat folder"}, labels_from_name);
}

void DatasetOptions::validate(const Given&) const {
  if (labels_csv && labels_from_name)
    throw UsageError("--labels and --labels-from-name: expected one of them, got both");
}

}  // namespace pawprint
