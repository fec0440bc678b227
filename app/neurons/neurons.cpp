#include "app/neurons/neurons.h"

#include <torch/script.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <set>

#include "app/base/parallel.h"
#include "app/base/strings.h"
#include "app/data/image_file.h"
#include "app/explain/heat_map.h"
#include "app/neurons/activation_stats.h"
#include "app/neurons/effective_field.h"
#include "app/neurons/patch_picture.h"
#include "app/training/pixel_batches.h"
#include "app/training/runtime.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

constexpr int64_t kClassNeurons = 6;
constexpr int kFieldPx = 260;
constexpr int64_t kChanceDraws = 2000;
constexpr int64_t kFieldPhotos = 8;  // to measure effective fields with

void measure_effective_fields(std::vector<StageGeometry>& geometry, const std::vector<Photo>& photos, Network network,
                              const NeuronOptions& options) {
  const auto& spec = network.backbone.preprocess();
  if (spec.fit == Fit::kWhole)  // gradients are summed over photos of one shape
    network.backbone = network.backbone.with_preprocess(spec.with_fit(Fit::kSquash));
  const int64_t count = std::min(kFieldPhotos, static_cast<int64_t>(photos.size()));
  std::vector<cv::Mat> fitted;
  for (int64_t i = 0; i < count; ++i) {
    try {
      const auto& photo = photos[i * static_cast<int64_t>(photos.size()) / count];
      fitted.push_back(load_fitted(photo.path, network, options.photos.decode));
    } catch (const Unreadable&) {  // is counted when all of them are looked at
    }
  }
  if (fitted.empty()) return;
  const at::Tensor pixels = at::cat(fitted_pixels(network.backbone.with_config({}), fitted));
  const auto sides = effective_fields(network.backbone, geometry, pixels, options.seed);
  for (size_t s = 0; s < geometry.size(); ++s) geometry[s].effective_px = sides[s];
  trim_heap();  // gradients took blocks that nothing else will want
}

// Indices of the stages that --stage names.
std::vector<size_t> chosen_stages(const std::string& text, const std::vector<StageGeometry>& stages) {
  std::vector<size_t> chosen(stages.size());
  std::iota(chosen.begin(), chosen.end(), 0);
  if (text.empty()) return chosen;
  std::set<size_t> named;
  std::string names;
  for (const auto& stage : stages) names += (names.empty() ? "" : ", ") + stage.name;
  for (const auto& name : split_at_commas(text)) {
    const auto found = std::find_if(chosen.begin(), chosen.end(),
                                    [&](size_t s) { return stages[s].name == name || std::to_string(s + 1) == name; });
    if (found == chosen.end())
      throw UsageError("--stage: expected stages of the network (" + names + "; or 1 to " +
                       std::to_string(stages.size()) + "), got " + in_quotes(name));
    named.insert(*found);
  }
  return {named.begin(), named.end()};
}

void check_channels(const std::vector<int64_t>& channels, const std::vector<StageGeometry>& stages,
                    const std::vector<size_t>& chosen) {
  for (const size_t s : chosen) {
    for (const int64_t channel : channels) {
      if (channel >= stages[s].channels)
        throw UsageError("--channels: expected 0 to " + std::to_string(stages[s].channels - 1) + " for stage " +
                         stages[s].name + ", got " + std::to_string(channel) + "; name the stage with --stage");
    }
  }
}

std::string folder_of(const Photo& photo) { return photo.path.parent_path().filename().native(); }

Neuron neuron_of(int64_t channel, const TopPhotos& top, const std::vector<Photo>& photos) {
  Neuron neuron{channel, {}, top.selectivity(channel), {}, 0};
  std::map<std::string, int64_t> folders;
  for (const auto& excited : top.of(channel)) {
    neuron.patches.push_back({photos[excited.photo].path, excited.activation, {}, {}});
    const std::string folder = folder_of(photos[excited.photo]);
    if (const int64_t count = ++folders[folder]; count > neuron.in_folder) {
      neuron.folder = folder;
      neuron.in_folder = count;
    }
  }
  return neuron;
}

// Mean share of a full list of photos that lie in one folder.
double share_in_folder(const TopPhotos& top, const std::vector<Photo>& photos) {
  double sum = 0;
  int64_t channels = 0;
  for (int64_t c = 0; c < top.channels(); ++c) {
    if (static_cast<int64_t>(top.of(c).size()) < top.max()) continue;
    sum += static_cast<double>(neuron_of(c, top, photos).in_folder) / static_cast<double>(top.max());
    ++channels;
  }
  return channels == 0 ? 0 : sum / static_cast<double>(channels);
}

