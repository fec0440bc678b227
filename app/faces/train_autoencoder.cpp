#include "app/faces/train_autoencoder.h"

#include <ATen/CPUGeneratorImpl.h>
#include <torch/torch.h>
#include <torch/version.h>

#include <chrono>
#include <cmath>
#include <numeric>
#include <optional>

#include "app/base/cores.h"
#include "app/base/random.h"
#include "app/base/worker_team.h"
#include "app/faces/autoencoder_loss.h"
#include "app/faces/fused_adam.h"
#include "app/faces/training_checkpoint.h"
#include "app/training/kept_choice.h"
#include "app/training/runtime.h"
#include "models/base/error.h"
#include "models/base/inference_config.h"
#include "models/image_quality.h"

namespace pawprint {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int64_t kShard = 16;  // faces whose gradient one worker computes at a time
constexpr double kAverageDecay = 0.998;
constexpr double kCheckpointEvery_s = 60;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

uint64_t mixed(uint64_t seed, uint64_t a, uint64_t b) {
  return Random::mix(Random::mix(seed + 0x9e3779b97f4a7c15 * (a + 1)) + b);
}

std::vector<int64_t> shuffled(std::vector<int64_t> rows, uint64_t seed) {
  Random random(seed);
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
        team_(math_workers(options.threads)) {
    const auto held = held_out(pictures.content);
    rows_ = rows_where(held, false);
    held_rows_ = rows_where(held, true);
    if (static_cast<int64_t>(rows_.size()) < options.batch)
      throw Error(in_quotes(options.data.folder.native()) + ": expected at least " + std::to_string(options.batch) +
                  " pictures to train on, got " + std::to_string(rows_.size()));
    if (options.loss.perceptual > 0) perceptual_.emplace(options.perceptual_backbone);
    adam_.emplace(network_.parameters());
    for (int64_t i = 0; i < shards(); ++i) gradients_.push_back(at::empty({adam_->size()}));
    targets_ = pictures.attributes.to(at::kFloat);
  }

  void choose_precision() {
    if (options_.precision != Precision::kAuto) {
      bfloat16_ = options_.precision == Precision::kBfloat16;
    } else if (processor_has_bfloat16()) {
      const auto is_precision = [](const nlohmann::json& choice) { return choice == "bf16" || choice == "fp32"; };
      const auto kept = kept_choice(options_.choices, speed_conditions(), is_precision, [&] {
        const double exact = time_of_shard(at::kFloat);
        return time_of_shard(at::kBFloat16) < exact ? "bf16" : "fp32";
      });
      bfloat16_ = kept.choice == "bf16";
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
        facts.classifier_loss += loss.classifier_loss;
      }
      if (!std::isfinite(facts.psnr_db + facts.kl_nats))
        throw Error("epoch " + std::to_string(epoch) + ": expected a finite loss, got none: the steps are too large; " +
                    "begin anew with half the --learning-rate (now " + nlohmann::json(options_.learning_rate).dump() +
                    ")");
      const int64_t number = (epoch - 1) * steps() + step + 1;
      const FusedAdam::Step adam_step{
          learning_rate(epoch, epochs, step),
          std::min(kAverageDecay, (1. + static_cast<double>(number)) / (10. + static_cast<double>(number))), number};
      team_.run([&](int64_t worker) { adam_->step(gradients_, adam_step, worker, team_.size()); });
      if (progress) progress((step + 1) * options_.batch, steps() * options_.batch);
    }
    const auto faces = static_cast<double>(steps() * options_.batch);
    facts.psnr_db /= faces;
    facts.kl_nats /= faces;
    facts.classifier_loss /= faces;
    adam_->copy_average_to(average_.parameters());
    facts.held_out_psnr_db = held_out_psnr_db();
    facts.seconds = seconds_since(begin);
    return facts;
  }

  const Autoencoder& average() const { return average_; }
  std::string precision() const { return bfloat16_ ? "bf16" : "fp32"; }
  at::Tensor state() const { return adam_->state(); }
  void restore(const TrainingCheckpoint& checkpoint) {
    adam_->set_state(checkpoint.state);
    adam_->copy_average_to(average_.parameters());
    bfloat16_ = checkpoint.precision == "bf16";
  }

