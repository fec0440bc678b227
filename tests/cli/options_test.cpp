#include "app/cli/options.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "app/base/cores.h"
#include "app/cli/parse.h"
#include "models/base/error.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

using testing::message_of;
using Words = std::vector<std::string>;

template <class Options>
Options parsed(const Words& words) {
  std::vector<const char*> argv = {"command"};
  for (const auto& said : words) argv.push_back(said.c_str());
  return parse<Options>(
      Arguments(command_spec("command", OptionList(Options())), static_cast<int>(argv.size()), argv.data()));
}

Words joined(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

FinetuneOptions finetune_options(const Words& more) {
  return parsed<FinetuneOptions>(joined({"pets", "--backbone", "net.pt", "--out", "run"}, more));
}

ClassifyOptions classify_options(const Words& more) {
  return parsed<ClassifyOptions>(joined({"a.jpg", "--model", "model.pt"}, more));
}

EvaluateOptions evaluate_options(const Words& more) {
  return parsed<EvaluateOptions>(joined({"pets", "--model", "model.pt"}, more));
}

BenchOptions bench_options(const Words& more) {
  return parsed<BenchOptions>(joined({"photos", "--backbone", "net.pt"}, more));
}

template <class Call>
std::string refusal(Call call, const Words& more) {
  return message_of<UsageError>([&] { call(more); });
}

TEST(FinetuneOptions, AreTheDefaultsUnlessToldOtherwise) {
  const auto options = finetune_options({});
  EXPECT_EQ(options.data, "pets");
  EXPECT_EQ(options.network.device, Device::kAuto);
  EXPECT_TRUE(options.photos.mirror);
  EXPECT_TRUE(options.refit);
  const auto told = finetune_options({"--no-mirror", "--no-refit", "--seed", "7", "--device", "cpu", "--threads", "3"});
  EXPECT_FALSE(told.photos.mirror);
  EXPECT_FALSE(told.refit);
  EXPECT_EQ(told.seed, 7u);
  EXPECT_EQ(told.head.mlp.seed, 7u);
  EXPECT_EQ(told.network.device, Device::kCpu);
  EXPECT_EQ(told.photos.threads, std::min<int64_t>(3, available_cores()));
  EXPECT_EQ(told.head.threads, told.photos.threads);
  EXPECT_EQ(finetune_options({"--threads", "1024"}).photos.threads, available_cores());
}

TEST(FinetuneOptions, ContradictionsAreRefused) {
  EXPECT_EQ(refusal(finetune_options, {"--labels", "a.csv", "--labels-from-name"}),
            "--labels and --labels-from-name: expected one of them, got both");
  EXPECT_EQ(refusal(finetune_options, {"--labels", "a.csv", "--val", "new"}),
            "--labels and --val: expected one of them, got both; a table covers one folder");
  EXPECT_EQ(refusal(finetune_options, {"--val", "new", "--val-fraction", "0.1"}),
            "--val and --val-fraction: expected one of them, got both");
  EXPECT_EQ(refusal(finetune_options, {"--test-fraction", "0.5", "--val-fraction", "0.5"}),
            "--test-fraction and --val-fraction: expected less than 1 together, got 0.5 and 0.5");
  EXPECT_TRUE(refusal(finetune_options, {"--test-fraction", "0.8"}).ends_with("got 0.8 and 0.2"));
  EXPECT_EQ(finetune_options({"--test-fraction", "0.8", "--val", "new"}).test_fraction, 0.8);  // nothing is drawn
  EXPECT_EQ(refusal(finetune_options, {"--head", "mlp", "--l2", "1"}),
            "--l2: expected with --head logistic only, got --head mlp");
}

TEST(FinetuneOptions, ValuesOutOfRangeAreRefused) {
  EXPECT_EQ(refusal(finetune_options, {"--device", "tpu"}), "--device: expected auto, cpu or cuda, got 'tpu'");
  for (const std::string option : {"--val-fraction", "--test-fraction"})
    EXPECT_TRUE(refusal(finetune_options, {option, "1"}).starts_with(option + ": expected more than 0")) << option;
  EXPECT_TRUE(refusal(finetune_options, {"--head", "mlp", "--dropout", "1"}).starts_with("--dropout: expected 0 or"));
}

TEST(FinetuneOptions, AreRecordedByTheirNames) {
  const auto record = OptionList(finetune_options({"--no-mirror", "--head", "mlp", "--val-fraction", "0.3"})).json();
  EXPECT_EQ(record["DATA"], "pets");
  EXPECT_EQ(record["no-mirror"], true);
  EXPECT_EQ(record["no-groups"], false);
  EXPECT_EQ(record["head"], "mlp");
  EXPECT_EQ(record["val-fraction"], 0.3);
  EXPECT_EQ(record["cache-limit"], 4000);
  for (const auto* chosen : {"l2", "limit", "image-size", "val", "exclude", "cache"})
    EXPECT_TRUE(record[chosen].is_null()) << chosen;
}

TEST(FinetuneOptions, PathsAreRecordedAsTheyWereTyped) {
  const auto record =
      OptionList(finetune_options({"--cache", "../kept", "--val", "./new/", "--exclude", "/a//b"})).json();
  EXPECT_EQ(record["out"], "run");
  EXPECT_EQ(record["cache"], "../kept");
  EXPECT_EQ(record["val"], "./new/");
  EXPECT_EQ(record["exclude"], "/a//b");
}

TEST(FinetuneOptions, FieldsOutOfRangeAreRefusedToo) {
  FinetuneOptions options;
  EXPECT_NO_THROW(options.validate());
  options.validation_fraction = 1;
  EXPECT_EQ(message_of<UsageError>([&] { options.validate(); }),
            "--val-fraction: expected more than 0 and less than 1, got 1.0");
}

TEST(ClassifyOptions, TopKIsNotForKagglesFormats) {
  for (const auto* format : {"kaggle", "kaggle-redux"})
    EXPECT_EQ(refusal(classify_options, {"--format", format, "--top-k", "1"}),
              "--top-k: expected with csv and jsonl only, got it with a kaggle format");
  EXPECT_EQ(classify_options({"--format", "jsonl", "--top-k", "2"}).top_k, 2);
}

TEST(ClassifyOptions, LinksGoWithSortInto) {
  EXPECT_EQ(refusal(classify_options, {"--link"}), "--link: expected with --sort-into only");
  EXPECT_TRUE(classify_options({"--link", "--sort-into", "sorted"}).link);
}

TEST(EvaluateOptions, MapsClassesToClasses) {
  using Renames = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(evaluate_options({"--rename", "cat=cats,dog=dogs"}).renames, (Renames{{"cat", "cats"}, {"dog", "dogs"}}));
  for (const auto* map : {"cat", "=cats", "cat=", "cat=cats,"})
    EXPECT_EQ(refusal(evaluate_options, {"--rename", map}),
              "--rename: expected FROM=TO,FROM=TO, got " + in_quotes(map));
}

TEST(BenchOptions, AreTheDefaultsUnlessToldOtherwise) {
  const auto options = bench_options({});
  EXPECT_EQ(options.data, "photos");
  EXPECT_EQ(options.backbone, "net.pt");
  EXPECT_EQ(options.precision, Precision::kAuto);
  EXPECT_EQ(options.limit, 256);
  EXPECT_EQ(options.seconds, 20);
  const auto told =
      bench_options({"--precision", "bf16", "--limit", "8", "--seconds", "0.5", "--threads", "3", "--json"});
  EXPECT_EQ(told.precision, Precision::kBfloat16);
  EXPECT_EQ(told.limit, 8);
  EXPECT_EQ(told.seconds, 0.5);
  EXPECT_EQ(told.threads, std::min<int64_t>(3, available_cores()));
}

TEST(BenchOptions, ValuesOutOfRangeAreRefused) {
  EXPECT_EQ(refusal(bench_options, {"--limit", "0"}), "--limit: expected a whole number of 1 or more, got 0");
  EXPECT_EQ(refusal(bench_options, {"--seconds", "-1"}), "--seconds: expected a number of 0 or more, got -1");
  EXPECT_EQ(refusal(bench_options, {"--precision", "int8"}), "--precision: expected auto, fp32 or bf16, got 'int8'");
  EXPECT_EQ(refusal(bench_options, {"more"}), "expected one DATA, a folder of photos, got 'more' too");
}

ServeOptions serve_options(const Words& more) { return parsed<ServeOptions>(joined({"--model", "faces.pt"}, more)); }

NeuronOptions neuron_options(const Words& more) { return parsed<NeuronOptions>(joined({"--out", "neurons"}, more)); }

TEST(NeuronOptions, TakeABackboneOrAModel) {
  const auto options = neuron_options({"pets", "--backbone", "net.pt"});
  EXPECT_EQ(options.backbone, "net.pt");
  EXPECT_EQ(options.neurons, 12);
  EXPECT_EQ(options.patches, 9);
  EXPECT_FALSE(options.photos.mirror);
  EXPECT_EQ(neuron_options({"pets", "--model", "model.pt"}).model, "model.pt");
  EXPECT_EQ(neuron_options({"pets"}).backbone, "petite");
  EXPECT_EQ(refusal(neuron_options, {"pets", "--model", "m.pt", "--backbone", "b.pt"}),
            "--backbone and --model: expected one of them, got both");
  EXPECT_EQ(refusal(neuron_options, {"--backbone", "net.pt"}), "expected photos or folders of photos, got nothing");
}

TEST(NeuronOptions, ChannelsAreAListOfNumbers) {
  const auto options = neuron_options({"pets", "--backbone", "net.pt", "--stage", "2,stem", "--channels", "7,0,123"});
  EXPECT_EQ(options.stages, "2,stem");
  EXPECT_EQ(options.channels, (std::vector<int64_t>{7, 0, 123}));
  for (const char* text : {"7,", ",7", "x", "1 2", "99999999999999999999"})
    EXPECT_TRUE(refusal(neuron_options, {"pets", "--backbone", "net.pt", "--channels", text})
                    .starts_with("--channels: expected whole numbers"))
        << text;
  EXPECT_EQ(refusal(neuron_options, {"pets", "--backbone", "net.pt", "--channels", "1", "--count", "3"}),
            "--channels and --count: expected one of them, got both");
}

ExplainOptions explain_options(const Words& more) {
  return parsed<ExplainOptions>(joined({"--model", "model.pt", "--out", "why"}, more));
}

TEST(ExplainOptions, AreTheDefaultsUnlessToldOtherwise) {
  const auto options = explain_options({"a.jpg", "photos"});
  EXPECT_EQ(options.paths.size(), 2u);
  EXPECT_EQ(options.out, "why");
  EXPECT_TRUE(options.classes.empty());
  EXPECT_EQ(options.check, 50);
  EXPECT_FALSE(options.photos.mirror);
  EXPECT_EQ(options.limit, 0);
  const auto told = explain_options({"a.jpg", "--class", "cats,dogs", "--check", "7", "--limit", "5", "--seed", "7"});
  EXPECT_EQ(told.classes, "cats,dogs");
  EXPECT_EQ(told.check, 7);
  EXPECT_EQ(told.limit, 5);
  EXPECT_EQ(told.seed, 7u);
}

TEST(ExplainOptions, NeedPhotos) {
  EXPECT_EQ(refusal(explain_options, {}), "expected photos or folders of photos, got nothing");
  EXPECT_TRUE(refusal(explain_options, {"a.jpg", "--limit", "0"}).starts_with("--limit: expected"));
}

TEST(PhotoOptions, TheLimitsAreThePhotosUnlessToldOtherwise) {
  const auto plain = classify_options({}).photos.decode;
  EXPECT_EQ(plain.limits.max_pixels, 250'000'000);
  EXPECT_EQ(plain.limits.max_whole_pixels, 100'000'000);
  EXPECT_EQ(plain.limits.max_bytes, 500'000'000);
  EXPECT_TRUE(plain.limits.name_options);
  EXPECT_EQ(plain.reduce_above_px, kReduceAbovePx);
  const auto told = finetune_options({"--max-megapixels", "400", "--max-megabytes", "2"}).photos.decode.limits;
  EXPECT_EQ(told.max_pixels, 400'000'000);
  EXPECT_EQ(told.max_whole_pixels, 400'000'000);
  EXPECT_EQ(told.max_bytes, 2'000'000);
  EXPECT_NE(refusal(evaluate_options, {"--max-megapixels", "0"}).find("--max-megapixels"), std::string::npos);
}

TEST(ServeOptions, AreTheDefaultsUnlessToldOtherwise) {
  EXPECT_EQ(serve_options({}).model, "faces.pt");
  EXPECT_EQ(serve_options({}).port, 8080);
  EXPECT_EQ(serve_options({"--port", "0"}).port, 0);
}

TEST(ServeOptions, ValuesOutOfRangeAreRefused) {
  EXPECT_NE(refusal(serve_options, {"--port", "65536"}), "");
  EXPECT_NE(refusal(serve_options, {"--port", "-1"}), "");
  EXPECT_EQ(refusal(serve_options, {"photo.jpg"}), "expected options only, got 'photo.jpg'");
}

FaceDirectionOptions direction_options(const Words& more) {
  return parsed<FaceDirectionOptions>(joined({"--model", "faces.pt"}, more));
}

FaceScoreOptions score_options(const Words& more) {
  return parsed<FaceScoreOptions>(joined({"faces", "--model", "faces.pt"}, more));
}

TEST(FaceScoreOptions, AreTheDefaultsUnlessToldOtherwise) {
  const auto options = score_options({});
  EXPECT_EQ(options.data.folder, "faces");
  EXPECT_EQ(options.model, "faces.pt");
  EXPECT_FALSE(options.data.crop);
  EXPECT_FALSE(options.out);
  const auto told = score_options({"--crop", "12,28,64", "--attributes", "a.csv", "--out", "score", "--seed", "7"});
  EXPECT_EQ(told.data.crop.value().side, 64);
  EXPECT_EQ(told.data.csv, "a.csv");
  EXPECT_EQ(told.out, "score");
  EXPECT_EQ(told.seed, 7u);
}

TEST(FaceDirectionOptions, ReplaceTheModelUnlessToldOtherwise) {
  const auto options = direction_options({"--name", "Smiling", "faces", "--balance", "Male,Young"});
  EXPECT_EQ(options.out, "faces.pt");
  EXPECT_EQ(options.data.value().folder, "faces");
  EXPECT_EQ(options.method, DirectionMethod::kAuto);
  EXPECT_EQ(options.balance, (Words{"Male", "Young"}));
  const auto folders = direction_options(
      {"--name", "a-B_9", "--with", "a", "--without", "b", "--aligned", "--crop", "1,2,3", "--out", "new.pt"});
  EXPECT_FALSE(folders.data);
  EXPECT_EQ(folders.crop.value().y, 2);
  EXPECT_EQ(folders.out, "new.pt");
  EXPECT_EQ(folders.method, DirectionMethod::kAuto);
}

TEST(FaceDirectionOptions, ContradictionsAreRefused) {
  const auto refused = [](const Words& more) { return refusal(direction_options, more); };
  const std::string wanted = "--name: expected 1 to 64 letters, digits, _ and -, got ";
  for (const std::string& name :
       {std::string("a b"), std::string("../a"), std::string("\xc3\xa9"), std::string(65, 'a')})
    EXPECT_EQ(refused({"--name", name, "faces"}), wanted + in_quotes(name));
  EXPECT_EQ(refused({"--name", "A", "faces", "--with", "b"}),
            "--with and --without: expected instead of DIR, got both");
  EXPECT_TRUE(refused({"--name", "A", "--with", "b"}).starts_with("expected DIR, a folder of aligned faces"));
  EXPECT_TRUE(refused({"--name", "A", "--with", "b", "--without", "c", "--balance", "Male"})
                  .starts_with("--balance: expected with DIR only"));
  EXPECT_EQ(refused({"--name", "A", "--with", "b", "--without", "c", "--attributes", "d.csv"}),
            "--attributes: expected with DIR only");
  EXPECT_EQ(refused({"--name", "A", "faces", "--balance", "A"}), "--balance: expected other attributes than 'A'");
  EXPECT_EQ(refused({"--name", "A", "faces", "--orthogonal-to", "A"}),
            "--orthogonal-to: expected other attributes than 'A'");
}

}  // namespace
}  // namespace pawprint
