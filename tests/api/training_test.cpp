// SPDX-License-Identifier: Apache-2.0
// Training by the public API.
#include "api/planned.h"

#include <cmath>
#include <cstring>
#include <limits>

namespace {

using namespace api_testing;

Options training(int32_t optimizer = PINHOLE_ADAM) {
  Options options = default_options();
  options.mode = PINHOLE_TRAINING;
  options.optimizer = optimizer;
  return options;
}

void fill(const Tensor& tensor) {
  for (int32_t y = 0; y < tensor.h; ++y)
    for (int32_t x = 0; x < tensor.w; ++x)
      tensor.data[y * tensor.row_stride + x * tensor.pixel_stride] = 0.05f * static_cast<float>(x + y);
}

// One step on a ramp, `spoilt` with one pixel that is no number.
Status step_on_ramp(Engine* engine, const Update& update, bool spoilt, float* loss) {
  for (const char* name : {"image", "target"}) {
    Tensor tensor{};
    const Status status = engine->tensor(name, &tensor);
    EXPECT_TRUE(status) << status.text();
    fill(tensor);
    if (spoilt)
      tensor.data[5] = std::numeric_limits<float>::quiet_NaN();
  }
  return engine->train_step(update, loss);
}

// Trains `steps` steps; the last loss.
float train(Engine* engine, int steps) {
  Update update = default_update();
  update.learning_rate = 0.01f;
  float loss = 0;
  for (int step = 0; step < steps; ++step) {
    const Status status = step_on_ramp(engine, update, false, &loss);
    EXPECT_TRUE(status) << status.text();
  }
  return loss;
}

std::vector<float> parameters_of(Engine* engine) {
  Parameters parameters{};
  EXPECT_TRUE(engine->parameters(&parameters));
  return {parameters.data, parameters.data + parameters.count};
}

TEST(ApiTraining, TrainsAndTakesItsParametersBack) {
  Planned planned(training());
  ASSERT_TRUE(planned.bind());
  const std::vector<float> before = parameters_of(&planned.engine);
  ASSERT_FALSE(before.empty());
  const float first = train(&planned.engine, 1);
  EXPECT_LT(train(&planned.engine, 20), first);
  ASSERT_TRUE(planned.engine.set_parameters(before.data(), before.size()));
  EXPECT_EQ(train(&planned.engine, 1), first) << "the loss of the parameters that were put back";
  EXPECT_EQ(planned.engine.set_parameters(before.data(), before.size() - 1).code(), PINHOLE_INVALID_ARGUMENT);
}

// One bad frame costs one step, whatever the optimizer.
TEST(ApiTraining, AStepWithoutAFiniteLossChangesNothing) {
  for (const int32_t optimizer : {PINHOLE_SGD, PINHOLE_ADAM, PINHOLE_ADAMW}) {
    Planned planned(training(optimizer)), undisturbed(training(optimizer));
    ASSERT_TRUE(planned.bind());
    ASSERT_TRUE(undisturbed.bind());
    Update update = default_update();
    update.momentum = 0.9f;
    update.max_gradient_norm = 1;
    float loss = 0, expected = 0;
    for (int step = 0; step < 3; ++step) {
      ASSERT_TRUE(step_on_ramp(&planned.engine, update, false, &loss));
      ASSERT_TRUE(step_on_ramp(&undisturbed.engine, update, false, &expected));
    }
    const Status status = step_on_ramp(&planned.engine, update, true, &loss);
    EXPECT_EQ(status.code(), PINHOLE_NUMERIC) << status.text();
    EXPECT_TRUE(std::isnan(loss));
    EXPECT_EQ(parameters_of(&planned.engine), parameters_of(&undisturbed.engine));
    for (int step = 0; step < 2; ++step) {
      ASSERT_TRUE(step_on_ramp(&planned.engine, update, false, &loss));
      ASSERT_TRUE(step_on_ramp(&undisturbed.engine, update, false, &expected));
      EXPECT_EQ(loss, expected);
    }
    EXPECT_EQ(parameters_of(&planned.engine), parameters_of(&undisturbed.engine));
    AlignedBytes stored(planned.file_bytes.data(), planned.file_bytes.size());
    EXPECT_TRUE(planned.engine.store_parameters(stored.data(), stored.size())) << "running statistics are sound, too";
  }
}

// Whose variance no float holds.
TEST(ApiTraining, AHugePixelDoesNotSpoilTheRunningStatistics) {
  Planned planned(training());
  ASSERT_TRUE(planned.bind());
  train(&planned.engine, 2);
  for (const char* name : {"image", "target"}) {
    Tensor tensor{};
    ASSERT_TRUE(planned.engine.tensor(name, &tensor));
    fill(tensor);
    if (std::strcmp(name, "image") == 0)
      tensor.data[5] = 1e25f;
  }
  float loss = 0;
  EXPECT_NE(planned.engine.train_step(default_update(), &loss).code(), PINHOLE_INVALID_ARGUMENT);
  train(&planned.engine, 2);
  AlignedBytes stored(planned.file_bytes.data(), planned.file_bytes.size());
  const Status status = planned.engine.store_parameters(stored.data(), stored.size());
  EXPECT_TRUE(status) << status.text();
}

TEST(ApiTraining, BindingAgainBeginsAnew) {
  Planned planned(training());
  ASSERT_TRUE(planned.bind());
  const float first = train(&planned.engine, 1);
  const std::vector<float> after_one = parameters_of(&planned.engine);
  train(&planned.engine, 50);
  planned.engine.unbind();
  ASSERT_TRUE(planned.bind());
  EXPECT_EQ(train(&planned.engine, 1), first);
  EXPECT_EQ(parameters_of(&planned.engine), after_one) << "Adam counts its steps from the start";
}

TEST(ApiTraining, UpdatesThatCannotBeAreRefused) {
  Planned planned(training());
  ASSERT_TRUE(planned.bind());
  const auto refused = [&](void (*spoil)(Update*)) {
    Update update = default_update();
    spoil(&update);
    float loss = 0;
    const Status status = step_on_ramp(&planned.engine, update, false, &loss);
    EXPECT_EQ(status.code(), PINHOLE_INVALID_ARGUMENT) << status.text();
  };
  refused([](Update* u) { u->epsilon = 0; });
  refused([](Update* u) { u->nesterov = 2; });
  refused([](Update* u) { u->nesterov = -1; });
  refused([](Update* u) { u->beta2 = 1; });
  refused([](Update* u) { u->learning_rate = -1; });
}

} // namespace
