#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/bench/options.h"
#include "app/commands/arguments.h"
#include "app/faces/options.h"
#include "app/inspect/options.h"
#include "app/report/row_writer.h"
#include "app/training/options.h"
#include "app/web/options.h"

namespace pawprint {

struct ClassifyOptions {
  std::vector<std::string> paths;  // one or more: files, folders, - for stdin
  std::filesystem::path model;
  std::string device = "auto";     // or cpu, cuda: where the network runs
  std::string precision = "auto";  // or fp32, bf16
  PhotoOptions photos;             // mirror: average the mirror image's logits
  RowFormat format = RowFormat::kCsv;
  int64_t top_k = 0;                     // 0: a column a class
  std::optional<double> abstain;         // 0 < p < 1: the accuracy that answers without a mark have
  std::optional<double> sets;            // 0 < p < 1: the probability that a row's set of classes holds the true one
  std::optional<std::string> out;        // a file, or - for stdout
  std::optional<std::string> sort_into;  // a folder
  bool link = false;                     // symbolic links in sort_into instead of copies
};

struct BackboneOptions {
  std::string file;
  int64_t image_size_px = 0;  // of a plain network; 0: 224
};

struct DrawOptions {
  std::string what;  // pets or faces
  std::filesystem::path out;
  int64_t count = 200;
  uint64_t seed = 1;
  int64_t threads = 1;
};

// What a command is told. Throw UsageError for all that can be wrong before a file is opened.
BackboneOptions parse_backbone(const Arguments& arguments);
BenchOptions parse_bench(const Arguments& arguments);
CheckOptions parse_check(const Arguments& arguments);
ClassifyOptions parse_classify(const Arguments& arguments);
DrawOptions parse_draw(const Arguments& arguments);
EvaluateOptions parse_evaluate(const Arguments& arguments);
ExplainOptions parse_explain(const Arguments& arguments);
FaceEditOptions parse_faces_edit(const Arguments& arguments);
FaceStripOptions parse_faces_strip(const Arguments& arguments);
FaceMixOptions parse_faces_morph(const Arguments& arguments);
FaceMixOptions parse_faces_analogy(const Arguments& arguments);
FaceGalleryOptions parse_faces_gallery(const Arguments& arguments);
ServeOptions parse_faces_serve(const Arguments& arguments);
FaceDirectionOptions parse_faces_direction(const Arguments& arguments);
FaceScoreOptions parse_faces_score(const Arguments& arguments);
FaceTrainingOptions parse_faces_train(const Arguments& arguments);
NeuronOptions parse_neurons(const Arguments& arguments);
FinetuneOptions parse_finetune(const Arguments& arguments);

}  // namespace pawprint
