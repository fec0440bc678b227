#include "app/training/options.h"

#include <cmath>
#include <regex>

#include "models/error.h"

namespace pawprint {

void PhotoOptions::validate() const {
  if (threads < 1 || threads > 1024) throw UsageError("--threads: expected 1 to 1024, got " + std::to_string(threads));
  if (batch < 1 || batch > 4096) throw UsageError("--batch: expected 1 to 4096, got " + std::to_string(batch));
}

void MlpOptions::validate() const {
  if (hidden < 1 || hidden > 65536) throw UsageError("--hidden: expected 1 to 65536, got " + std::to_string(hidden));
  if (!(dropout >= 0 && dropout < 1))
    throw UsageError("--dropout: expected 0 or more and less than 1, got " + std::to_string(dropout));
  if (!(weight_decay >= 0)) throw UsageError("--weight-decay: expected 0 or more, got " + std::to_string(weight_decay));
  if (epochs < 1 || epochs > 10000) throw UsageError("--epochs: expected 1 to 10000, got " + std::to_string(epochs));
}

void HeadOptions::validate() const {
  if (kind != "logistic" && kind != "mlp") throw UsageError("--head: expected logistic or mlp, got " + in_quotes(kind));
  if (!(l1 >= 0) || std::isinf(l1)) throw UsageError("--l1: expected 0 or more, got " + std::to_string(l1));
  if (std::isnan(l2) || std::isinf(l2)) throw UsageError("--l2: expected 0 or more, got " + std::to_string(l2));
  mlp.validate();
}

void FinetuneOptions::validate() const {
  if (dataset.group_from_path) {
    try {
      const std::regex pattern(*dataset.group_from_path);
    } catch (const std::regex_error& error) {
      throw UsageError("--group-from-path: expected a regular expression (ECMAScript), got " +
                       in_quotes(*dataset.group_from_path) + ": " + error.what());
    }
  }
  if (!(validation_fraction > 0 && validation_fraction < 1))
    throw UsageError("--val-fraction: expected more than 0 and less than 1, got " +
                     std::to_string(validation_fraction));
  if (!(max_unreadable >= 0 && max_unreadable <= 1))
    throw UsageError("--max-unreadable: expected 0 to 1, got " + std::to_string(max_unreadable));
  if (image_size_px != 0 && (image_size_px < 32 || image_size_px > 1024))
    throw UsageError("--image-size: expected 32 to 1024, got " + std::to_string(image_size_px));
  if (limit < 0) throw UsageError("--limit: expected 1 or more, got " + std::to_string(limit));
  if (dataset.labels_csv && validation)
    throw UsageError("--labels and --val: expected one of them, got both; a table covers one folder");
  head.validate();
  photos.validate();
}

}  // namespace pawprint