double share_by_chance(const std::vector<Photo>& photos, int64_t max, uint64_t seed) {
  std::map<std::string, int64_t> numbers;
  std::vector<int64_t> folder;
  for (const auto& photo : photos)
    folder.push_back(numbers.emplace(folder_of(photo), static_cast<int64_t>(numbers.size())).first->second);
  const auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  const at::Tensor drawn = at::randint(static_cast<int64_t>(photos.size()), {kChanceDraws, max}, generator, at::kLong);
  double sum = 0;
  for (int64_t i = 0; i < kChanceDraws; ++i) {
    std::vector<int64_t> count(numbers.size());
    for (int64_t k = 0; k < max; ++k) ++count[folder[drawn.data_ptr<int64_t>()[i * max + k]]];
    sum += static_cast<double>(*std::max_element(count.begin(), count.end()));
  }
  return sum / static_cast<double>(kChanceDraws * max);
}

void choose_neurons(TopActivations& activations, const ActivationStats& stats, const std::vector<Photo>& photos,
                    const NeuronOptions& options) {
  for (size_t s = 0; s < activations.stages.size(); ++s) {
    auto& stage = activations.stages[s];
    const auto& top = stats.stages[s];
    for (const int64_t c :
         options.channels.empty() ? draw_channels(top, options.neurons, options.seed) : options.channels)
      stage.neurons.push_back(neuron_of(c, top, photos));
    for (size_t i = 0; i < stage.neurons.size(); ++i) {
      const auto clear = [&](size_t n) { return std::pair(stage.neurons[n].in_folder, stage.neurons[n].selectivity); };
      if (clear(i) > clear(stage.most_selective)) stage.most_selective = i;
    }
    for (int64_t c = 0; c < top.channels(); ++c) stage.dead += top.of(c).empty();
    stage.in_folder = share_in_folder(top, photos);
  }
}

// stats.stages.back() is the last stage's.
void choose_class_neurons(TopActivations& activations, const ActivationStats& stats, const std::vector<Photo>& photos,
                          const std::vector<std::string>& class_names) {
  const at::Tensor mean = stats.feature_sum / static_cast<double>(stats.photos);
  for (size_t c = 0; c < stats.classes.size(); ++c) {
    const auto& sums = stats.classes[c];
    activations.classes.push_back({class_names[c], sums.photos, {}});
    if (sums.photos == 0) continue;
    at::Tensor contribution = (sums.product_sum - sums.weight_sum * mean) / static_cast<double>(sums.photos);
    contribution = contribution.masked_fill(sums.weight_sum.le(0), 0);  // a dead channel contributes nothing
    const auto [strongest, channels] = contribution.topk(std::min(kClassNeurons, contribution.size(0)));
    for (int64_t i = 0; i < strongest.size(0) && strongest[i].item<double>() > 0; ++i)
      activations.classes.back().neurons.push_back(
          {neuron_of(channels[i].item<int64_t>(), stats.stages.back(), photos), strongest[i].item<double>()});
  }
}

// A patch that is to be cut, and out of what.
struct Cut {
  size_t stage = 0;  // of the network
  int64_t channel = 0, place = 0;
  Patch* patch = nullptr;
  StageNeurons* outlined = nullptr;  // whose `field` this photo is to be
};

using Cuts = std::map<int64_t, std::vector<Cut>>;  // by photo

void list_cuts(Cuts& cuts, Neuron& neuron, size_t stage, const TopPhotos& top, StageNeurons* outlined) {
  for (size_t i = 0; i < neuron.patches.size(); ++i) {
    const auto& excited = top.of(neuron.channel)[i];
    cuts[excited.photo].push_back(
        {stage, neuron.channel, excited.place, &neuron.patches[i], i == 0 ? outlined : nullptr});
  }
}

// maps: of the photo, [C,h,w] for each stage
void cut(const Cut& what, const cv::Mat& crop, const std::vector<at::Tensor>& maps,
         const std::vector<StageGeometry>& geometry) {
  const auto& stage = geometry[what.stage];
  const cv::Rect field = shown_field(stage, what.place / kPlaceRows, what.place % kPlaceRows, crop.size());
  what.patch->field = field;
  if (3 * field.width > 2 * std::min(crop.cols, crop.rows)) {  // else the place is the middle of the patch
    const at::Tensor map = maps[what.stage][what.channel].contiguous();
    const cv::Mat strength(static_cast<int>(map.size(0)), static_cast<int>(map.size(1)), CV_32F, map.data_ptr<float>());
    what.patch->picture = cut_patch(light_up(crop, strength, stage), field);
  } else {
    what.patch->picture = cut_patch(crop, field);
  }
  if (what.outlined != nullptr) what.outlined->field = outline_field(crop, field, kFieldPx);
}

