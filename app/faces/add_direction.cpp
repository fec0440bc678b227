#include "app/faces/add_direction.h"

#include <torch/torch.h>

#include <algorithm>
#include <set>

#include "app/faces/directions.h"
#include "app/faces/face_pictures.h"
#include "app/faces/photo_faces.h"
#include "models/base/atomic_file.h"
#include "models/base/error.h"
#include "models/latent.h"

namespace pawprint {

namespace {

struct Labeled {
  FacePictures pictures;
  at::Tensor has;      // [N] bool
  at::Tensor balance;  // [N,K] bool, or undefined
};

Labeled load_table(const FaceDirectionOptions& options, const FaceDataOptions& data, int64_t size_px,
                   const MakeProgress& progress) {
  Labeled faces{load_face_pictures(data, size_px, options.threads, progress("reading", "pictures")), {}, {}};
  const auto column = [&](const std::string& name) {
    return faces.pictures.attributes.select(1, faces.pictures.attribute(name));
  };
  faces.has = column(options.name);
  std::vector<at::Tensor> columns;
  for (const auto& name : options.balance) columns.push_back(column(name));
  if (!columns.empty()) faces.balance = at::stack(columns, 1);
  return faces;
}

// All of `a`, then all of `b`.
FacePictures joined(FacePictures a, const FacePictures& b) {
  const std::set<Sha256> known(a.content.begin(), a.content.end());
  for (size_t i = 0; i < b.content.size(); ++i) {
    if (known.contains(b.content[i]))
      throw Error(in_quotes(b.paths[i].native()) + ": expected a face of one folder, got one that lies in both");
  }
  a.pixels = at::cat({a.pixels, b.pixels});
  a.paths.insert(a.paths.end(), b.paths.begin(), b.paths.end());
  a.content.insert(a.content.end(), b.content.begin(), b.content.end());
  if (a.unreadable == 0) a.first_problem = b.first_problem;
  a.unreadable += b.unreadable;
  return a;
}

Labeled load_folders(const FaceDirectionOptions& options, const FaceModel& model, const std::optional<FaceCrop>& crop,
                     const MakeProgress& progress) {
  CutSquare cut;
  if (!options.aligned)
    cut = [aligner = FaceAligner(model, false)](const cv::Mat& rgb) { return aligner.largest_face(rgb); };
  const auto load = [&](const std::filesystem::path& folder, const std::string& what) {
    return load_face_pictures({folder, std::nullopt, crop}, model.autoencoder.shape().size_px, options.threads,
                              progress(what, "pictures"), cut);
  };
  auto with = load(options.with, "reading those with it");
  const int64_t count = with.size();
  Labeled faces{joined(std::move(with), load(options.without, "reading those without")), {}, {}};
  faces.has = at::arange(faces.pictures.size()) < count;
  return faces;
}

Labeled load_labeled(const FaceDirectionOptions& options, const FaceModel& model, const MakeProgress& progress) {
  const auto crop = options.crop ? options.crop : stored_crop(model.alignment);
  if (!options.data) return load_folders(options, model, crop, progress);
  FaceDataOptions data = *options.data;
  data.crop = crop;
  return load_table(options, data, model.autoencoder.shape().size_px, progress);
}

void require_both_sides(const std::string& name, const at::Tensor& has) {
  const int64_t with = has.sum().item<int64_t>(), without = has.numel() - with;
  if (std::min(with, without) < kMinOfASide)
    throw Error(in_quotes(name) + ": expected at least " + std::to_string(kMinOfASide) +
                " faces to learn from with the attribute and as many without, got " + std::to_string(with) + " and " +
                std::to_string(without) + "; add more (5 % of all faces are held out)");
}

DirectionRequest make_request(const FaceDirectionOptions& options, const FaceModel& model, const Labeled& faces,
                              const CodedFaces& training, const at::Tensor& rows) {
  DirectionRequest request;
  request.name = options.name;
  request.method = options.method;
  request.has = faces.has.index_select(0, rows);
  if (faces.balance.defined()) request.balance = faces.balance.index_select(0, rows);
  request.balance_names = options.balance;
  std::vector<at::Tensor> removed;
  for (const auto& name : options.orthogonal_to) removed.push_back(model.direction(name).direction);
  if (!removed.empty()) request.orthogonal_to = at::stack(removed);
  request.orthogonal_names = options.orthogonal_to;
  const auto& known = model.attributes;
  const auto k = std::find(known.begin(), known.end(), options.name) - known.begin();
  request.classifier = k < static_cast<int64_t>(known.size())
                           ? trained_classifier(model.autoencoder, k, request.has)
                           : fit_attribute_classifier(model.autoencoder, training.pixels, request.has, options.threads);
  return request;
}

void measure_held_out(const FaceModel& model, const Labeled& faces, int64_t threads, AddedDirection& added) {
  const auto held = rows_where(held_out(faces.pictures.content), true);
  if (held.empty()) return;
  const auto rows = torch::tensor(held), has = faces.has.index_select(0, rows);
  added.held_out_with = has.sum().item<int64_t>();
  added.held_out_without = has.numel() - added.held_out_with;
  if (std::min(added.held_out_with, added.held_out_without) < kMinHeldOutOfASide) return;
  const auto coded = encode_faces(model.autoencoder, faces.pictures.pixels.index_select(0, rows), threads, nullptr);
  added.held_out_auc = direction_classifier(coded.codes, has, added.direction.direction).auc;
  added.direction.facts["held_out_auc"] = *added.held_out_auc;
}

// Replaces the direction of that name, or adds it behind the others.
void put_into(FaceModel& model, AddedDirection& added) {
  const auto same = [&](const FaceDirection& direction) { return direction.name == added.direction.name; };
  const auto old = std::find_if(model.directions.begin(), model.directions.end(), same);
  if (old == model.directions.end()) {
    model.directions.push_back(added.direction);
    return;
  }
  added.cosine = at::cosine_similarity(old->direction, added.direction.direction, 0).item<double>();
  *old = added.direction;
}

}  // namespace

AddedDirection add_direction(const FaceDirectionOptions& options, const MakeProgress& progress) {
  options.validate();
  const torch::NoGradGuard no_grad;
  FaceModel model = FaceModel::load(options.model);
  for (const auto& name : options.orthogonal_to) model.direction(name);
  if (!options.out.parent_path().empty()) make_output_folder(options.out.parent_path());
  const Labeled faces = load_labeled(options, model, progress);
  const auto rows = torch::tensor(rows_where(held_out(faces.pictures.content), false), at::kLong);
  require_both_sides(options.name, faces.has.index_select(0, rows));
  const CodedFaces training = encode_faces(model.autoencoder, faces.pictures.pixels.index_select(0, rows),
                                           options.threads, progress("encoding", "faces"));
  const auto request = make_request(options, model, faces, training, rows);
  const auto show = progress("changing", "attributes");
  AddedDirection added;
  added.direction = make_direction(model.autoencoder, training, request, options.threads);
  if (show) show(1, 1);
  measure_held_out(model, faces, options.threads, added);
  put_into(model, added);
  model.save(options.out);
  added.unreadable = faces.pictures.unreadable;
  added.first_problem = faces.pictures.first_problem;
  return added;
}

}  // namespace pawprint
