#include "models/backbone_check.h"

#include <ATen/record_function.h>
#include <torch/script.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "models/base/error.h"
#include "models/base/watchdog.h"

namespace pawprint {

namespace {

// What LibTorch's profiling hook adds to; a hook is a plain function, so it cannot carry this itself.
thread_local int64_t multiply_adds_seen = 0;

void count_operator(const at::RecordFunction& call, at::ObserverContext*) {
  const std::string name = call.name();
  const auto inputs = call.inputs();
  const auto tensor = [](const c10::IValue& value) { return value.isTensor() ? value.toTensor() : at::Tensor(); };
  if (name == "aten::convolution") {
    const auto weight = tensor(inputs[1]);
    const auto spread = inputs[6].toBool() ? tensor(inputs[0]) : tensor(call.outputs()[0]);  // transposed: its input
    multiply_adds_seen += spread.numel() * (weight.numel() / weight.size(0));
  } else if (name == "aten::mm" || name == "aten::bmm" || name == "aten::addmm" || name == "aten::baddbmm") {
    const auto left = tensor(inputs[name.find("add") == std::string::npos ? 0 : 1]);
    multiply_adds_seen += tensor(call.outputs()[0]).numel() * left.size(-1);
  }
}

int64_t count_multiply_adds(const Backbone& backbone) {
  const int64_t px = backbone.preprocess().crop_px;
  multiply_adds_seen = 0;
  const auto handle = at::addThreadLocalCallback(
      at::RecordFunctionCallback([](const at::RecordFunction&) { return std::unique_ptr<at::ObserverContext>(); },
                                 count_operator)
          .needsInputs(true)
          .needsOutputs(true)
          .scopes({at::RecordScope::FUNCTION}));
  auto module = backbone.module();
  const Watchdog watchdog("the network");
  module.forward({at::zeros({1, 3, px, px})});
  at::removeCallback(handle);
  return multiply_adds_seen;
}

// The exporter's made picture: v[c,y,x] = ((37 c + 5 y + 3 x + x y) mod 256) / 255, normalized.
at::Tensor golden_input(int64_t px, const PreprocessSpec& spec) {
  const auto x = at::arange(px, at::kLong);
  const auto y = x.unsqueeze(1);
  const auto c = at::arange(3, at::kLong).view({3, 1, 1});
  const auto values = (37 * c + 5 * y + 3 * x + x * y).remainder(256).to(at::kFloat) / 255;
  const auto mean = at::tensor(at::ArrayRef<float>(spec.mean)).view({3, 1, 1});
  const auto std = at::tensor(at::ArrayRef<float>(spec.std)).view({3, 1, 1});
  return ((values - mean) / std).unsqueeze(0);
}

std::optional<double> golden_error(const Backbone& backbone) {
  const auto golden = backbone.description().find("golden");
  if (golden == backbone.description().end()) return std::nullopt;
  try {
    const auto& size = golden->at("size");
    if (!size.is_number_integer() || size < 1 || size > 2048)
      throw Error("backbone.json: golden: expected a size of 1 to 2048 pixels, got " + size.dump());
    const auto stated = golden->at("features").get<std::vector<float>>();
    const auto expected = at::tensor(at::ArrayRef<float>(stated));
    const auto found = backbone.features(golden_input(golden->at("size").get<int64_t>(), backbone.preprocess()))[0];
    if (found.numel() != expected.numel())
      throw Error("backbone.json: golden: expected as many features as feature_dim");
    return ((found - expected).norm() / expected.norm().clamp_min(1e-12)).item<double>();
  } catch (const nlohmann::json::exception&) {
    throw Error("backbone.json: golden: expected size and features, got something else");
  }
}

double time_image_ms(const Backbone& backbone) {
  const int64_t px = backbone.preprocess().crop_px;
  const auto pixels = at::zeros({kForwardBatch, 3, px, px}).contiguous(at::MemoryFormat::ChannelsLast);
  std::vector<double> ms;
  for (int run = 0; run < 7; ++run) {  // two to warm up
    const auto begin = std::chrono::steady_clock::now();
    backbone.features(pixels);
    ms.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
  }
  std::sort(ms.begin() + 2, ms.end());
  return ms[4] / kForwardBatch;
}

}  // namespace

BackboneFacts check_backbone(const Backbone& backbone) {
  const torch::NoGradGuard no_grad;
  BackboneFacts facts;
  for (const auto& parameter : backbone.module().parameters()) facts.parameters += parameter.numel();
  facts.multiply_adds = count_multiply_adds(backbone);
  facts.golden_error = golden_error(backbone);
  facts.image_ms = time_image_ms(backbone);
  return facts;
}

}  // namespace pawprint
