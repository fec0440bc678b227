#include "app/label/options.h"

#include "app/base/option_list.h"
#include "models/base/error.h"

namespace pawprint {

void LabelOptions::visit(OptionVisitor& v) {
  v.operand({"DATA", "DATA, a folder of photos"}, data);
  v.row({"classes", "NAME,...", "what the photos show, to begin with; more can be added on the page",
         "the folders' names, or the model's classes"},
        classes);
  visit_backbone(v, backbone);
  v.row({"model", "FILE", "a model.pt made by `pawprint finetune`, or its folder: its network, and its classes"},
        model);
  v.row({"out", "DIR", "answers go to labels.jsonl there, and when you finish, what `pawprint finetune` writes"}, out);
  v.row({"port", "N", "where the page is; 0: any port that is free"}, port, {0, 65'535});
  visit_seed(v, seed);
  v.group("the photos");
  v.row({"labels", "FILE", "a CSV table of labels that are known already: path,label"}, labels);
  visit_preprocess(v, fit, image_size_px, "whole photos, a size larger, where the network takes them,");
  v.row({"max-unreadable", "F", "when you finish, refuse the photos if more than this share cannot be read"},
        max_unreadable, {0, 1});
  photos.visit(v);
  network.visit(v, kPrecisionFound);
  cache.visit(v);
}

void LabelOptions::validate(const Given& given) const {
  check_ranges(*this);
  cache.validate(given);
  if (!classes.empty() && classes.size() < 2)
    throw UsageError("--classes: expected two or more, as `--classes cat,dog`, got one");
  if (model && given.contains("backbone"))
    throw UsageError("--backbone and --model: expected one of them, got both; a model brings its network along");
}

}  // namespace pawprint
