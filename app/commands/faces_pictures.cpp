// The faces commands that draw one picture.
#include <cstdio>

#include "app/commands/run.h"
#include "app/faces/pictures_of_faces.h"
#include "app/faces/sheet.h"
#include "app/report/picture_file.h"
#include "models/base/atomic_file.h"

namespace pawprint {

namespace {

void write_and_say(const cv::Mat& picture, const std::filesystem::path& path) {
  write_picture(picture, path);
  std::printf("wrote %s, %d x %d\n", path.c_str(), picture.cols, picture.rows);
}

template <class Options, class Draw>
int draw_to_file(const Options& options, const std::filesystem::path& model, Draw draw) {
  write_and_say(draw(FaceModel::load(model), options), options.out);
  return kExitOk;
}

}  // namespace

int run_faces_strip(const FaceStripOptions& options, const Session&) {
  return draw_to_file(options, options.source.model, draw_strip);
}

int run_faces_morph(const FaceMixOptions& options, const Session&) {
  return draw_to_file(options, options.source.model, draw_morph);
}

int run_faces_analogy(const FaceAnalogyOptions& options, const Session&) {
  return draw_to_file(options, options.source.model, draw_analogy);
}

int run_faces_gallery(const FaceGalleryOptions& options, const Session&) {
  const at::Tensor faces = sample_faces(FaceModel::load(options.model), options);
  if (!options.out.empty()) write_and_say(gallery_sheet(faces), options.out);
  if (options.images_dir.empty()) return kExitOk;
  make_output_folder(options.images_dir);
  for (int64_t i = 0; i < faces.size(0); ++i) {
    const std::string number = std::to_string(i + 1);
    write_picture(to_picture(faces[i]), options.images_dir / (std::string(3 - number.size(), '0') + number + ".png"));
  }
  std::printf("wrote %ld faces to %s\n", faces.size(0), options.images_dir.c_str());
  return kExitOk;
}

}  // namespace pawprint
