// SPDX-License-Identifier: Apache-2.0
// Whole trainings of a small network: it learns, whatever the number of threads it makes the same bytes, and an
// interrupted run ends like one that was not.
#include "train/trainer.h"

#include "device/cpu/simd.h"
#include "image/file_bytes.h"
#include "train/checkpoint.h"
#include "train/history.h"
#include "train/tiny.h"

#include <cmath>
#include <vector>

namespace pinhole {
namespace {

const char* const kSections = R"(,
  "data": {"patch": 16, "flip": true, "licence": "free"},
  "corruption": [{"kind": "gaussian", "sigma": [20, 40]}],
  "optimizer": {"kind": "adam", "learning_rate": 0.01},
  "schedule": {"kind": "cosine", "warmup_steps": 5},
  "training": {"steps": 60, "batch": 4, "ema_decay": 0.9},
  "validation": {"files": 2, "every": 20, "keep_best": true})";

std::vector<uint8_t> bytes_of(const std::string& path) {
  std::vector<uint8_t> bytes;
  const Status status = read_file(path, 1 << 24, &bytes);
  EXPECT_TRUE(status.ok()) << status.text;
  return bytes;
}

struct SmallRun : test::TemporaryFolder {
  Recipe recipe = test::parsed(test::tiny_recipe(kSections));
  TrainOptions options;
  TrainResult result;

