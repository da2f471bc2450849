// SPDX-License-Identifier: Apache-2.0
// A variational autoencoder from recipe to file: a loss of two parts, noise that any run draws alike, its entries.
#include "image/file_bytes.h"
#include "model/check_model.h"
#include "train/history.h"
#include "train/host_engine.h"
#include "train/owned_model.h"
#include "train/tiny.h"
#include "train/trainer.h"
#include "weights/writer.h"

#include <cmath>

namespace pinhole {
namespace {

// `loss` is the text of that object.
std::string recipe_text(const std::string& loss) {
  return R"({"name": "tiny-vae", "model": {
    "inputs": {"image": {"channels": 1, "height": 12, "width": 16}},
    "layers": [
      {"op": "conv2d", "name": "encoder", "out_channels": 3, "kernel": 4, "stride": 4},
      {"op": "relu"},
      {"op": "flatten", "name": "features"},
      {"op": "linear", "name": "mean", "out_channels": 5},
      {"op": "linear", "name": "log_variance", "in": ["features"], "out_channels": 5},
      {"op": "reparameterize", "name": "code", "in": ["mean", "log_variance"]},
      {"op": "linear", "name": "decoder", "out_channels": 192},
      {"op": "unflatten", "name": "picture", "height": 12, "width": 16, "channels": 1}],
    "outputs": {"reconstruct": "picture", "encode": "mean", "decode": {"from": "code", "to": ["picture"]},
                "watch": ["picture", "mean", "log_variance"]}},
  "loss": )" +
         loss + R"(,
  "data": {"fit": true},
  "optimizer": {"kind": "adam", "learning_rate": 0.003},
  "training": {"steps": 60, "batch": 4},
  "validation": {"files": 2, "every": 20}})";
}

const char* const kLossText = R"({"op": "mse_loss", "reduction": "batchmean", "output": "watch",
  "kl": {"mean": "mean", "log_variance": "log_variance", "weight": 0.1}})";

struct VariationalRun : test::TemporaryFolder {
  Recipe recipe = test::parsed(recipe_text(kLossText));
  TrainOptions options;
  TrainResult result;

  VariationalRun() {
    options.data = with_pictures();
    options.out = file("m.pinhole");
  }
  void train_now() {
    const Status status = train(recipe, options, &result);
    ASSERT_TRUE(status.ok()) << status.text;
  }
  std::vector<uint8_t> bytes(const std::string& path) const {
    std::vector<uint8_t> read;
    EXPECT_TRUE(read_file(path, 1 << 24, &read).ok()) << path;
    return read;
  }
  std::vector<uint8_t> model() const { return bytes(options.out); }
  std::vector<uint8_t> history() const { return bytes(beside(options.out, ".history.csv")); }
};

TEST(Variational, HistoryShowsBothPartsOfTheLoss) {
  VariationalRun run;
  run.train_now();
  const std::vector<uint8_t> bytes = run.history();
  const std::string text(bytes.begin(), bytes.end());
  EXPECT_EQ(text.substr(0, text.find('\n')),
            "step,epoch,loss,validation_loss,psnr,learning_rate,reconstruction_loss,kl_loss");
  History history;
  ASSERT_TRUE(history.open(beside(run.options.out, ".history.csv"), 60, {kReconstructionLoss, kKlLoss}).ok());
  ASSERT_EQ(history.rows().size(), 60u);
  for (const HistoryRow& row : history.rows()) {
    ASSERT_EQ(row.parts.size(), 2u);
    EXPECT_NEAR(row.parts[0] + row.parts[1], row.loss, 1e-5 * row.loss);
    EXPECT_GT(row.parts[1], 0);
  }
  EXPECT_LT(history.rows().back().loss, 0.5 * history.rows().front().loss);
  EXPECT_GT(history.rows().back().parts[1], 3 * history.rows().front().parts[1]) << "the code came into use";
}

