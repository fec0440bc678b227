#include "app/inspect/neurons_page.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/data/json_text.h"
#include "app/inspect/patch_picture.h"
#include "app/report/html.h"
#include "app/report/picture_file.h"
#include "app/report/words.h"
#include "models/atomic_file.h"

namespace pawprint {

namespace {

constexpr int kMosaicPx = 264;

constexpr char kNeuronStyle[] = R"css(
.glance { display: grid; gap: 14px; grid-template-columns: repeat(var(--stages), minmax(0, 1fr)); }
.neurons { display: grid; gap: 14px; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); }
.neurons img, .glance img { border-radius: 4px; }
.field { display: block; width: 100%; margin-bottom: 8px; }
@media (max-width: 700px) {
  .glance { grid-template-columns: 1fr 1fr; }
  .neurons { grid-template-columns: 1fr 1fr; }
}
)css";

bool sees_all(const NeuronAtlas& atlas, const StageGeometry& stage) {
  return stage.field_px == 0 || stage.field_px >= atlas.crop_px;
}

std::string square(int64_t px) { return std::to_string(px) + " \xc3\x97 " + std::to_string(px) + " pixels"; }

std::string sight(const NeuronAtlas& atlas, const StageGeometry& stage) {
  return sees_all(atlas, stage) ? "the whole photo" : square(stage.field_px);
}

// The part of it that counts.
std::string mostly(const NeuronAtlas& atlas, const StageGeometry& stage) {
  const int64_t shown = shown_px(stage, atlas.crop_px);
  return shown < std::min(stage.field_px, atlas.crop_px) ? ", mostly " + square(shown) : "";
}

bool has_folders(const NeuronAtlas& atlas) { return atlas.folders.size() > 1; }

std::string in_folder(const Neuron& neuron) {
  return std::to_string(neuron.in_folder) + " of " + std::to_string(neuron.patches.size()) + ' ' + neuron.folder;
}

std::string in_log_odds(double evidence) { return (evidence >= 0 ? "+" : "") + number(evidence, 2) + " log-odds"; }

cv::Mat mosaic_of(const Neuron& neuron, const NeuronOptions& options) {
  std::vector<cv::Mat> pictures;
  for (const auto& patch : neuron.patches) pictures.push_back(patch.picture);
  return mosaic(pictures, options.patches);
}

// detail: HTML of the caption
std::string figure(const Neuron& neuron, const std::string& what, const std::string& detail,
                   const NeuronOptions& options) {
  return "<figure><img src=\"" + picture_uri(mosaic_of(neuron, options), kMosaicPx) + "\" alt=\"" +
         html_escaped("What excites channel " + std::to_string(neuron.channel) + " of " + what + " most") +
         "\"><figcaption>" + detail + "</figcaption></figure>\n";
}

std::string caption(const NeuronAtlas& atlas, const Neuron& neuron) {
  std::string out = "<b>channel " + std::to_string(neuron.channel) + "</b>";
  if (neuron.patches.empty()) return out + "<br>silent: no photo excites it";
  return has_folders(atlas) ? out + "<br>" + html_escaped(in_folder(neuron)) : out;
}

std::string glance_section(const NeuronAtlas& atlas, const NeuronOptions& options) {
  const auto &first = atlas.stages.front(), &last = atlas.stages.back();
  std::string out = "<section id=\"glance\">\n<h2>At a glance</h2>\n<p class=\"lead\">A neuron of stage " +
                    std::to_string(first.number) + " sees " + sight(atlas, first.geometry) + "; one of stage " +
                    std::to_string(last.number) + " sees " + sight(atlas, last.geometry) + ".</p>\n";
  if (has_folders(atlas))
    out += "<p>Of the " + counted(options.patches, "photo") + " that excite a neuron most, " +
           percent(first.in_folder, 0) + " come from one folder in stage " + std::to_string(first.number) + ", " +
           percent(last.in_folder, 0) + " in stage " + std::to_string(last.number) + ": means over all neurons. Of " +
           std::to_string(options.patches) + " drawn at random it is " + percent(atlas.in_folder_by_chance, 0) +
           ".</p>\n";
  out += "<div class=\"glance\" style=\"--stages: " + std::to_string(atlas.stages.size()) + "\">\n";
  for (const auto& stage : atlas.stages) {
    if (stage.field.empty()) continue;
    const std::string number = std::to_string(stage.number);
    std::string detail =
        "<b>stage " + number + "</b><br>sees " + sight(atlas, stage.geometry) + mostly(atlas, stage.geometry);
    if (has_folders(atlas)) detail += "<br>" + percent(stage.in_folder, 0) + " from one folder";
    out += "<div><img class=\"field\" src=\"" + picture_uri(stage.field, kMosaicPx) +
           "\" alt=\"A photo with what a neuron of stage " + number + " sees of it outlined\">" +
           figure(stage.neurons[stage.clearest], "stage " + number, detail, options) + "</div>\n";
  }
  return out + "</div>\n</section>\n";
}