  SmallRun() {
    options.data = with_pictures();
    options.out = file("m.pinhole");
  }
  Status train_now() { return train(recipe, options, &result); }
  std::vector<uint8_t> model() const { return bytes_of(options.out); }
  std::vector<uint8_t> history() const { return bytes_of(beside(options.out, ".history.csv")); }
};

TEST(Trainer, LearnsToDenoise) {
  SmallRun run;
  run.options.steps = 300;
  std::vector<double> validation;
  run.options.progress = [&](const TrainProgress& progress) {
    if (progress.validated)
      validation.push_back(progress.validation.loss);
  };
  const Status status = run.train_now();
  ASSERT_TRUE(status.ok()) << status.text;
  EXPECT_EQ(run.result.steps, 300);
  ASSERT_EQ(validation.size(), 15u);
  constexpr double kNoise = (30.0 / 255) * (30.0 / 255); // mean square error of doing nothing
  EXPECT_LT(validation.back(), 0.3 * kNoise);
  EXPECT_LT(validation.back(), 0.3 * validation.front());
}

TEST(Trainer, ThreadsDoNotChangeTheFile) {
  std::vector<uint8_t> model, history;
  for (const int32_t threads : {1, 2, 3}) {
    SmallRun run;
    run.options.threads = threads;
    const Status status = run.train_now();
    ASSERT_TRUE(status.ok()) << status.text;
    if (threads > 1) {
      EXPECT_EQ(run.model(), model) << threads;
      EXPECT_EQ(run.history(), history) << threads;
    }
    model = run.model();
    history = run.history();
  }
}

// Ends the run at `steps` as a signal would, then goes on.
void stop_and_resume(SmallRun* run, int64_t steps) {
  static volatile std::sig_atomic_t stop = 0;
  stop = 0;
  run->options.stop = &stop;
  run->options.progress = [&](const TrainProgress& progress) { stop = progress.step == steps ? 1 : stop; };
  ASSERT_TRUE(run->train_now().ok());
  ASSERT_TRUE(run->result.stopped);
  ASSERT_EQ(run->result.steps, steps);
  EXPECT_FALSE(std::filesystem::exists(run->options.out));
  stop = 0;
  run->options.stop = nullptr;
  const Status status = run->train_now();
  ASSERT_TRUE(status.ok()) << status.text;
}

TEST(Trainer, ResumedRunEqualsUninterruptedOne) {
  SmallRun whole;
  ASSERT_TRUE(whole.train_now().ok());
  std::vector<int64_t> stops = {1, 20, 59};
  if (!PINHOLE_SANITIZED)
    stops.insert(stops.end(), {19, 21});
  for (const int64_t steps : stops) {
    SmallRun run;
    run.options.checkpoint = run.file("c");
    run.options.resume = true;
    stop_and_resume(&run, steps);
    EXPECT_EQ(run.model(), whole.model()) << steps;
    EXPECT_EQ(run.history(), whole.history()) << steps;
  }
}

// As after kill -9: the history is ahead of the checkpoint, and cut in the middle of a line.
TEST(Trainer, HistoryBeyondTheCheckpointIsDropped) {
  SmallRun whole, run;
  ASSERT_TRUE(whole.train_now().ok());
  run.options.checkpoint = run.file("c");
  run.options.resume = true;
  static volatile std::sig_atomic_t stop = 0;
  run.options.stop = &stop;
  run.options.progress = [&](const TrainProgress& progress) { stop = progress.step == 30 ? 1 : stop; };
  ASSERT_TRUE(run.train_now().ok());
  std::FILE* csv = std::fopen(History::partial(beside(run.options.out, ".history.csv")).c_str(), "ab");
  std::fputs("31,0.5,1,,,0.1\n32,0.5,1,,", csv);
  std::fclose(csv);
  stop = 0;
  ASSERT_TRUE(run.train_now().ok());
  EXPECT_EQ(run.history(), whole.history());
}

TEST(Trainer, EndedRunIsNotRunAgain) {
  SmallRun run;
  run.options.checkpoint = run.file("c");
  run.options.resume = true;
  ASSERT_TRUE(run.train_now().ok());
  const std::vector<uint8_t> model = run.model();
  int64_t steps = 0;
  run.options.progress = [&](const TrainProgress&) { ++steps; };
  ASSERT_TRUE(run.train_now().ok());
  EXPECT_EQ(steps, 0);
  EXPECT_EQ(run.model(), model);
}

TEST(Trainer, CheckpointOfAnotherRunIsRefused) {
  SmallRun run;
  run.options.checkpoint = run.file("c");
  run.options.resume = true;
  ASSERT_TRUE(run.train_now().ok());
  const auto refused = [&](const char* word) {
    const Status status = run.train_now();
    EXPECT_EQ(status.code, Code::invalid_argument) << word;
    EXPECT_NE(std::string(status.text).find(word), std::string::npos) << status.text;
  };
  run.options.seed = 1;
  refused("a run with seed 0, this one has 1: give the same");
  run.options.seed = 0;
  run.options.batch = 3;
  refused("a run with batch 4, this one has 3: give the same");
  run.options.batch = 0;
  run.options.steps = 30;
  refused("this one has 30: give the same");
  run.options.steps = 0;
  run.options.range = "0-8";
  refused("a run with other data");
  run.options.range = "";
  run.recipe.text += " ";
  refused("another recipe");
  run.recipe = test::parsed(test::tiny_recipe(kSections));
  Checkpoint checkpoint;
  ASSERT_TRUE(load_checkpoint(run.options.checkpoint, &checkpoint).ok());
  checkpoint.simd = "sse2";
  ASSERT_TRUE(save_checkpoint(run.options.checkpoint, checkpoint).ok());
  refused("PINHOLE_SIMD=sse2");
  checkpoint.simd = simd_name(simd_level());
  const auto damaged = [&](std::vector<float> Checkpoint::*numbers, size_t count) {
    Checkpoint other = checkpoint;
    (other.*numbers).resize(count);
    ASSERT_TRUE(save_checkpoint(run.options.checkpoint, other).ok());
    const Status status = run.train_now();
    EXPECT_EQ(status.code, Code::bad_file) << status.text;
  };
  damaged(&Checkpoint::weights, checkpoint.weights.size() - 1);
  damaged(&Checkpoint::best_weights, 1);
  damaged(&Checkpoint::best_buffers, checkpoint.best_buffers.size() + 1);
  damaged(&Checkpoint::mean_weights, 1);
}

TEST(Trainer, InfiniteLossEndsWithAnError) {
  SmallRun run;
  run.recipe = test::parsed(test::tiny_recipe(R"(, "training": {"steps": 200, "batch": 2},
      "optimizer": {"kind": "sgd", "learning_rate": 10, "momentum": 0.9})"));
  run.options.checkpoint = run.file("c");
  run.options.checkpoint_steps = 1;
  const Status status = run.train_now();
  EXPECT_EQ(status.code, Code::numeric) << status.text;
  EXPECT_NE(std::string(status.text).find("the last checkpoint is kept"), std::string::npos) << status.text;
  Checkpoint checkpoint;
  EXPECT_TRUE(load_checkpoint(run.options.checkpoint, &checkpoint).ok());
  EXPECT_FALSE(std::filesystem::exists(run.options.out));
}

TEST(Trainer, StopsEarlyWithoutProgress) {
  SmallRun run;
  run.recipe = test::parsed(test::tiny_recipe(R"(, "training": {"steps": 200, "batch": 2},
      "optimizer": {"kind": "sgd", "learning_rate": 0},
      "validation": {"files": 2, "every": 10, "patience": 3, "min_delta": 1e-6})"));
  ASSERT_TRUE(run.train_now().ok());
  EXPECT_TRUE(run.result.early_stopped);
  EXPECT_EQ(run.result.steps, 40);
}

TEST(Trainer, StartsFromAnotherFile) {
  SmallRun first, second;
  ASSERT_TRUE(first.train_now().ok());
  second.recipe.optimizer.learning_rate = 0;
  second.recipe.training.ema_decay = 0;
  second.options.initial = first.options.out;
  double loss = 0;
  second.options.progress = [&](const TrainProgress& progress) {
    loss = progress.validated ? progress.validation.loss : loss;
  };
  const Status status = second.train_now();
  ASSERT_TRUE(status.ok()) << status.text;
  EXPECT_DOUBLE_EQ(loss, first.result.validation.loss);
  second.options.initial = second.file("none");
  EXPECT_EQ(second.train_now().code, Code::io_error);
}

// Layers whose parameters start at zero need not be in the file, and change nothing; others must be there.
TEST(Trainer, GrowsAnotherFilesNetwork) {
  SmallRun first, grown;
  ASSERT_TRUE(first.train_now().ok());
  LayerSpec gate;
  gate.op = "conv2d";
  gate.name = "gate";
  gate.inputs = {grown.recipe.model.inputs[0].name};
  AttributeSpec channels, kernel;
  channels.key = "out_channels";
  channels.ints = {grown.recipe.model.inputs[0].channels};
  kernel.key = "kernel";
  kernel.ints = {1};
  gate.attributes = {channels, kernel};
  gate.initializer = Initializer::zero;
  LayerSpec sum;
  sum.op = "add";
  sum.name = "grown";
  sum.inputs = {grown.recipe.model.outputs[0].layers[0], "gate"};
  grown.recipe.model.layers.push_back(gate);
  grown.recipe.model.layers.push_back(sum);
  grown.recipe.model.outputs[0].layers = {"grown"};
  grown.recipe.optimizer.learning_rate = 0;
  grown.recipe.training.ema_decay = 0;
  grown.options.initial = first.options.out;
  const Status status = grown.train_now();
  ASSERT_TRUE(status.ok()) << status.text;
  EXPECT_DOUBLE_EQ(grown.result.validation.loss, first.result.validation.loss);
  grown.recipe.model.layers[grown.recipe.model.layers.size() - 2].initializer = Initializer::standard;
  const Status refused = grown.train_now();
  EXPECT_EQ(refused.code, Code::invalid_argument);
  EXPECT_NE(std::string(refused.text).find("gate"), std::string::npos) << refused.text;
}

TEST(Trainer, FilesHoldProvenanceAndNoPath) {
  SmallRun run;
  run.options.tool = "pinhole test";
  ASSERT_TRUE(run.train_now().ok());
  const std::vector<uint8_t> model = run.model();
  const std::string text(model.begin(), model.end());
  EXPECT_NE(text.find("\"name\": \"tiny\""), std::string::npos);
  EXPECT_NE(text.find("pinhole test"), std::string::npos);
  EXPECT_NE(text.find("held out for validation: 2 of 10 images: "), std::string::npos);
  EXPECT_EQ(text.find("/tmp"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(beside(run.options.out, ".loss.png")));
}

TEST(History, KeepsRowsAndBlanks) {
  const test::TemporaryFolder folder;
  History history;
  ASSERT_TRUE(history.open(folder.file("h.csv"), 0).ok());
  ASSERT_TRUE(history.add({10, 0.5, 0.25, std::nan(""), std::nan(""), 1e-3}).ok());
  ASSERT_TRUE(history.add({20, 1, 0.125, 0.25, 30.5, 1e-4}).ok());
  EXPECT_FALSE(std::filesystem::exists(folder.file("h.csv"))) << "before the end";
  ASSERT_TRUE(history.finish().ok());
  EXPECT_FALSE(std::filesystem::exists(History::partial(folder.file("h.csv"))));
  const std::vector<uint8_t> bytes = bytes_of(folder.file("h.csv"));
  EXPECT_EQ(std::string(bytes.begin(), bytes.end()),
            "step,epoch,loss,validation_loss,psnr,learning_rate\n10,0.5,0.25,,,0.001\n20,1,0.125,0.25,30.5,0.0001\n");
  History again;
  ASSERT_TRUE(again.open(folder.file("h.csv"), 10).ok());
  ASSERT_EQ(again.rows().size(), 1u);
  EXPECT_TRUE(std::isnan(again.rows()[0].psnr));
  EXPECT_EQ(again.rows()[0].loss, 0.25);
}

TEST(History, TellsWhetherTheLossEndsFarAboveWhereItWas) {
  std::vector<HistoryRow> rows(200);
  const auto fill = [&](auto loss) {
    for (size_t i = 0; i < rows.size(); ++i)
      rows[i].loss = loss(static_cast<double>(i));
  };
  fill([](double i) { return 1 / (1 + i); });
  EXPECT_FALSE(has_diverged(rows)) << "falls";
  fill([](double i) { return i < 180 ? 1 : 4.9; });
  EXPECT_FALSE(has_diverged(rows));
  fill([](double i) { return i < 180 ? 1 : 5.1; });
  EXPECT_TRUE(has_diverged(rows)) << "rises at the end";
  fill([](double i) { return i < 1 ? 1 : 99; });
  EXPECT_FALSE(has_diverged(rows));
  fill([](double i) { return i < 1 ? 1 : 101; });
  EXPECT_TRUE(has_diverged(rows)) << "rises at once, and stays";
  rows.resize(99);
  EXPECT_FALSE(has_diverged(rows)) << "few";
  rows.resize(200);
  fill([](double i) { return i < 180 ? -5.0 : 5.0; });
  EXPECT_FALSE(has_diverged(rows)) << "no ratio of losses below 0";
}

} // namespace
} // namespace pinhole
