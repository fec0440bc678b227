#include "app/neurons/neurons_page.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/base/format.h"
#include "app/data/json_escape.h"
#include "app/neurons/patch_picture.h"
#include "app/report/html.h"
#include "app/report/picture_file.h"
#include "models/base/atomic_file.h"

namespace pawprint {

namespace {

constexpr int kMosaicPx = 264;

bool sees_all(const TopActivations& activations, const StageGeometry& stage) {
  return stage.field_px == 0 || stage.field_px >= activations.preprocess.crop_px;
}

std::string square(int64_t px) { return std::to_string(px) + "\u00a0\u00d7\u00a0" + std::to_string(px) + " pixels"; }

// How photos were shown to the network.
std::string shown_at(const PreprocessSpec& spec) {
  if (spec.fit == Fit::kWhole) return "whole, the short side " + std::to_string(spec.crop_px) + " pixels";
  const std::string how = spec.fit == Fit::kSquash ? "whole, squashed to "
                          : spec.fit == Fit::kPad  ? "whole, padded to "
                                                   : "";
  return (how.empty() ? "at " : how) + square(spec.crop_px);
}

std::string sight(const TopActivations& activations, const StageGeometry& stage) {
  return sees_all(activations, stage) ? "the whole photo" : square(stage.field_px);
}

// The part of it that counts.
std::string mostly(const TopActivations& activations, const StageGeometry& stage) {
  const int64_t px = activations.preprocess.crop_px, shown = shown_px(stage, px);
  return shown < std::min(stage.field_px, px) ? ", mostly " + square(shown) : "";
}

bool has_folders(const TopActivations& activations) { return activations.folders.size() > 1; }

std::string in_folder(const Neuron& neuron) {
  return std::to_string(neuron.in_folder) + " of " + std::to_string(neuron.patches.size()) + ' ' + neuron.folder;
}

std::string in_log_odds(double contribution) {
  return (contribution >= 0 ? "+" : "") + number(contribution, 2) + " log-odds";
}

cv::Mat mosaic_of(const Neuron& neuron, const NeuronOptions& options) {
  std::vector<cv::Mat> pictures;
  for (const auto& patch : neuron.patches) pictures.push_back(patch.picture);
  return mosaic(pictures, options.patches);
}

Html figure(const Neuron& neuron, const std::string& what, const Html& caption, const NeuronOptions& options) {
  const Attributes picture = {
      {"src", picture_uri(mosaic_of(neuron, options), kMosaicPx)},
      {"alt", "What excites channel " + std::to_string(neuron.channel) + " of " + what + " most"}};
  return element("figure", element("img", picture), element("figcaption", caption));
}

Html caption(const TopActivations& activations, const Neuron& neuron) {
  const Html channel = element("b", "channel " + std::to_string(neuron.channel));
  if (neuron.patches.empty()) return channel + element("br") + "dead: no photo excites it";
  return has_folders(activations) ? channel + element("br") + in_folder(neuron) : channel;
}

// A stage's most selective neuron below what it sees of a photo.
Html glance(const TopActivations& activations, const StageNeurons& stage, const NeuronOptions& options) {
  const std::string name = "stage " + std::to_string(stage.number);
  Html words = element("b", name) + element("br") + "sees " + sight(activations, stage.geometry) +
               mostly(activations, stage.geometry);
  if (has_folders(activations)) words += element("br") + percent(stage.in_folder, 0) + " from one folder";
  const Attributes field = {{"src", picture_uri(stage.field, kMosaicPx)},
                            {"alt", "A photo with what a neuron of " + name + " sees of it outlined"}};
  return element("div", element("img.field", field), figure(stage.neurons[stage.most_selective], name, words, options));
}

Html glance_section(const TopActivations& activations, const NeuronOptions& options) {
  const auto &first = activations.stages.front(), &last = activations.stages.back();
  const std::string first_number = std::to_string(first.number), last_number = std::to_string(last.number);
  Html body =
      element("p.lead", "A neuron of stage " + first_number + " sees " + sight(activations, first.geometry) +
                            "; one of stage " + last_number + " sees " + sight(activations, last.geometry) + ".");
  if (has_folders(activations))
    body += element("p", "Of the " + counted(options.patches, "photo") + " that excite a neuron most, " +
                             percent(first.in_folder, 0) + " come from one folder in stage " + first_number + ", " +
                             percent(last.in_folder, 0) + " in stage " + last_number + ": means over all neurons. Of " +
                             std::to_string(options.patches) + " drawn at random it is " +
                             percent(activations.in_folder_by_chance, 0) + ".");
  Html stages;
  for (const auto& stage : activations.stages) {
    if (!stage.field.empty()) stages += glance(activations, stage, options);
  }
  const std::string columns = "--stages: " + std::to_string(activations.stages.size());
  return section("At a glance", body + element("div.glance", {{"style", columns}}, stages), "glance");
}

Html legend_section(const NeuronOptions& options) {
  std::string which = options.channels.empty() ? "drawn by the seed, not picked" : "named on the command line";
  if (options.channels.empty() && options.patches > 1) which += "; at a glance, of these the most one-sided";
  return section(
      "How to read this",
      element("p", "A channel of a stage looks for the same thing at every place of the photo. Each square shows the " +
                       counted(options.patches, "photo") +
                       " in which it found most of that, the strongest first, cut to what it sees at the strongest "
                       "place: its receptive field, or of a large one the part that counts, which holds nine tenths of "
                       "the gradient. Where that is more than two thirds of the photo, the places at which the channel "
                       "is at least half as strong are bright.") +
          element("p.quiet", "The channels were " + which + "."),
      "legend");
}

Html stage_section(const TopActivations& activations, const StageNeurons& stage, const NeuronOptions& options) {
  const std::string number = std::to_string(stage.number);
  std::string facts = stage.geometry.name + ": " + counted(stage.geometry.channels, "channel") + ", a place every " +
                      short_number(stage.geometry.stride_px) + " pixels";
  if (stage.dead > 0) facts += "; " + whole_number(stage.dead) + " that nothing here excites";
  const Html sheet = " (" + element("a", {{"href", "stage-" + number + ".png"}}, "sheet") + ")";
  Html figures;
  for (const auto& neuron : stage.neurons)
    figures += figure(neuron, "stage " + number, caption(activations, neuron), options);
  return section(
      "Stage " + number + ": sees " + sight(activations, stage.geometry) + mostly(activations, stage.geometry),
      element("p.quiet", facts, stage.neurons.empty() ? Html() : sheet) + element("div.neurons", figures),
      "stage-" + number);
}

Html class_section(const TopActivations& activations, const NeuronOptions& options) {
  Html body =
      element("p",
              "Channels of the last stage whose activity speaks for the class, and by how much: in log-odds, on "
              "the photos said to be of the class, against what the channel does on an average photo (",
              element("a", {{"href", "classes.png"}}, "sheet"), ").");
  for (const auto& of_class : activations.classes) {
    body += element("h3", of_class.name, " ",
                    element("span.quiet", "(", counted(of_class.photos, "photo"), " said to be)"));
    Html figures;
    for (const auto& [neuron, contribution] : of_class.neurons)
      figures += figure(neuron, "the last stage",
                        caption(activations, neuron) + element("br") + in_log_odds(contribution), options);
    if (!figures.empty()) body += element("div.neurons", figures);
  }
  return section("What speaks for each class", body, "classes");
}

using Json = nlohmann::ordered_json;

Json neuron_json(const Neuron& neuron) {
  Json patches = Json::array();
  for (const auto& patch : neuron.patches)
    patches.push_back({{"path", patch.path.native()},
                       {"activation", patch.activation},
                       {"field", {patch.field.x, patch.field.y, patch.field.width, patch.field.height}}});
  return {{"channel", neuron.channel},
          {"selectivity", neuron.selectivity},
          {"folder", neuron.folder},
          {"in_folder", neuron.in_folder},
          {"patches", std::move(patches)}};
}

Json stage_json(const StageNeurons& stage) {
  const auto& g = stage.geometry;
  Json json = {{"name", g.name},
               {"channels", g.channels},
               {"stride", g.stride_px},
               {"receptive_field", g.field_px},
               {"effective_field", g.effective_px},
               {"dead", stage.dead},
               {"in_folder", stage.in_folder},
               {"neurons", Json::array()}};
  for (const auto& neuron : stage.neurons) json["neurons"].push_back(neuron_json(neuron));
  return json;
}

Json class_json(const ClassNeurons& of_class) {
  Json json = {{"class", of_class.name}, {"photos", of_class.photos}, {"neurons", Json::array()}};
  for (const auto& [neuron, contribution] : of_class.neurons) {
    Json channel_json = {{"contribution", contribution}};
    channel_json.update(neuron_json(neuron));
    json["neurons"].push_back(std::move(channel_json));
  }
  return json;
}

cv::Mat stage_sheet(const TopActivations& activations, const StageNeurons& stage, const NeuronOptions& options) {
  std::vector<CaptionedMosaic> mosaics;
  for (const auto& neuron : stage.neurons)
    mosaics.push_back({mosaic_of(neuron, options), "channel " + std::to_string(neuron.channel),
                       neuron.patches.empty()     ? "dead"
                       : has_folders(activations) ? in_folder(neuron)
                                                  : ""});
  const std::string side = std::to_string(stage.geometry.field_px);
  return neuron_sheet(activations.backbone + ", stage " + std::to_string(stage.number) + " (" + stage.geometry.name +
                          "): sees " +
                          (sees_all(activations, stage.geometry) ? "the whole photo" : side + " x " + side + " pixels"),
                      mosaics);
}

cv::Mat class_sheet(const TopActivations& activations, const NeuronOptions& options) {
  std::vector<CaptionedMosaic> mosaics;
  for (const auto& of_class : activations.classes) {
    for (const auto& [neuron, contribution] : of_class.neurons)
      mosaics.push_back({mosaic_of(neuron, options), of_class.name + ": " + in_log_odds(contribution),
                         "channel " + std::to_string(neuron.channel) +
                             (has_folders(activations) && !neuron.patches.empty() ? ", " + in_folder(neuron) : "")});
  }
  return mosaics.empty() ? cv::Mat() : neuron_sheet("Channels that speak most for each class", mosaics);
}

}  // namespace

std::string neurons_page(const TopActivations& activations, const NeuronOptions& options) {
  Html body = element("h1", "What the neurons look for") +
              element("p.quiet", activations.backbone + " on " + counted(activations.photos, "photo") + ", seen " +
                                     shown_at(activations.preprocess) + ".");
  if (activations.stages.size() > 1) body += glance_section(activations, options);
  body += legend_section(options);
  for (const auto& stage : activations.stages) body += stage_section(activations, stage, options);
  if (!activations.classes.empty()) body += class_section(activations, options);
  std::vector<std::pair<std::string, std::string>> unreadable;
  for (const auto& [path, reason] : activations.unreadable) unreadable.emplace_back(path.native(), reason);
  if (!unreadable.empty()) body += unreadable_section(unreadable);
  return html_page("What the neurons look for", body, {"neurons.css"});
}

std::string neurons_json(const TopActivations& activations, const NeuronOptions& options) {
  Json json = {{"backbone", activations.backbone},
               {"crop", activations.preprocess.crop_px},
               {"fit", word(activations.preprocess.fit)},
               {"seed", options.seed},
               {"photos", activations.photos},
               {"copies", activations.copies},
               {"in_folder_by_chance", activations.in_folder_by_chance},
               {"stages", Json::array()},
               {"classes", Json::array()},
               {"unreadable", Json::array()}};
  for (const auto& stage : activations.stages) json["stages"].push_back(stage_json(stage));
  for (const auto& of_class : activations.classes) json["classes"].push_back(class_json(of_class));
  for (const auto& [path, reason] : activations.unreadable)
    json["unreadable"].push_back({{"path", path.native()}, {"reason", reason}});
  return json_text(json, 4) + '\n';
}

void write_neuron_files(const TopActivations& activations, const NeuronOptions& options) {
  make_output_folder(options.out);
  for (const auto& stage : activations.stages) {
    if (!stage.neurons.empty())
      write_picture(stage_sheet(activations, stage, options),
                    options.out / ("stage-" + std::to_string(stage.number) + ".png"));
  }
  if (const cv::Mat sheet = class_sheet(activations, options); !sheet.empty())
    write_picture(sheet, options.out / "classes.png");
  write_file(options.out / "neurons.json", neurons_json(activations, options));
  write_file(options.out / "index.html", neurons_page(activations, options));
}

}  // namespace pawprint
