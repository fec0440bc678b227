#include "app/faces/train_autoencoder.h"

#include <ATen/CPUGeneratorImpl.h>
#include <torch/torch.h>

#include <chrono>
#include <cmath>
#include <numeric>
#include <optional>

#include "app/drawing/random.h"
#include "app/faces/autoencoder_loss.h"
#include "app/faces/flat_adam.h"
#include "app/training/worker_team.h"
#include "models/error.h"
#include "models/feature_recipe.h"
#include "models/image_quality.h"
#include "models/sealed_file.h"

namespace pawprint {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int64_t kShard = 16;  // faces whose gradient one worker computes at a time
constexpr double kAverageDecay = 0.998;
constexpr double kCheckpointEvery_s = 60;
constexpr char kCheckpointEntry[] = "pawprint.json";

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

uint64_t mixed(uint64_t seed, uint64_t a, uint64_t b) {
  using drawing::Random;
  return Random::mix(Random::mix(seed + 0x9e3779b97f4a7c15 * (a + 1)) + b);
}

std::vector<int64_t> shuffled(std::vector<int64_t> rows, uint64_t seed) {
  drawing::Random random(seed);
  for (size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[random.next() % i]);
  return rows;
}

class Training {
 public:
  Training(const FacePictures& pictures, const FaceTrainingOptions& options)
      : pictures_(pictures),
        options_(options),
        network_(shape(), options.seed),
        average_(shape(), options.seed),
        team_(options.threads) {
    const auto held = held_out(pictures.content);
    rows_ = rows_where(held, false);
    held_rows_ = rows_where(held, true);
    if (static_cast<int64_t>(rows_.size()) < options.batch)
      throw Error(in_quotes(options.data.folder.native()) + ": expected at least " + std::to_string(options.batch) +
                  " pictures to train on, got " + std::to_string(rows_.size()));
    weights_ = {options.absolute, options.structural, options.perceptual, options.beta, options.free_bits};
    if (options.perceptual > 0) weights_.network = &perceptual_.emplace(options.perceptual_backbone);
    adam_.emplace(network_.parameters());
    for (int64_t i = 0; i < shards(); ++i) gradients_.push_back(at::empty({adam_->size()}));
    targets_ = pictures.attributes.to(at::kFloat);
  }

  void choose_precision() {
    if (options_.precision != "auto") {
      bfloat16_ = options_.precision == "bf16";
    } else if (processor_has_bfloat16()) {
      const double exact = time_of_shard(at::kFloat);
      bfloat16_ = time_of_shard(at::kBFloat16) < exact;
    }
  }

  EpochFacts train_epoch(int64_t epoch, int64_t epochs, const Progress& progress) {
    const auto begin = Clock::now();
    const auto order = shuffled(rows_, mixed(options_.seed, static_cast<uint64_t>(epoch), 0));
    EpochFacts facts{epoch, epochs};
    for (int64_t step = 0; step < steps(); ++step) {
      const auto losses = gradients_of(order, epoch, step);
      for (const auto& loss : losses) {
        facts.psnr_db += loss.psnr_db;
        facts.kl_nats += loss.kl_nats;
        facts.judge_loss += loss.judge_loss;
      }
      const int64_t number = (epoch - 1) * steps() + step + 1;
      const FlatAdam::Step adam_step{
          learning_rate(epoch, epochs, step),
          std::min(kAverageDecay, (1. + static_cast<double>(number)) / (10. + static_cast<double>(number))), number};
      team_.run([&](int64_t worker) { adam_->step(gradients_, adam_step, worker, team_.size()); });
      if (progress) progress((step + 1) * options_.batch, steps() * options_.batch);
    }
    const auto faces = static_cast<double>(steps() * options_.batch);
    facts.psnr_db /= faces;
    facts.kl_nats /= faces;
    facts.judge_loss /= faces;
    adam_->copy_average_to(average_.parameters());
    facts.held_out_psnr_db = held_out_psnr_db();
    facts.seconds = seconds_since(begin);
    return facts;
  }

  FlatAdam& adam() { return *adam_; }
  const Autoencoder& average() const { return average_; }
  std::string precision() const { return bfloat16_ ? "bf16" : "fp32"; }
  void set_precision(const std::string& name) { bfloat16_ = name == "bf16"; }
  void restore(const at::Tensor& state) {
    adam_->set_state(state);
    adam_->copy_average_to(average_.parameters());
  }

 private:
  AutoencoderShape shape() const {
    return {options_.size_px, options_.codes, options_.width, static_cast<int64_t>(pictures_.attribute_names.size())};
  }
  int64_t shards() const { return options_.batch / kShard; }
  int64_t steps() const { return static_cast<int64_t>(rows_.size()) / options_.batch; }
  at::ScalarType type() const { return bfloat16_ ? at::kBFloat16 : at::kFloat; }