std::string legend_section(const NeuronOptions& options) {
  return "<section id=\"legend\">\n<h2>How to read this</h2>\n<p>A channel of a stage looks for the same thing at "
         "every "
         "place of the photo. Each square shows the " +
         counted(options.patches, "photo") +
         " in which it found most of that, the strongest first, cut to what it sees at the strongest place: its "
         "receptive field, or of a large one the part that counts, which holds nine tenths of the gradient. Where that "
         "is "
         "more than two thirds of the photo, the places at which the channel is at least half as strong are "
         "bright.</p>\n"
         "<p class=\"quiet\">The channels were " +
         std::string(options.channels.empty() ? "drawn by the seed, not picked" : "named on the command line") +
         (options.channels.empty() && options.patches > 1 ? "; at a glance, of these the most one-sided" : "") +
         ".</p>\n"
         "</section>\n";
}

std::string stage_section(const NeuronAtlas& atlas, const StageNeurons& stage, const NeuronOptions& options) {
  const std::string number = std::to_string(stage.number);
  std::string facts = counted(stage.geometry.channels, "channel") + ", a place every " +
                      short_number(stage.geometry.stride_px) + " pixels";
  if (stage.silent > 0) facts += "; " + whole_number(stage.silent) + " that nothing here excites";
  std::string out = "<section id=\"stage-" + number + "\">\n<h2>Stage " + number + ": sees " +
                    sight(atlas, stage.geometry) + mostly(atlas, stage.geometry) + "</h2>\n<p class=\"quiet\">" +
                    html_escaped(stage.geometry.name) + ": " + facts +
                    (stage.neurons.empty() ? "" : " (<a href=\"stage-" + number + ".png\">sheet</a>)") +
                    "</p>\n<div class=\"neurons\">\n";
  for (const auto& neuron : stage.neurons) out += figure(neuron, "stage " + number, caption(atlas, neuron), options);
  return out + "</div>\n</section>\n";
}

std::string class_section(const NeuronAtlas& atlas, const NeuronOptions& options) {
  std::string out =
      "<section id=\"classes\">\n<h2>What speaks for each class</h2>\n<p>Channels of the last stage whose "
      "activity speaks for the class, and by how much: in log-odds, on the photos said to be of the class, against "
      "what "
      "the channel does on an average photo (<a href=\"classes.png\">sheet</a>).</p>\n";
  for (const auto& of_class : atlas.classes) {
    out += "<h3>" + html_escaped(of_class.name) + " <span class=\"quiet\">(" + counted(of_class.photos, "photo") +
           " said to be)</span></h3>\n";
    if (of_class.neurons.empty()) continue;
    out += "<div class=\"neurons\">\n";
    for (const auto& [neuron, evidence] : of_class.neurons)
      out += figure(neuron, "the last stage", caption(atlas, neuron) + "<br>" + in_log_odds(evidence), options);
    out += "</div>\n";
  }
  return out + "</section>\n";
}

std::string unreadable_section(const NeuronAtlas& atlas) {
  std::string rows;
  for (const auto& [path, reason] : atlas.unreadable)
    rows += "<tr><td><code>" + html_escaped(path.native()) + "</code></td><td>" + html_escaped(reason) + "</td></tr>\n";
  return "<section id=\"unreadable\">\n<h2>Could not be read</h2>\n<div class=\"wide\"><table>\n<tr><th>file</th><th>"
         "reason</th></tr>\n" +
         rows + "</table></div>\n</section>\n";
}

std::string neuron_json(const Neuron& neuron) {
  std::string patches;
  for (const auto& patch : neuron.patches)
    patches += (patches.empty() ? "" : ", ") + std::string("{\"path\": ") + json_string(patch.path.native()) +
               ", \"activation\": " + nlohmann::json(patch.activation).dump() + ", \"field\": " +
               nlohmann::json({patch.field.x, patch.field.y, patch.field.width, patch.field.height}).dump() + '}';
  return "\"channel\": " + std::to_string(neuron.channel) +
         ", \"selectivity\": " + nlohmann::json(neuron.selectivity).dump() +
         ", \"folder\": " + json_string(neuron.folder) + ", \"in_folder\": " + std::to_string(neuron.in_folder) +
         ", \"patches\": [" + patches + "]";
}

// Each of `items` in a line of its own.
template <class Items, class Write>
std::string json_lines(const Items& items, Write write) {
  std::string out;
  for (const auto& item : items) out += (out.empty() ? "\n  " : ",\n  ") + write(item);
  return "[" + out + "]";
}

