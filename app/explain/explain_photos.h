#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/base/progress.h"
#include "app/check/options.h"
#include "app/explain/faithfulness.h"
#include "app/explain/heat_picture.h"

namespace pawprint {

struct ExplainedPhoto {
  std::filesystem::path path;
  std::string problem;                // why it could not be read; nothing below is set then
  std::vector<double> probabilities;  // [C]
  int64_t predicted = 0;
  std::vector<NamedMap> maps;                     // those in its picture
  std::filesystem::path file;                     // its picture, from the output folder on
  std::string thumbnail;                          // the panels, for <img src="...">
  std::optional<DeletionInsertionCurves> curves;  // of the predicted class
};

struct Explanations {
  std::vector<std::string> class_names;  // [C]
  std::vector<ExplainedPhoto> photos;    // in the order they were named, folders walked
  std::optional<FaithfulnessSummary> check;
  int64_t unreadable = 0;
};

// Writes a picture of each photo to options.out/photos, under the photo's name, those of a folder by their paths in it,
// with .png added; a name that is taken already gets a number. A picture depends neither on the other photos nor on the
// threads.
// Throws Error if options.out holds anything, if there is no photo, or if the model's backbone has no stages();
// UsageError for a class the model does not have.
Explanations explain_photos(const ExplainOptions& options, const MakeProgress& progress, const Say& say = {});

}  // namespace pawprint