TEST(Variational, ThreadsAndInterruptionsDoNotChangeTheFiles) {
  VariationalRun whole;
  whole.train_now();
  for (const int32_t threads : {2, 3}) {
    VariationalRun run;
    run.options.threads = threads;
    run.train_now();
    EXPECT_EQ(run.model(), whole.model()) << threads;
    EXPECT_EQ(run.history(), whole.history()) << threads;
  }
  static volatile std::sig_atomic_t stop = 0;
  for (const int64_t steps : {1, 33}) {
    VariationalRun run;
    run.options.checkpoint = run.file("c");
    run.options.resume = true;
    run.options.stop = &stop;
    run.options.progress = [&](const TrainProgress& progress) { stop = progress.step == steps ? 1 : stop; };
    run.train_now();
    ASSERT_TRUE(run.result.stopped);
    stop = 0;
    run.train_now();
    EXPECT_EQ(run.model(), whole.model()) << steps;
    EXPECT_EQ(run.history(), whole.history()) << steps;
  }
  VariationalRun other;
  other.options.seed = 1;
  other.train_now();
  EXPECT_NE(other.model(), whole.model());
}

// Without an output activation and with a decoder of zeros the picture is 0, and with codes of zeros the divergence
// too: what is left is the pictures' sum of squares.
TEST(Variational, HeldOutImagesAreJudgedByTheSameSum) {
  VariationalRun run;
  for (LayerSpec& layer : run.recipe.model.layers)
    layer.initializer = Initializer::zero;
  run.recipe.training.steps = 1;
  run.recipe.optimizer.learning_rate = 1e-12f;
  run.recipe.validation.corruption = {Corruption()};
  run.train_now();
  History history;
  ASSERT_TRUE(history.open(beside(run.options.out, ".history.csv"), 1, {kReconstructionLoss, kKlLoss}).ok());
  const HistoryRow row = history.rows().at(0);
  EXPECT_EQ(row.parts[1], 0);
  EXPECT_NEAR(row.validation_loss, row.loss, 0.1 * row.loss) << "other pictures of the same kind";
  for (LayerSpec& layer : run.recipe.model.layers)
    if (layer.name == "mean")
      layer.initializer = Initializer::standard;
  run.train_now();
  ASSERT_TRUE(history.open(beside(run.options.out, ".history.csv"), 1, {kReconstructionLoss, kKlLoss}).ok());
  const HistoryRow& moved = history.rows().at(0);
  EXPECT_EQ(moved.parts[0], row.parts[0]);
  EXPECT_GT(moved.parts[1], 0) << "the bias of the mean";
  EXPECT_NEAR(moved.validation_loss - row.validation_loss, moved.parts[1], 0.5 * moved.parts[1]);
}

// The trained program against differences of its own loss: both ways through the sample, and the divergence.
TEST(Variational, GradientGoesThroughTheSample) {
  OwnedModel model;
  ASSERT_TRUE(build_model(test::parsed(recipe_text(kLossText)), 3, 0, 0, &model).ok());
  std::vector<uint8_t> file;
  ASSERT_TRUE(write_model(model.model, &file).ok());
  EngineOptions options;
  options.plan.program.entry = kTrainEntry;
  options.plan.program.mode = Mode::training;
  options.plan.program.batch = 3;
  HostEngine engine;
  ASSERT_TRUE(engine.open(file, options).ok());
  const auto loss = [&] {
    for (const char* name : {"image", kTarget}) {
      const View view = engine_view(*engine, name);
      for (int64_t i = 0; i < view.desc.elements(); ++i)
        view.base<float>()[i] = 0.5f + 0.4f * std::sin(static_cast<float>(i * i % 97));
    }
    engine->state = RunState();
    engine->state.seed = 11;
    engine->state.step = 5;
    EXPECT_TRUE(refresh_parameters(engine.get()).ok());
    EXPECT_TRUE(run_engine(engine.get(), {}).ok());
    return static_cast<double>(engine_loss(*engine));
  };
  const double first = loss();
  EXPECT_EQ(loss(), first) << "the same step draws the same noise";
  const Array<float> gradient = parameter_section(*engine, 1), weights = parameter_section(*engine, 0);
  const std::vector<float> expected(gradient.begin(), gradient.end());
  double largest = 0;
  for (const float g : expected)
    largest = std::max(largest, static_cast<double>(std::fabs(g)));
  int32_t checked = 0;
  for (int32_t i = 0; i < weights.size; i += 3) {
    if (expected[static_cast<size_t>(i)] == 0)
      continue;                                   // padding between parameters, or a dead ReLU
    const float saved = weights[i], step = 1e-3f; // short: ReLUs have kinks
    weights.data[i] = saved + step;
    const double up = loss();
    weights.data[i] = saved - step;
    const double down = loss();
    weights.data[i] = saved;
    EXPECT_NEAR((up - down) / (2 * static_cast<double>(step)), static_cast<double>(expected[static_cast<size_t>(i)]),
                2e-2 * largest)
        << i;
    ++checked;
  }
  EXPECT_GT(checked, 100);
}

