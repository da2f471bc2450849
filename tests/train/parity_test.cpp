// SPDX-License-Identifier: Apache-2.0
// Ten steps of a small U-Net with each optimiser: the losses that PyTorch has from the same numbers.
#include "golden/read_golden.h"
#include "train/host_engine.h"
#include "train/owned_model.h"
#include "train/tiny.h"
#include "weights/writer.h"

namespace pinhole {
namespace {

constexpr int32_t kSize = 16, kBatch = 2;

// make_train_golden.py's numbers.
float pseudo(int64_t k, int64_t salt) {
  const int64_t residue = ((k * 7919 + salt * 104729) % 1009 + 1009) % 1009;
  return static_cast<float>(static_cast<double>(residue - 504) / 504);
}

void fill_parameters(OwnedModel* model) {
  int64_t salt = 0;
  for (std::vector<float>& tensor : model->tensors) {
    salt += tensor.empty() ? 0 : 1;
    for (size_t k = 0; k < tensor.size(); ++k)
      tensor[k] = pseudo(static_cast<int64_t>(k), salt) * 0.25f;
  }
}

void fill_images(const View& view, int64_t salt) {
  ASSERT_TRUE(view.data && view.dense());
  for (int64_t k = 0; k < view.desc.elements(); ++k)
    view.base<float>()[k] = pseudo(k, salt) * 0.5f + 0.5f;
}

void check_losses(const char* name, Optimizer optimizer, float rate, float momentum, float decay) {
  const Recipe recipe = test::parsed(test::tiny_recipe(", \"training\": {\"steps\": 1}"));
  OwnedModel model;
  ASSERT_TRUE(build_model(recipe, 0, kSize, kSize, &model).ok());
  fill_parameters(&model);
  std::vector<uint8_t> file;
  ASSERT_TRUE(write_model(model.model, &file).ok());
  EngineOptions options;
  options.plan.program.mode = Mode::training;
  options.plan.program.batch = kBatch;
  options.plan.optimizer = optimizer;
  HostEngine engine;
  ASSERT_TRUE(engine.open(file, options).ok());
  engine->update.momentum = momentum;
  engine->update.nesterov = momentum > 0;
  engine->update.weight_decay = decay;
  engine->state.learning_rate = rate;
  const std::vector<double> expected = test::train_golden("losses " + std::string(name));
  ASSERT_EQ(expected.size(), 10u);
  for (size_t step = 0; step < expected.size(); ++step) {
    fill_images(engine_view(*engine, "image"), 1000 + static_cast<int64_t>(step));
    fill_images(engine_view(*engine, kTarget), 2000 + static_cast<int64_t>(step));
    ASSERT_TRUE(run_engine(engine.get(), InputOutput()).ok());
    EXPECT_NEAR(static_cast<double>(engine_loss(*engine)), expected[step], 1e-5 * expected[step])
        << name << " step " << step;
  }
}

TEST(Parity, LossesOfPyTorch) {
  check_losses("sgd", Optimizer::sgd, 0.02f, 0.9f, 1e-4f);
  check_losses("adam", Optimizer::adam, 0.005f, 0, 1e-4f);
  check_losses("adamw", Optimizer::adamw, 0.005f, 0, 1e-2f);
}

} // namespace
} // namespace pinhole