  // The first epoch does not depend on their number, which is measured in it.
  double learning_rate(int64_t epoch, int64_t epochs, int64_t step) const {
    const double within = static_cast<double>(step + 1) / static_cast<double>(steps());
    if (epoch == 1) return options_.learning_rate * within;
    const double done =
        (static_cast<double>(epoch) - 2 + within) / static_cast<double>(std::max<int64_t>(1, epochs - 1));
    return options_.learning_rate * 0.5 * (1 + std::cos(M_PI * done));
  }

  std::vector<AutoencoderLoss> gradients_of(const std::vector<int64_t>& order, int64_t epoch, int64_t step) {
    std::vector<AutoencoderLoss> losses(static_cast<size_t>(shards()));
    team_.for_each(shards(), [&](int64_t shard) {
      const auto first = order.begin() + step * options_.batch + shard * kShard;
      const uint64_t seed =
          mixed(options_.seed, static_cast<uint64_t>(epoch), static_cast<uint64_t>(step * shards() + shard + 1));
      losses[shard] = gradient({first, first + kShard}, seed, gradients_[shard]);
    });
    return losses;
  }

  AutoencoderLoss gradient(const std::vector<int64_t>& rows, uint64_t seed, const at::Tensor& out) const {
    at::Generator random = at::detail::createCPUGenerator(seed);
    auto loss = autoencoder_loss(network_, face_batch(pictures_.pixels, rows),
                                 targets_.index_select(0, torch::tensor(rows)), weights_, type(), random);
    adam_->gather(torch::autograd::grad({loss.loss}, adam_->parameters(), {}, {}, false, true), out);
    loss.loss.reset();
    return loss;
  }

  double time_of_shard(at::ScalarType type) {
    const bool before = std::exchange(bfloat16_, type == at::kBFloat16);
    double best = 1e9;
    for (int i = 0; i < 3; ++i) {
      const auto begin = Clock::now();
      team_.for_each(shards(), [&](int64_t shard) {
        gradient({rows_.begin(), rows_.begin() + kShard}, options_.seed, gradients_[shard]);
      });
      best = std::min(best, seconds_since(begin));
    }
    bfloat16_ = before;
    return best;
  }

  double held_out_psnr_db() {
    if (held_rows_.empty()) return 0;
    const auto batches = static_cast<int64_t>((held_rows_.size() + kShard - 1) / kShard);
    std::vector<double> sums(static_cast<size_t>(batches));
    team_.for_each(batches, [&](int64_t batch) {
      const torch::NoGradGuard no_grad;
      const auto first = held_rows_.begin() + batch * kShard;
      const auto last = std::min(first + kShard, held_rows_.end());
      const auto x = face_batch(pictures_.pixels, {first, last});
      sums[batch] = psnr_db(average_.decode(average_.encode(x)), x).sum().item<double>();
    });
    return std::accumulate(sums.begin(), sums.end(), 0.) / static_cast<double>(held_rows_.size());
  }

  const FacePictures& pictures_;
  const FaceTrainingOptions& options_;
  Autoencoder network_, average_;
  WorkerTeam team_;
  std::optional<PerceptualLoss> perceptual_;
  LossWeights weights_;
  std::optional<FlatAdam> adam_;
  std::vector<at::Tensor> gradients_;  // of each shard
  at::Tensor targets_;                 // [N,A] float32
  std::vector<int64_t> rows_, held_rows_;
  bool bfloat16_ = false;
};

// Everything that a continued training must share with the one that was begun.
nlohmann::json conditions(const FacePictures& pictures, const FaceTrainingOptions& options) {
  Sha256Stream content;
  for (const auto& hash : pictures.content) content.add(hash.bytes.data(), hash.bytes.size());
  const auto attributes = pictures.attributes.contiguous();
  content.add(attributes.data_ptr<bool>(), static_cast<size_t>(attributes.numel()));
  return {{"pictures", content.finish().hex()},
          {"attributes", pictures.attribute_names},
          {"size", options.size_px},
          {"codes", options.codes},
          {"width", options.width},
          {"batch", options.batch},
          {"learning_rate", options.learning_rate},
          {"beta", options.beta},
          {"free_bits", options.free_bits},
          {"absolute", options.absolute},
          {"structural", options.structural},
          {"perceptual", options.perceptual},
          {"seed", options.seed}};
}

struct Checkpoint {
  std::vector<EpochFacts> epochs;
  std::string precision;
  int64_t wanted = 0;  // epochs in all
};

void save_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint, const at::Tensor& state,
                     const nlohmann::json& valid_for) {
  torch::jit::Module module("pawprint_checkpoint");
  module.register_buffer("state", state);
  nlohmann::json json = {{"format", 1},
                         {"valid_for", valid_for},
                         {"precision", checkpoint.precision},
                         {"epochs", checkpoint.wanted},
                         {"done", nlohmann::json::array()}};
  for (const auto& facts : checkpoint.epochs) json["done"].push_back(to_json(facts));
  save_sealed(module, json, kCheckpointEntry, path);
}

