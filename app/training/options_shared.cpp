// Options that several commands have: the networks, the photos, the head, the cache.
#include "app/base/backbone_names.h"
#include "app/base/option_list.h"
#include "app/training/options.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

constexpr int64_t kMillion = 1'000'000;

}  // namespace

std::filesystem::path default_cache() { return user_folder("XDG_CACHE_HOME", ".cache"); }

void visit_backbone(OptionVisitor& v, std::filesystem::path& backbone) {
  backbone_row(v,
               {"backbone", "FILE|NAME",
                "petite, which is built in, a network that `pawprint backbone get` keeps, or any TorchScript network"},
               backbone);
}

void visit_classifier(OptionVisitor& v, std::filesystem::path& model) {
  v.row(required({"model", "FILE", "a model.pt made by `pawprint finetune`, or the folder it is in"}), model);
}

void visit_timeout(OptionVisitor& v, int64_t& timeout_s) {
  v.row({"timeout", "S", "end the run if the network takes longer than S seconds for a batch"}, timeout_s,
        {1, 1'000'000});
}

void NetworkOptions::visit(OptionVisitor& v, const std::string& precision_help) {
  v.row({"device", "", "where the network runs"}, device);
  v.row({"precision", "", precision_help}, precision);
  visit_timeout(v, timeout_s);
}

void visit_validation(OptionVisitor& v, std::optional<std::filesystem::path>& folder) {
  v.row({"val", "DIR", "photos to validate on, a folder per class as in DATA"}, folder);
}

void visit_preprocess(OptionVisitor& v, std::optional<Fit>& fit, int64_t& image_size_px, const std::string& chosen) {
  const std::string else_chosen = chosen.empty() ? "" : "; " + chosen + " if neither --fit nor --image-size is given";
  v.row({"fit", "",
         "crop: the center square of each photo\nsquash: the whole photo, made square\npad: the whole photo, with a "
         "border around it\nwhole: the whole photo in its own shape; for networks that take any",
         "the backbone's own, mostly crop" + else_chosen},
        fit);
  v.row({"image-size", "N", "side of the square the network sees", "the backbone's own, mostly 224" + else_chosen},
        image_size_px, {32, 1024});
}

void PhotoOptions::visit(OptionVisitor& v) {
  PhotoLimits& limits = decode.limits;
  int64_t megapixels = limits.max_pixels / kMillion, megabytes = limits.max_bytes / kMillion;
  v.group("the photos");
  v.row({"accept-truncated", "", "take JPEGs that are cut short or damaged for what is there of them"},
        decode.accept_truncated);
  const std::string unlike = std::to_string(limits.max_whole_pixels / kMillion) + " for kinds that are decoded as a " +
                             "whole: progressive JPEG, interlaced PNG, WebP, GIF";
  if (v.row(
          {"max-megapixels", "N", "read photos of up to N million pixels", std::to_string(megapixels) + "; " + unlike},
          megapixels, {1, 4'000}))
    limits.max_pixels = limits.max_whole_pixels = megapixels * kMillion;
  if (v.row({"max-megabytes", "N", "read files of up to N million bytes"}, megabytes, {1, kMillion}))
    limits.max_bytes = megabytes * kMillion;
  limits.name_options = limits.name_options || v.reads();
  v.group("the machine");
  visit_threads(v, threads);
}

void HeadOptions::visit(OptionVisitor& v) {
  v.group("the head");
  v.row({"head", "", "logistic regression, or a perceptron with one hidden layer"}, kind);
  v.row({"l2", "X", "logistic: weight of |w|^2 / 2", "chosen by 5-fold cross-validation"}, l2, {});
  v.row({"l1", "X", "logistic: weight of |w|, which sets weights to zero"}, l1, {});
  v.row({"hidden", "N", "mlp: hidden units"}, mlp.hidden, {1, 65'536});
  v.row({"dropout", "P", "mlp: share of hidden units switched off in training"}, mlp.dropout, {0, 1, false, true});
  v.row({"weight-decay", "X", "mlp: pull of the weights to zero"}, mlp.weight_decay, {});
  v.row({"epochs", "N", "mlp: passes over the photos, at most"}, mlp.epochs, {1, 10'000});
  v.row({"class-weights", "", "balanced: each class counts the same"}, class_weights);
}

// The options of one kind of head, given with the other, would be silently without effect.
void HeadOptions::validate(const Given& given) const {
  check_ranges(*this);
  const auto only_with = [&](HeadKind its, std::initializer_list<const char*> names) {
    for (const std::string name : names) {
      if (given.contains(name) && kind != its)
        throw UsageError("--" + name + ": expected with --head " + word(its) + " only, got --head " + word(kind));
    }
  };
  only_with(HeadKind::kLogistic, {"l2", "l1"});
  only_with(HeadKind::kMlp, {"hidden", "dropout", "weight-decay", "epochs"});
}

void CacheOptions::visit(OptionVisitor& v) {
  const auto fallback = default_cache();
  auto said = folder == fallback ? std::filesystem::path() : folder;  // a record has no path that nobody typed
  const bool given = v.row(
      {"cache", "DIR", "keep features there for the next run", "$XDG_CACHE_HOME/pawprint or ~/.cache/pawprint"}, said);
  if (given || v.reads()) folder = given ? said : fallback;
  auto megabytes = static_cast<int64_t>(limit_bytes / kMillion);
  if (v.row({"cache-limit", "MB", "of all features kept; the least recently used give way"}, megabytes,
            {1, 1000 * kMillion}))
    limit_bytes = static_cast<uint64_t>(megabytes * kMillion);
  v.row({"no-cache", "", "neither use nor keep features"}, features, false);
}

void CacheOptions::validate(const Given& given) const {
  if (!features && (given.contains("cache") || given.contains("cache-limit")))
    throw UsageError("--no-cache: expected without --cache and --cache-limit, got both");
}

}  // namespace pawprint
