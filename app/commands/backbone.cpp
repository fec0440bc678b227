#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/commands/run.h"
#include "models/backbone_check.h"
#include "models/base/error.h"
#include "models/base/messages.h"

namespace pawprint {

namespace {

void print_stages(const nlohmann::json& description) {
  const auto stages = description.find("stages");
  if (stages == description.end() || !stages->is_array()) return;
  std::printf("stages        %-16s %8s %8s %16s\n", "name", "channels", "stride", "receptive field");
  for (const auto& stage : *stages)
    std::printf("              %-16s %8ld %8ld %13ld px\n", stage.value("name", "").c_str(),
                stage.value("channels", int64_t{0}), stage.value("stride", int64_t{0}),
                stage.value("receptive_field", int64_t{0}));
}

}  // namespace

int run_backbone(const BackboneOptions& options, const Session&) {
  const std::string& file = options.file.native();
  const Backbone backbone = Backbone::load(file, Device::kCpu, options.image_size_px);
  const auto& about = backbone.description();
  if (backbone.is_plain())
    std::fprintf(messages(),
                 "warning: %s has no backbone.json; its flattened outputs are taken as features, with ImageNet's "
                 "preprocessing\n",
                 in_quotes(file).c_str());
  const BackboneFacts facts = check_backbone(backbone);
  const auto& spec = backbone.preprocess();
  std::printf("name          %s\n", about.value("name", "?").c_str());
  std::printf("weights       %s\n", about.value("weights", "not stated").c_str());
  std::printf("license       %s\n", about.value("licence", "not stated").c_str());
  std::printf("SHA-256       %s (%s)\n", backbone.id().c_str(), backbone.is_plain() ? "no digest" : "digest matches");
  std::printf("features      %ld\n", backbone.feature_dim());
  std::printf("input         %s, %ld px of %ld, mean %.3f %.3f %.3f, std %.3f %.3f %.3f\n", word(spec.fit).c_str(),
              spec.crop_px, spec.resize_px, spec.mean[0], spec.mean[1], spec.mean[2], spec.std[0], spec.std[1],
              spec.std[2]);
  std::printf("knows         %s\n", about.contains("classes")
                                        ? (std::to_string(about["classes"].size()) + " classes of its own").c_str()
                                        : "no classes of its own");
  std::printf("parameters    %.2f million%s\n", static_cast<double>(facts.parameters) / 1e6,
              about.contains("classes") ? ", its own classifier included" : "");
  std::printf("multiply-adds %.1f million an image\n", static_cast<double>(facts.multiply_adds) / 1e6);
  std::printf("one image     %.1f ms on one core, in batches of %ld\n", facts.image_ms, kForwardBatch);
  print_stages(about);
  if (!facts.golden_error) {
    std::printf("golden        none in the file\n");
    return kExitOk;
  }
  const bool good = *facts.golden_error <= kGoldenTolerance;
  std::printf("golden        %s: features differ by %.1e (relative L2; at most %.0e)\n", good ? "good" : "WRONG",
              *facts.golden_error, kGoldenTolerance);
  if (!good) throw Error(in_quotes(file) + ": expected the exporter's golden features, got others; export it again");
  return kExitOk;
}

}  // namespace pawprint
