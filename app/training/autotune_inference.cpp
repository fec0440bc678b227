#include "app/training/autotune_inference.h"

#include <torch/script.h>
#include <torch/version.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "app/base/cores.h"
#include "app/base/parallel.h"
#include "app/training/fit_head.h"
#include "app/training/kept_choice.h"
#include "app/training/runtime.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

constexpr double kMinCosine = 0.999, kMinAgreement = 0.99, kMaxDifference = 1e-3, kMinGain = 1.05;
constexpr size_t kTimedBatches = 2;  // a worker's; the first is to warm up

struct Trial {
  at::Tensor features;  // [N,D]
  double images_per_second = 0;
};

// work(first, count) for batches of kForwardBatch.
template <class Work>
void for_each_batch(int64_t photos, int64_t threads, Work work) {
  parallel_ranges(
      math_workers(threads), photos, kForwardBatch,
      [&](int64_t first, int64_t count) {
        work(first, count);
        return 0;
      },
      [](int) {});
}

// float32 pixels of the photos that can be read, kForwardBatch photos each but for those that cannot, and their labels
std::pair<std::vector<PixelBatches>, std::vector<int64_t>> load_sample(const std::vector<Photo>& sample,
                                                                       const Backbone& backbone, PhotoOptions options) {
  options.mirror = false;
  const auto paths = paths_of(sample);
  const auto photos = static_cast<int64_t>(paths.size());
  const Backbone plain = backbone.with_config({});
  std::vector<PixelBatches> pixels(static_cast<size_t>((photos + kForwardBatch - 1) / kForwardBatch));
  std::vector<std::vector<int64_t>> labels(pixels.size());
  for_each_batch(photos, options.threads, [&](int64_t from, int64_t count) {
    const auto first = paths.begin() + from;
    const auto number = static_cast<size_t>(from / kForwardBatch);
    ImageBatch batch = load_batch({first, first + count}, {&plain, 1}, options);
    pixels[number] = std::move(batch.pixels[0]);
    for (int64_t i = 0; i < count; ++i) {
      if (batch.errors[i].empty()) labels[number].push_back(sample[from + i].label);
    }
  });
  std::vector<int64_t> all;
  for (const auto& some : labels) all.insert(all.end(), some.begin(), some.end());
  return {pixels, all};
}

// All workers compute at once, as they will later on. The rate is that of the fastest batch.
Trial time_config(const Backbone& backbone, const std::vector<PixelBatches>& pixels, int64_t threads) {
  const auto type = backbone.config().bfloat16 ? at::kBFloat16 : at::kFloat;
  std::vector<at::Tensor> parts(pixels.size());
  double fastest_s = 1e9;
  std::mutex lock;
  parallel_for(
      math_workers(threads), static_cast<int64_t>(pixels.size()),
      [&](int64_t i) {
        PixelBatches typed;
        for (const auto& some : pixels[static_cast<size_t>(i)]) typed.push_back(some.to(type));
        const auto begin = std::chrono::steady_clock::now();
        auto& features = parts[static_cast<size_t>(i)] = backbone.features(typed);
        const double s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        const std::lock_guard guard(lock);
        if (features.size(0) > 0) fastest_s = std::min(fastest_s, s / static_cast<double>(features.size(0)));
        return 0;
      },
      [](int) {});
  return {at::cat(parts), static_cast<double>(threads) / fastest_s};
}

// Nothing if the network cannot be computed so.
std::optional<Trial> try_other(const Backbone& backbone, const std::vector<PixelBatches>& pixels, int64_t threads) {
  try {
    return time_config(backbone, pixels, threads);
  } catch (const Error&) {
    return std::nullopt;
  }
}

double median_cosine(const at::Tensor& a, const at::Tensor& b) {
  return at::cosine_similarity(a.to(at::kDouble), b.to(at::kDouble)).median().item<double>();
}

// The share of photos of which a head fitted on `reference` says the same, given `features`.
double head_agreement(const at::Tensor& reference, const at::Tensor& features, const std::vector<int64_t>& labels) {
  std::map<int64_t, int64_t> present;  // label -> number among the classes that the sample has
  for (const int64_t label : labels) present.emplace(label, 0);
  int64_t number = 0;
  for (auto& [label, own] : present) own = number++;
  FeatureMatrix rows;
  rows.features = reference.unsqueeze(1);
  rows.classes = number;
  for (size_t i = 0; i < labels.size(); ++i) {
    rows.labels.push_back(present.at(labels[i]));
    rows.group.push_back(sha256(std::to_string(i)));  // only folds look at it
  }
  HeadOptions options;
  options.l2 = 0.01;
  const Head head = fit_head(rows, options, {}).head;
  const auto same = head.forward(reference).argmax(1) == head.forward(features).argmax(1);
  return same.to(at::kDouble).mean().item<double>();
}