TEST(Variational, DecodingTheMeanIsReconstructing) {
  VariationalRun run;
  run.train_now();
  const std::vector<uint8_t> file = run.model();
  const auto run_entry = [&](const char* entry, const char* input, const std::vector<float>& given,
                             const char* output) {
    EngineOptions options;
    options.plan.program.entry = entry;
    options.plan.schedule = Schedule::whole;
    HostEngine engine;
    const Status opened = engine.open(file, options);
    EXPECT_TRUE(opened.ok()) << opened.text;
    const View in = engine_view(*engine, input), out = engine_view(*engine, output);
    EXPECT_EQ(in.desc.elements(), static_cast<int64_t>(given.size()));
    std::copy(given.begin(), given.end(), in.base<float>());
    EXPECT_TRUE(run_engine(engine.get(), {}).ok());
    return std::vector<float>(out.base<float>(), out.base<float>() + out.desc.elements());
  };
  std::vector<float> image(192);
  for (size_t i = 0; i < image.size(); ++i)
    image[i] = static_cast<float>(i % 17) / 17;
  const std::vector<float> mean = run_entry("encode", "image", image, "mean");
  ASSERT_EQ(mean.size(), 5u);
  EXPECT_EQ(run_entry("decode", "code", mean, "picture"), run_entry("reconstruct", "image", image, "picture"));
  EXPECT_EQ(run_entry("watch", "image", image, "mean"), mean);
}

TEST(Variational, FaultsOfTheLossNameTheirLine) {
  const auto fault = [](const std::string& loss) {
    Recipe recipe;
    OwnedModel model;
    const Status parsed = parse_recipe("a.json", recipe_text(loss), &recipe);
    return std::string(parsed.ok() ? build_model(recipe, 0, 0, 0, &model).text : parsed.text);
  };
  const auto with_kl = [&](const std::string& kl) {
    return fault("{\"op\": \"mse_loss\", \"output\": \"watch\",\n\"kl\": " + kl + "}");
  };
  EXPECT_EQ(fault(kLossText), "");
  EXPECT_NE(with_kl("{\"mean\": \"mean\"}").find("a.json:15: kl has no \"log_variance\""), std::string::npos)
      << with_kl("{\"mean\": \"mean\"}");
  const std::string stranger = with_kl(R"({"mean": "features", "log_variance": "log_variance"})");
  EXPECT_NE(stranger.find("a.json:15: \"features\" is none of the outputs of \"watch\""), std::string::npos)
      << stranger;
  const std::string swapped = with_kl(R"({"mean": "picture", "log_variance": "log_variance"})");
  EXPECT_NE(swapped.find("a.json:15: the loss: kl_loss"), std::string::npos) << swapped;
  const std::string unknown = with_kl(R"({"mean": "mean", "log_variance": "log_variance", "beta": 2})");
  EXPECT_NE(unknown.find("unknown attribute 'beta'; known: weight, reduction"), std::string::npos) << unknown;
  EXPECT_NE(fault(R"({"op": "mse_loss", "reduction": "batch_mean"})").find("did you mean \"batchmean\""),
            std::string::npos);
  EXPECT_NE(fault(R"({"op": "reparameterize"})").find("is a layer, not a loss"), std::string::npos);
}

// literature.md B10.
TEST(Variational, RecipeHasItsParameters) {
  Recipe recipe;
  ASSERT_TRUE(load_recipe("vae", &recipe).ok());
  OwnedModel model;
  const Status built = build_model(recipe, 0, 0, 0, &model);
  ASSERT_TRUE(built.ok()) << built.text;
  EXPECT_TRUE(check_model(model.model).ok());
  int64_t parameters = 0;
  for (const Value& value : model.values)
    parameters += value.kind == ValueKind::parameter ? value.desc.elements() : 0;
  EXPECT_EQ(parameters, 182761);
  for (const char* entry : {"reconstruct", "encode", "decode", "watch", kTrainEntry})
    EXPECT_NE(find_entry(model.model, entry), nullptr) << entry;
  EXPECT_EQ(find_entry(model.model, kTrainEntry)->outputs.size, 3);
}

} // namespace
} // namespace pinhole
