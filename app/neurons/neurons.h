#pragma once

#include <filesystem>
#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

#include "app/base/progress.h"
#include "app/check/options.h"
#include "app/neurons/stage_geometry.h"
#include "app/training/features.h"

namespace pawprint {

// What excites a neuron, cut out of a photo.
struct Patch {
  std::filesystem::path path;
  double activation = 0;
  cv::Rect field;   // what is shown of it, around the strongest place, in pixels of what the network saw
  cv::Mat picture;  // [kPatchPx,kPatchPx,3] 8-bit RGB
};

// A channel of a stage's map. All its places compute the same: they are one neuron, looking at different places.
struct Neuron {
  int64_t channel = 0;
  std::vector<Patch> patches;  // the strongest first, one a photo
  double selectivity = 0;      // app/neurons/top_photos.h
  std::string folder;          // the one that most of those photos lie in
  int64_t in_folder = 0;       // so many of them
};

struct StageNeurons {
  StageGeometry geometry;
  int64_t number = 0;  // from 1
  std::vector<Neuron> neurons;
  int64_t dead = 0;           // channels that no photo excites
  double in_folder = 0;       // share of a channel's photos that lie in one folder, mean over all channels
  size_t most_selective = 0;  // of the neurons: that with most photos in one folder, the most selective of such
  cv::Mat field;              // what excites that one most, what is shown of it outlined
};

// A channel of the last stage whose activity speaks for a class: how it moves the log-odds, mean over the photos said
// to be of the class, against what it does at its mean over all photos.
struct ClassChannel {
  Neuron neuron;
  double contribution = 0;
};

struct ClassNeurons {
  std::string name;
  int64_t photos = 0;  // said to be of it
  std::vector<ClassChannel> neurons;
};

struct TopActivations {
  std::string backbone;  // its name
  PreprocessSpec preprocess;
  int64_t photos = 0;                // looked at
  int64_t copies = 0;                // left out: the same file once more
  std::vector<std::string> folders;  // that photos lie in
  double in_folder_by_chance = 0;    // StageNeurons::in_folder of photos drawn at random
  std::vector<StageNeurons> stages;
  std::vector<ClassNeurons> classes;  // empty without a model
  std::vector<SkippedPhoto> unreadable;
};

// Goes over the photos once and keeps, of every channel of the chosen stages, which of them excite it most (Zeiler and
// Fergus 2014, arXiv:1311.2901); then looks at those again. Does not depend on the number of threads; memory does not
// grow with the photos but for their names.
// Throws Error if options.out holds anything, there is no readable photo, or the network has no stages(); UsageError
// for stages and channels that it does not have.
TopActivations find_neurons(const NeuronOptions& options, const MakeProgress& progress, const Say& say = {});

}  // namespace pawprint