double largest_difference(const at::Tensor& reference, const at::Tensor& features) {
  return ((features - reference).norm(2, 1) / reference.norm(2, 1).clamp_min(1e-12)).max().item<double>();
}

// What the choice holds for: another processor, LibTorch or version of this file chooses again.
nlohmann::json conditions(const Backbone& backbone) {
  return {{"format", 1},
          {"backbone", backbone.id()},
          {"preprocess", to_json(backbone.preprocess())},
          {"processor", processor_name()},
          {"torch", TORCH_VERSION}};
}

ChosenInference measure(const Backbone& backbone, const std::vector<Photo>& sample, const PhotoOptions& options) {
  const torch::NoGradGuard no_grad;
  const Backbone plain = backbone.with_config({false, false, true}), bfloat16 = plain.with_config({true, false, true}),
                 optimized = plain.with_config({false, true, true});
  ChosenInference facts{.config = plain.config()};
  if (sample.empty()) return facts;
  const auto [pixels, labels] = load_sample(sample, backbone, options);
  if (labels.empty()) return facts;
  const Trial reference = time_config(plain, pixels, options.threads);
  facts.photos_tried = static_cast<int64_t>(labels.size());
  facts.forward_per_second["fp32 frozen"] = reference.images_per_second;
  if (processor_has_bfloat16()) {
    if (const auto trial = try_other(bfloat16, pixels, options.threads)) {
      facts.forward_per_second["bf16 frozen"] = trial->images_per_second;
      facts.median_cosine = median_cosine(reference.features, trial->features);
      facts.head_agreement = head_agreement(reference.features, trial->features, labels);
      if (trial->images_per_second > reference.images_per_second && facts.median_cosine >= kMinCosine &&
          facts.head_agreement >= kMinAgreement) {
        facts.config = bfloat16.config();
        return facts;
      }
    }
  }
  const auto count = std::min(kTimedBatches * static_cast<size_t>(options.threads), pixels.size());
  const std::vector<PixelBatches> some(pixels.begin(), pixels.begin() + static_cast<int64_t>(count));
  if (const auto trial = try_other(optimized, some, options.threads)) {
    facts.forward_per_second["fp32 optimized"] = trial->images_per_second;
    facts.largest_difference =
        largest_difference(reference.features.narrow(0, 0, trial->features.size(0)), trial->features);
    if (trial->images_per_second > kMinGain * reference.images_per_second && facts.largest_difference <= kMaxDifference)
      facts.config = optimized.config();
  }
  return facts;
}

}  // namespace

AutotunedInference autotune_inference(const Backbone& backbone, const std::vector<Photo>& sample,
                                      const PhotoOptions& options, const std::filesystem::path& folder,
                                      const Say& say) {
  AutotunedInference choice{backbone, {}, ""};
  const auto kept = kept_choice(
      folder, conditions(backbone),
      [](const nlohmann::json& facts) { return chosen_inference_from_json(facts).has_value(); },
      [&] {
        if (say && !sample.empty())
          say("measuring how this machine computes " +
              backbone.description().value("name", std::string("the network")) + " fastest" +
              (folder.empty() ? "" : ", once: the choice is kept"));
        choice.facts = measure(backbone, sample, options);
        return choice.facts.photos_tried ? to_json(choice.facts) : nlohmann::json();
      });
  if (!kept.choice.is_null()) choice.facts = chosen_inference_from_json(kept.choice).value();
  choice.backbone = backbone.with_config(choice.facts.config);
  choice.problem = kept.problem;
  return choice;
}

AutotunedInference configure_inference(const Backbone& backbone, const std::vector<Photo>& photos,
                                       const PhotoOptions& options, const std::filesystem::path& folder,
                                       Precision precision, Device device, const Say& say) {
  if (precision != Precision::kAuto || device != Device::kCpu) {
    const InferenceConfig config = with_precision({false, false, true}, precision, device);
    return {backbone.with_config(config), {.config = config}, ""};
  }
  auto training = photos;
  std::erase_if(training, [](const Photo& photo) { return photo.validation; });
  return autotune_inference(backbone, draw_photos(std::move(training), kSamplePhotos, 1), options, folder, say);
}

}  // namespace pawprint
