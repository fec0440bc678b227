#include "app/faces/train_faces.h"

#include <torch/torch.h>

#include <algorithm>
#include <chrono>

#include "app/faces/directions.h"
#include "app/faces/edit.h"
#include "app/faces/face_pictures.h"
#include "app/faces/photo_faces.h"
#include "app/faces/pictures_of_faces.h"
#include "app/faces/sheet.h"
#include "app/report/picture_file.h"
#include "models/base/atomic_file.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

constexpr int64_t kSheetColumns = 10, kSheetEvery = 5, kGallery = 24;

// Rows of originals, each above its reconstructions.
void write_sheet(const Autoencoder& autoencoder, const at::Tensor& faces, const std::filesystem::path& path) {
  const torch::NoGradGuard no_grad;
  const auto decoded = autoencoder.decode(autoencoder.encode(faces));
  std::vector<std::vector<at::Tensor>> rows;
  for (int64_t from = 0; from < faces.size(0); from += kSheetColumns) {
    for (const auto& pictures : {faces, decoded}) {
      std::vector<at::Tensor> row;
      for (int64_t i = from; i < std::min(faces.size(0), from + kSheetColumns); ++i) row.push_back(pictures[i]);
      rows.push_back(row);
    }
  }
  write_picture(contact_sheet(rows, 2), path);
}

at::Tensor balance_columns(const FacePictures& pictures, const at::Tensor& attributes,
                           const std::vector<std::string>& names) {
  std::vector<at::Tensor> columns;
  for (const auto& name : names) columns.push_back(attributes.select(1, pictures.attribute(name)));
  return at::stack(columns, 1);
}

bool has_direction(const at::Tensor& has) {
  const auto with = has.sum().item<int64_t>();
  return std::min(with, has.numel() - with) >= kMinOfASide;
}

bool is_balanced(const std::string& name, const std::vector<std::string>& balance) {
  return !balance.empty() && std::count(balance.begin(), balance.end(), name) == 0;
}

// What would be found wrong only after the training.
void check_balance(const FacePictures& pictures, const at::Tensor& attributes,
                   const std::vector<std::string>& balance) {
  if (balance.empty()) return;
  const auto others = balance_columns(pictures, attributes, balance);
  for (const auto& name : pictures.attribute_names) {
    const auto has = attributes.select(1, pictures.attribute(name));
    if (!has_direction(has) || !is_balanced(name, balance)) continue;
    try {
      balancing_weights(has, others);
    } catch (const Error& error) {
      throw Error("--balance, direction of " + in_quotes(name) + ": " + error.what());
    }
  }
}

std::vector<FaceDirection> all_directions(const Autoencoder& autoencoder, const FacePictures& pictures,
                                          const CodedFaces& faces, const at::Tensor& attributes,
                                          const FaceTrainingOptions& options, const Progress& progress) {
  std::vector<FaceDirection> directions;
  const auto total = static_cast<int64_t>(pictures.attribute_names.size());
  for (int64_t k = 0; k < total; ++k) {
    const auto has = attributes.select(1, k);
    if (has_direction(has)) {
      DirectionRequest request;
      request.name = pictures.attribute_names[static_cast<size_t>(k)];
      request.method = options.method;
      request.has = has;
      request.classifier = trained_classifier(autoencoder, k, has);
      if (is_balanced(request.name, options.balance)) {
        request.balance = balance_columns(pictures, attributes, options.balance);
        request.balance_names = options.balance;
      }
      directions.push_back(make_direction(autoencoder, faces, request, options.threads));
    }
    if (progress) progress(k + 1, total);
  }
  return directions;
}

nlohmann::json held_out_facts(const FacePictures& pictures, const std::vector<int64_t>& rows) {
  nlohmann::json hashes = nlohmann::json::array();
  for (const int64_t row : rows) hashes.push_back(pictures.content[static_cast<size_t>(row)].hex().substr(0, 16));
  return {{"share", kHeldOutShare}, {"sha256", hashes}};
}

nlohmann::json training_facts(const FaceTrainingOptions& options, const TrainedAutoencoder& trained, int64_t faces,
                              double seconds) {
  nlohmann::json epochs = nlohmann::json::array();
  for (const auto& facts : trained.epochs) epochs.push_back(to_json(facts));
  auto all = training_settings(options);
  all.update({{"faces", faces},
              {"epochs", trained.epochs.size()},
              {"threads", options.threads},
              {"precision", trained.precision},
              {"seconds", seconds},
              {"held_out_psnr_db", trained.epochs.back().held_out_psnr_db},
              {"history", epochs}});
  return all;
}

nlohmann::json alignment_facts(const FaceTrainingOptions& options, const at::Tensor& pixels) {
  nlohmann::json crop;
  if (options.data.crop) crop = {options.data.crop->x, options.data.crop->y, options.data.crop->side};
  return {{"crop", crop}, {"eyes", measure_eyes(pixels)}};
}

std::filesystem::path beside(const std::filesystem::path& out, const std::string& ending) {
  return out.parent_path() / (out.stem().string() + ending);
}

}  // namespace

std::filesystem::path checkpoint_path(const std::filesystem::path& out) { return beside(out, "-training.pt"); }

TrainedFaces train_faces(const FaceTrainingOptions& options, const MakeProgress& progress) {
  options.validate();
  if (!options.out.parent_path().empty()) make_output_folder(options.out.parent_path());
  const FacePictures pictures =
      load_face_pictures(options.data, options.size_px, options.threads, progress("reading", "pictures"));
  const auto held = held_out(pictures.content);
  const auto rows = rows_where(held, false), held_rows = rows_where(held, true);
  check_balance(pictures, pictures.attributes.index_select(0, torch::tensor(rows)), options.balance);
  const auto shown = face_batch(
      pictures.pixels,
      {held_rows.begin(), held_rows.begin() + std::min<int64_t>(30, static_cast<int64_t>(held_rows.size()))});
  const auto sheet = beside(options.out, "-reconstructions.png");
  const auto trained =
      train_autoencoder(pictures, options, checkpoint_path(options.out), progress,
                        [&](const EpochFacts& facts, const Autoencoder& average) {
                          if (shown.size(0) > 0 && (facts.epoch % kSheetEvery == 1 || facts.epoch == facts.epochs))
                            write_sheet(average, shown, sheet);
                        });
  const auto& autoencoder = trained.autoencoder;
  autoencoder.round_to_float16();  // what is measured is what the file holds
  const auto chosen = torch::tensor(rows);
  const CodedFaces faces = encode_faces(autoencoder, pictures.pixels.index_select(0, chosen), options.threads,
                                        progress("encoding", "faces"));
  double seconds = 0;
  for (const auto& facts : trained.epochs) seconds += facts.seconds;
  FaceModel model{autoencoder,
                  pictures.attribute_names,
                  {},
                  code_statistics(faces.codes),
                  {},
                  alignment_facts(options, faces.pixels),
                  held_out_facts(pictures, held_rows),
                  training_facts(options, trained, static_cast<int64_t>(rows.size()), seconds)};
  model.gallery = draw_codes(model, kGallery, options.seed);
  model.directions = all_directions(autoencoder, pictures, faces, pictures.attributes.index_select(0, chosen), options,
                                    progress("directions", "attributes"));
  model.save(options.out);
  std::filesystem::remove(checkpoint_path(options.out));
  return {model,
          static_cast<int64_t>(rows.size()),
          static_cast<int64_t>(held_rows.size()),
          pictures.unreadable,
          pictures.first_problem,
          sheet};
}

}  // namespace pawprint