std::string stage_json(const StageNeurons& stage) {
  const auto& g = stage.geometry;
  const nlohmann::json facts = {{"name", g.name},
                                {"channels", g.channels},
                                {"stride", g.stride_px},
                                {"receptive_field", g.field_px},
                                {"effective_field", g.effective_px},
                                {"silent", stage.silent},
                                {"in_folder", stage.in_folder}};
  std::string text = facts.dump();
  text.pop_back();
  return text + ", \"neurons\": " +
         json_lines(stage.neurons, [](const Neuron& neuron) { return "{" + neuron_json(neuron) + "}"; }) + "}";
}

std::string class_json(const ClassNeurons& of_class) {
  return "{\"class\": " + json_string(of_class.name) + ", \"photos\": " + std::to_string(of_class.photos) +
         ", \"neurons\": " +
         json_lines(of_class.neurons,
                    [](const SpeakingNeuron& speaking) {
                      return "{\"evidence\": " + nlohmann::json(speaking.evidence).dump() + ", " +
                             neuron_json(speaking.neuron) + "}";
                    }) +
         "}";
}

cv::Mat stage_sheet(const NeuronAtlas& atlas, const StageNeurons& stage, const NeuronOptions& options) {
  std::vector<CaptionedMosaic> mosaics;
  for (const auto& neuron : stage.neurons)
    mosaics.push_back({mosaic_of(neuron, options), "channel " + std::to_string(neuron.channel),
                       neuron.patches.empty() ? "silent"
                       : has_folders(atlas)   ? in_folder(neuron)
                                              : ""});
  const std::string side = std::to_string(stage.geometry.field_px);
  return neuron_sheet(atlas.backbone + ", stage " + std::to_string(stage.number) + " (" + stage.geometry.name +
                          "): sees " +
                          (sees_all(atlas, stage.geometry) ? "the whole photo" : side + " x " + side + " pixels"),
                      mosaics);
}

cv::Mat class_sheet(const NeuronAtlas& atlas, const NeuronOptions& options) {
  std::vector<CaptionedMosaic> mosaics;
  for (const auto& of_class : atlas.classes) {
    for (const auto& [neuron, evidence] : of_class.neurons)
      mosaics.push_back({mosaic_of(neuron, options), of_class.name + ": " + in_log_odds(evidence),
                         "channel " + std::to_string(neuron.channel) +
                             (has_folders(atlas) && !neuron.patches.empty() ? ", " + in_folder(neuron) : "")});
  }
  return mosaics.empty() ? cv::Mat() : neuron_sheet("Channels that speak most for each class", mosaics);
}

}  // namespace

std::string neurons_page(const NeuronAtlas& atlas, const NeuronOptions& options) {
  std::string body = "<h1>What the neurons look for</h1>\n<p class=\"quiet\">" + html_escaped(atlas.backbone) + " on " +
                     counted(atlas.photos, "photo") + ", seen at " + std::to_string(atlas.crop_px) + " \xc3\x97 " +
                     std::to_string(atlas.crop_px) + " pixels.</p>\n";
  if (atlas.stages.size() > 1) body += glance_section(atlas, options);
  body += legend_section(options);
  for (const auto& stage : atlas.stages) body += stage_section(atlas, stage, options);
  if (!atlas.classes.empty()) body += class_section(atlas, options);
  if (!atlas.unreadable.empty()) body += unreadable_section(atlas);
  return html_page("What the neurons look for", body, kNeuronStyle);
}

std::string neurons_json(const NeuronAtlas& atlas, const NeuronOptions& options) {
  return "{\n\"backbone\": " + json_string(atlas.backbone) + ",\n\"crop\": " + std::to_string(atlas.crop_px) +
         ",\n\"seed\": " + std::to_string(options.seed) + ",\n\"photos\": " + std::to_string(atlas.photos) +
         ",\n\"copies\": " + std::to_string(atlas.copies) +
         ",\n\"in_folder_by_chance\": " + nlohmann::json(atlas.in_folder_by_chance).dump() +
         ",\n\"stages\": " + json_lines(atlas.stages, stage_json) +
         ",\n\"classes\": " + json_lines(atlas.classes, class_json) + ",\n\"unreadable\": " +
         json_lines(atlas.unreadable,
                    [](const SkippedPhoto& photo) {
                      return "{\"path\": " + json_string(photo.path.native()) +
                             ", \"reason\": " + json_string(photo.reason) + "}";
                    }) +
         "\n}\n";
}

void write_neuron_files(const NeuronAtlas& atlas, const NeuronOptions& options) {
  make_output_folder(options.out);
  for (const auto& stage : atlas.stages) {
    if (!stage.neurons.empty())
      write_picture(stage_sheet(atlas, stage, options),
                    options.out / ("stage-" + std::to_string(stage.number) + ".png"));
  }
  if (const cv::Mat sheet = class_sheet(atlas, options); !sheet.empty())
    write_picture(sheet, options.out / "classes.png");
  write_file(options.out / "neurons.json", neurons_json(atlas, options));
  write_file(options.out / "index.html", neurons_page(atlas, options));
}

}  // namespace pawprint