EpochFacts epoch_from_json(const nlohmann::json& json) {
  EpochFacts facts;
  facts.epoch = json.at("epoch");
  facts.epochs = json.at("epochs");
  facts.psnr_db = json.at("psnr_db");
  facts.kl_nats = json.at("kl_nats");
  facts.judge_loss = json.at("judge_loss");
  facts.held_out_psnr_db = json.at("held_out_psnr_db");
  facts.seconds = json.at("seconds");
  return facts;
}

Checkpoint load_checkpoint(const std::filesystem::path& path, const nlohmann::json& valid_for, Training& training) {
  const std::string subject = in_quotes(path.native());
  if (!std::filesystem::exists(path))
    throw Error(subject + ": expected the state of a training to continue, got none; leave out --resume");
  const auto file = load_sealed(path, kCheckpointEntry);
  const auto& json = file.metadata;
  if (!json.is_object() || !json.contains("valid_for") || !file.module.hasattr("state"))
    throw Error(subject + ": expected the state of a training, got another file");
  for (const auto& [key, value] : valid_for.items()) {
    if (json["valid_for"].value(key, nlohmann::json()) != value)
      throw Error(subject + ": expected a training with the same " + key + " (" + value.dump().substr(0, 60) +
                  "), got " + json["valid_for"].value(key, nlohmann::json()).dump().substr(0, 60) +
                  "; repeat the first command, or leave out --resume");
  }
  Checkpoint checkpoint{{}, json.at("precision"), json.at("epochs")};
  for (const auto& facts : json.at("done")) checkpoint.epochs.push_back(epoch_from_json(facts));
  training.restore(file.module.attr("state").toTensor());
  training.set_precision(checkpoint.precision);
  return checkpoint;
}

std::string title(int64_t epoch, int64_t epochs, const std::vector<EpochFacts>& before) {
  std::string text = "epoch " + std::to_string(epoch);
  if (epochs > 0) text += " of " + std::to_string(epochs);
  if (before.empty()) return text;
  char psnr[32];
  std::snprintf(psnr, sizeof psnr, " (%.2f dB)", before.back().held_out_psnr_db);
  return text + psnr;
}

}  // namespace

nlohmann::json to_json(const EpochFacts& facts) {
  return {{"epoch", facts.epoch},     {"epochs", facts.epochs},         {"psnr_db", facts.psnr_db},
          {"kl_nats", facts.kl_nats}, {"judge_loss", facts.judge_loss}, {"held_out_psnr_db", facts.held_out_psnr_db},
          {"seconds", facts.seconds}};
}

TrainedAutoencoder train_autoencoder(const FacePictures& pictures, const FaceTrainingOptions& options,
                                     const std::filesystem::path& checkpoint, const MakeProgress& progress,
                                     const AfterEpoch& after_epoch) {
  options.validate();
  const auto begin = Clock::now();
  Training training(pictures, options);
  const auto valid_for = conditions(pictures, options);
  Checkpoint state;
  if (options.resume) {
    state = load_checkpoint(checkpoint, valid_for, training);
  } else {
    training.choose_precision();
    state.precision = training.precision();
    state.wanted = options.epochs;
  }
  auto saved = Clock::now();
  double saving_s = 0;
  const auto so_far = [&] { return static_cast<int64_t>(state.epochs.size()); };
  while (state.wanted == 0 || so_far() < state.wanted) {
    const int64_t epoch = so_far() + 1;
    auto facts = training.train_epoch(epoch, state.wanted, progress(title(epoch, state.wanted, state.epochs), "faces"));
    if (state.wanted == 0) {
      const double left_s = 60 * options.minutes - seconds_since(begin);
      state.wanted = facts.epochs = 1 + std::max<int64_t>(1, std::llround(left_s / facts.seconds));
    }
    state.epochs.push_back(facts);
    const bool last = epoch == state.wanted;
    // After every epoch, unless that would take more than a few percent of the time.
    if (last || seconds_since(saved) >= std::min(kCheckpointEvery_s, 30 * saving_s)) {
      const auto saving = Clock::now();
      save_checkpoint(checkpoint, state, training.adam().state(), valid_for);
      saved = Clock::now();
      saving_s = std::chrono::duration<double>(saved - saving).count();
    }
    if (after_epoch) after_epoch(facts, training.average());
  }
  return {training.average(), state.epochs, state.precision};
}

}  // namespace pawprint