 private:
  AutoencoderShape shape() const {
    return {options_.size_px, options_.latent_dim, options_.width,
            static_cast<int64_t>(pictures_.attribute_names.size())};
  }
  // What decides which precision is faster.
  nlohmann::json speed_conditions() const {
    return {{"format", 1},
            {"training", "faces"},
            {"shape", {options_.size_px, options_.latent_dim, options_.width, options_.batch}},
            {"perceptual", options_.loss.perceptual > 0},
            {"processor", processor_name()},
            {"torch", TORCH_VERSION}};
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
    auto loss =
        autoencoder_loss(network_, face_batch(pictures_.pixels, rows), targets_.index_select(0, torch::tensor(rows)),
                         options_.loss, perceptual_ ? &*perceptual_ : nullptr, type(), random);
    adam_->copy_gradients(torch::autograd::grad({loss.loss}, adam_->parameters(), {}, {}, false, true), out);
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
  std::optional<FusedAdam> adam_;
  std::vector<at::Tensor> gradients_;  // of each shard
  at::Tensor targets_;                 // [N,A] float32
  std::vector<int64_t> rows_, held_rows_;
  bool bfloat16_ = false;
};

std::string title(int64_t epoch, const TrainingCheckpoint& so_far) {
  std::string text = "epoch " + std::to_string(epoch);
  if (so_far.wanted > 0) text += " of " + std::to_string(so_far.wanted);
  if (so_far.epochs.empty()) return text;
  char psnr[32];
  std::snprintf(psnr, sizeof psnr, " (%.2f dB)", so_far.epochs.back().held_out_psnr_db);
  return text + psnr;
}

}  // namespace

TrainedAutoencoder train_autoencoder(const FacePictures& pictures, const FaceTrainingOptions& options,
                                     const std::filesystem::path& checkpoint, const MakeProgress& progress,
                                     const AfterEpoch& after_epoch) {
  options.validate();
  const auto begin = Clock::now();
  Training training(pictures, options);
  const auto conditions = training_conditions(pictures, options);
  TrainingCheckpoint so_far;
  if (options.resume) {
    so_far = TrainingCheckpoint::load(checkpoint, conditions);
    if (options.precision != Precision::kAuto && so_far.precision != word(options.precision))
      throw Error(in_quotes(checkpoint.native()) + ": expected a training with the same precision (" +
                  word(options.precision) + "), got " + so_far.precision +
                  "; leave out --precision to continue in that one, or leave out --resume");
    training.restore(so_far);
  } else {
    training.choose_precision();
    so_far.precision = training.precision();
    so_far.wanted = options.epochs;
  }
  auto saved = Clock::now();
  double saving_s = 0;
  const auto done = [&] { return static_cast<int64_t>(so_far.epochs.size()); };
  while (so_far.wanted == 0 || done() < so_far.wanted) {
    const int64_t epoch = done() + 1;
    auto facts = training.train_epoch(epoch, so_far.wanted, progress(title(epoch, so_far), "faces"));
    if (so_far.wanted == 0) {
      const double left_s = 60 * options.minutes - seconds_since(begin);
      so_far.wanted = facts.epochs = 1 + std::max<int64_t>(1, std::llround(left_s / facts.seconds));
    }
    so_far.epochs.push_back(facts);
    // After every epoch, unless that would take more than a few percent of the time.
    if (epoch == so_far.wanted || seconds_since(saved) >= std::min(kCheckpointEvery_s, 30 * saving_s)) {
      const auto saving = Clock::now();
      so_far.state = training.state();
      so_far.save(checkpoint, conditions);
      saved = Clock::now();
      saving_s = std::chrono::duration<double>(saved - saving).count();
    }
    if (after_epoch) after_epoch(facts, training.average());
  }
  return {training.average(), so_far.epochs, so_far.precision};
}

}  // namespace pawprint