void cut_patches(const Cuts& cuts, const std::vector<Photo>& photos, const Network& network,
                 const std::vector<StageGeometry>& geometry, const PhotoOptions& options, const Progress& progress) {
  const auto total = static_cast<int64_t>(cuts.size());
  int64_t done = 0;
  auto next = cuts.begin();
  parallel_stream(
      math_workers(options.threads),
      [&]() -> std::optional<std::vector<int64_t>> {
        std::vector<int64_t> batch;
        for (; next != cuts.end() && static_cast<int64_t>(batch.size()) < options.batch; ++next)
          batch.push_back(next->first);
        return batch.empty() ? std::nullopt : std::optional(std::move(batch));
      },
      [&](const std::vector<int64_t>& batch) {
        std::vector<cv::Mat> crops;
        for (const int64_t photo : batch) {
          try {
            crops.push_back(load_fitted(photos[photo].path, network, options.decode));
          } catch (const Unreadable& reason) {
            throw Error(in_quotes(photos[photo].path.native()) +
                        ": expected the photo that was there a moment ago, got: " + reason.what());
          }
        }
        size_t i = 0;
        for (const auto& pixels : fitted_pixels(network.backbone, crops)) {
          const auto maps = network.backbone.stages(pixels);
          for (int64_t n = 0; n < pixels.size(0); ++n, ++i) {
            std::vector<at::Tensor> of_photo;
            for (const auto& map : maps) of_photo.push_back(map[n]);
            for (const auto& what : cuts.at(batch[i])) cut(what, crops[i], of_photo, geometry);
          }
        }
        return static_cast<int64_t>(batch.size());
      },
      [&](int64_t count) {
        done += count;
        if (progress) progress(done, total);
      });
}

}  // namespace

TopActivations find_neurons(const NeuronOptions& options, const MakeProgress& progress, const Say& say) {
  const torch::NoGradGuard no_grad;
  require_new_folder(options.out);
  const Network network = load_network(options);
  network.backbone.require_stages();
  auto geometry = geometry_of(network);
  const auto chosen = chosen_stages(options.stages, geometry);
  check_channels(options.channels, geometry, chosen);
  auto measured = chosen;  // the classes' channels are the last stage's
  if (network.classifier && chosen.back() + 1 != geometry.size()) measured.push_back(geometry.size() - 1);
  const auto photos = input_photos(options.paths, options.limit, options.seed, say);
  measure_effective_fields(geometry, photos, network, options);

  TopActivations activations;
  activations.backbone = network.backbone.description().value("name", std::string("?"));
  activations.preprocess = network.backbone.preprocess();
  ActivationStats stats =
      activation_stats(photos, network, geometry, measured, options, progress("features", "photos"));
  activations.photos = stats.photos;
  activations.copies = stats.copies;
  activations.unreadable = std::move(stats.unreadable);
  std::set<std::string> folders;
  for (const auto& photo : photos) folders.insert(folder_of(photo));
  activations.folders.assign(folders.begin(), folders.end());
  activations.in_folder_by_chance = share_by_chance(photos, options.patches, options.seed);
  for (const size_t s : chosen)
    activations.stages.push_back({geometry[s], static_cast<int64_t>(s) + 1, {}, 0, 0, 0, {}});
  choose_neurons(activations, stats, photos, options);
  if (network.classifier) choose_class_neurons(activations, stats, photos, network.classifier->class_names);

  Cuts cuts;
  for (size_t i = 0; i < chosen.size(); ++i) {
    auto& stage = activations.stages[i];
    for (size_t n = 0; n < stage.neurons.size(); ++n)
      list_cuts(cuts, stage.neurons[n], chosen[i], stats.stages[i], n == stage.most_selective ? &stage : nullptr);
  }
  for (auto& of_class : activations.classes) {
    for (auto& [neuron, contribution] : of_class.neurons)
      list_cuts(cuts, neuron, geometry.size() - 1, stats.stages.back(), nullptr);
  }
  cut_patches(cuts, photos, network, geometry, options.photos, progress("cutting out", "photos"));
  return activations;
}

}  // namespace pawprint
