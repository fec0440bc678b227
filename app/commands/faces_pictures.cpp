// The faces commands that draw one picture.
#include <cstdio>

#include "app/commands/options.h"
#include "app/commands/run.h"
#include "app/faces/pictures_of_faces.h"
#include "app/report/picture_file.h"

namespace pawprint {

namespace {

template <class Options, class Draw>
int draw_to_file(const Options& options, const std::filesystem::path& model, Draw draw) {
  const cv::Mat picture = draw(FaceModel::load(model), options);
  write_picture(picture, options.out);
  std::printf("wrote %s, %d x %d\n", options.out.c_str(), picture.cols, picture.rows);
  return kExitOk;
}

}  // namespace

int run_faces_strip(const Arguments& arguments) {
  const FaceStripOptions options = parse_faces_strip(arguments);
  return draw_to_file(options, options.source.model, draw_strip);
}

int run_faces_morph(const Arguments& arguments) {
  const FaceMixOptions options = parse_faces_morph(arguments);
  return draw_to_file(options, options.source.model, draw_morph);
}

int run_faces_analogy(const Arguments& arguments) {
  const FaceMixOptions options = parse_faces_analogy(arguments);
  return draw_to_file(options, options.source.model, draw_analogy);
}

int run_faces_gallery(const Arguments& arguments) {
  const FaceGalleryOptions options = parse_faces_gallery(arguments);
  return draw_to_file(options, options.model, draw_gallery);
}

}  // namespace pawprint
