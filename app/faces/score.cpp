#include "app/faces/score.h"

#include <torch/torch.h>

#include <algorithm>
#include <fstream>

#include "app/faces/directions.h"
#include "app/faces/edit.h"
#include "app/faces/score_picture.h"
#include "models/base/atomic_file.h"
#include "models/base/error.h"
#include "models/image_quality.h"
#include "models/pca.h"

namespace pawprint {

namespace {

constexpr size_t kMinHeldOut = 20;
constexpr int64_t kMaxPcaBytes = int64_t{2} << 30;  // what the components are fitted on

// pixels [N,S,S,3] uint8 -> [N,3SS] float32 0..1
at::Tensor as_rows(const at::Tensor& pixels) { return pixels.flatten(1).to(at::kFloat).div_(255); }

// back(rows) [K,3,S,S] are the faces with these rows of pixels as they come back.
ReconstructionScore score_reconstructions(const at::Tensor& pixels, int64_t threads, const Progress& progress,
                                          const std::function<at::Tensor(const at::Tensor&)>& back) {
  const auto scores = in_batches(
      at::arange(pixels.size(0)), threads,
      [&](const at::Tensor& some) {
        const auto x = face_batch(pixels, some), y = back(some);
        return at::stack({psnr_db(y, x), ssim(y, x)}, 1);
      },
      progress);
  const auto means = scores.to(at::kDouble).mean(0);
  return {means[0].item<double>(), means[1].item<double>()};
}

std::optional<ReconstructionScore> score_pca(const FacePictures& pictures, const std::vector<int64_t>& rest,
                                             const at::Tensor& held, int64_t components, int64_t threads,
                                             const Progress& progress) {
  const int64_t size = held.size(1), numbers = 3 * size * size;
  const auto fitted =
      std::min(static_cast<int64_t>(rest.size()), kMaxPcaBytes / (numbers * static_cast<int64_t>(sizeof(float))));
  if (fitted <= components || components > numbers) return std::nullopt;
  if (progress) progress(0, 1);
  const auto rows = torch::tensor(rest).narrow(0, 0, fitted);
  const Pca pca = fit_pca(as_rows(pictures.pixels.index_select(0, rows)), components);
  const auto score = score_reconstructions(held, threads, {}, [&](const at::Tensor& some) {
    const auto back = reconstruct(pca, as_rows(held.index_select(0, some))).clamp(0, 1);
    return back.view({-1, size, size, 3}).permute({0, 3, 1, 2});
  });
  if (progress) progress(1, 1);
  return score;
}

// Which of the held-out faces have the attribute; undefined if the table does not say, or there are too few of a side.
at::Tensor labels(const FacePictures& pictures, const at::Tensor& held_rows, const std::string& name) {
  const auto& names = pictures.attribute_names;
  if (std::count(names.begin(), names.end(), name) == 0) return {};
  const auto has = pictures.attributes.select(1, pictures.attribute(name)).index_select(0, held_rows);
  const int64_t with = has.sum().item<int64_t>();
  return std::min(with, has.numel() - with) >= kMinHeldOutOfASide ? has : at::Tensor();
}

void score_directions(const FaceModel& model, const FacePictures& pictures, const CodedFaces& held,
                      const at::Tensor& held_rows, const FaceScoreOptions& options, const Progress& progress,
                      FaceScore& score) {
  int64_t done = 0;
  for (const auto& direction : model.directions) {
    const auto has = labels(pictures, held_rows, direction.name);
    if (has.defined()) {
      score.directions.push_back(
          score_direction(model.autoencoder, direction, held, has, options.threads, options.seed));
    } else {
      score.unscored.push_back(direction.name);
    }
    if (progress) progress(++done, static_cast<int64_t>(model.directions.size()));
  }
}

std::vector<int64_t> held_out_rows(const FacePictures& pictures, const std::filesystem::path& folder) {
  auto rows = rows_where(held_out(pictures.content), true);
  if (rows.size() < kMinHeldOut)
    throw Error(in_quotes(folder.native()) + ": expected at least " + std::to_string(kMinHeldOut) +
                " faces that are held out, got " + std::to_string(rows.size()) + " of " +
                std::to_string(pictures.size()) + "; 5 % of all pictures are, so 600 or more are enough");
  return rows;
}

nlohmann::json to_json(const ReconstructionScore& score) { return {{"psnr_db", score.psnr_db}, {"ssim", score.ssim}}; }

nlohmann::json to_json(const DirectionScore& score) {
  return {{"name", score.name},
          {"faces_with", score.faces_with},
          {"faces_without", score.faces_without},
          {"auc", score.auc},
          {"p_value", score.p_value},
          {"classifier_accuracy", score.classifier_accuracy},
          {"classifier_auc", score.classifier_auc},
          {"success_rate", score.success_rate},
          {"success_rate_before", score.success_rate_before},
          {"random_direction_rate", score.random_direction_rate},
          {"drift", score.drift},
          {"outside_psnr_db", score.outside_psnr_db},
          {"upper_psnr_db", score.upper_psnr_db},
          {"sharpness_ratio", score.sharpness_ratio},
          {"mask_share", score.mask_share}};
}

}  // namespace

nlohmann::json to_json(const FaceScore& score) {
  nlohmann::json json = {{"format", 1},
                         {"held_out_faces", score.held_out_faces},
                         {"other_faces", score.other_faces},
                         {"unreadable", score.unreadable},
                         {"autoencoder", to_json(score.autoencoder)},
                         {"pca", score.pca ? to_json(*score.pca) : nlohmann::json()},
                         {"attributes", nlohmann::json::array()},
                         {"not_scored", score.unscored}};
  for (const auto& direction : score.directions) json["attributes"].push_back(to_json(direction));
  return json;
}

FaceScore score_faces(const FaceModel& model, const FacePictures& pictures, const FaceScoreOptions& options,
                      const MakeProgress& progress) {
  const torch::NoGradGuard no_grad;
  const auto& autoencoder = model.autoencoder;
  const auto rows = held_out_rows(pictures, options.data.folder), rest = rows_where(held_out(pictures.content), false);
  const auto held_rows = torch::tensor(rows);
  FaceScore score;
  score.held_out_faces = static_cast<int64_t>(rows.size());
  score.other_faces = static_cast<int64_t>(rest.size());
  score.unreadable = pictures.unreadable;
  score.first_problem = pictures.first_problem;
  const CodedFaces held =
      encode_faces(autoencoder, pictures.pixels.index_select(0, held_rows), options.threads, nullptr);
  score.autoencoder = score_reconstructions(
      held.pixels, options.threads, progress("decoding", "faces"),
      [&](const at::Tensor& some) { return autoencoder.decode(held.codes.index_select(0, some)); });
  score.pca = score_pca(pictures, rest, held.pixels, autoencoder.shape().latent_dim, options.threads,
                        progress("principal components", "fits"));
  score_directions(model, pictures, held, held_rows, options, progress("editing", "attributes"), score);
  return score;
}

FaceScore score_faces(const FaceScoreOptions& options, const MakeProgress& progress) {
  const FaceModel model = FaceModel::load(options.model);
  if (options.out) make_output_folder(*options.out);
  FaceDataOptions data = options.data;
  if (!data.crop) data.crop = stored_crop(model.alignment);
  const FacePictures pictures =
      load_face_pictures(data, model.autoencoder.shape().size_px, options.threads, progress("reading", "pictures"));
  const FaceScore score = score_faces(model, pictures, options, progress);
  if (!options.out) return score;
  auto json = to_json(score);
  json["seed"] = options.seed;
  write_file(*options.out / "score.json", json.dump(2) + "\n");
  write_score_picture(model, pictures, score, *options.out / "score.png");
  return score;
}

}  // namespace pawprint
