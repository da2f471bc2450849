// SPDX-License-Identifier: Apache-2.0
// The optimisers against PyTorch's, step by step.
#include "engine/update.h"

#include "golden/read_golden.h"

#include <cmath>
#include <gtest/gtest.h>

namespace pinhole {
namespace {

constexpr int kCount = 40;

struct Case {
  const char* name;
  Optimizer optimizer;
  float rate;
  UpdateOptions options;
};

UpdateOptions with(double beta1, double beta2, float epsilon, float momentum, bool nesterov, float decay, float norm) {
  UpdateOptions options;
  options.beta1 = beta1;
  options.beta2 = beta2;
  options.epsilon = epsilon;
  options.momentum = momentum;
  options.nesterov = nesterov;
  options.weight_decay = decay;
  options.max_gradient_norm = norm;
  return options;
}

const Case kCases[] = {
    {"sgd", Optimizer::sgd, 0.05f, with(0.9, 0.999, 1e-8f, 0, false, 0, 0)},
    {"momentum", Optimizer::sgd, 0.05f, with(0.9, 0.999, 1e-8f, 0.9f, false, 0, 0)},
    {"nesterov_decay", Optimizer::sgd, 0.05f, with(0.9, 0.999, 1e-8f, 0.9f, true, 0.01f, 0)},
    {"adam", Optimizer::adam, 0.01f, with(0.9, 0.999, 1e-8f, 0, false, 0, 0)},
    {"adam_decay", Optimizer::adam, 0.01f, with(0.8, 0.99, 1e-6f, 0, false, 0.1f, 0)},
    {"adamw", Optimizer::adamw, 0.01f, with(0.9, 0.999, 1e-8f, 0, false, 0.1f, 0)},
    {"adam_clipped", Optimizer::adam, 0.01f, with(0.9, 0.999, 1e-8f, 0, false, 0.1f, 1.5f)},
};

// A flat block and the formulas of make_train_golden.py.
struct Block {
  std::vector<float> w, g = std::vector<float>(kCount), m = std::vector<float>(kCount), v = std::vector<float>(kCount);

  Block() {
    for (int i = 0; i < kCount; ++i)
      w.push_back(static_cast<float>((i * 53 + 7) % 97 - 48) / 32);
  }
  // Updates in two ranges split at `split`, with gradients multiplied by `scale` as a loss scale does.
  void step(const Case& c, int step, int split, float scale) {
    for (int i = 0; i < kCount; ++i)
      g[static_cast<size_t>(i)] = static_cast<float>((i * 37 + step * 101 + 13) % 201 - 100) / 64 * scale;
    RunState state;
    state.step = static_cast<uint64_t>(step);
    state.learning_rate = c.rate;
    state.loss_scale = scale;
    const double sum = square_sum(g.data(), 0, kCount);
    const float clip = clip_factor(c.options.max_gradient_norm, state, &sum, 1);
    update_range(c.optimizer, c.options, state, w.data(), g.data(), m.data(), v.data(), split, kCount, clip);
    update_range(c.optimizer, c.options, state, w.data(), g.data(), m.data(), v.data(), 0, split, clip);
  }
};

TEST(Update, SameAsPyTorch) {
  for (const Case& c : kCases) {
    Block block;
    int done = 0;
    for (const int steps : {1, 2, 20}) {
      for (; done < steps; ++done)
        block.step(c, done, 0, 1);
      const std::vector<double> expected =
          test::train_golden("update " + std::string(c.name) + " " + std::to_string(steps));
      ASSERT_EQ(expected.size(), static_cast<size_t>(kCount)) << c.name;
      for (size_t i = 0; i < expected.size(); ++i) // a few roundings of float32 per step
        EXPECT_NEAR(static_cast<double>(block.w[i]), expected[i], 4e-7 * (1 + std::fabs(expected[i])) * steps)
            << c.name << " after " << steps << " steps, weight " << i;
    }
  }
}

// Threads get ranges: where they are cut must not show. A power of two as loss scale changes no bit either.
TEST(Update, AnySplitAndScaleGiveTheSameBits) {
  for (const Case& c : kCases) {
    Block whole, split;
    for (int step = 0; step < 5; ++step) {
      whole.step(c, step, 0, 1);
      split.step(c, step, 3 + 7 * step, 1024);
    }
    if (c.options.max_gradient_norm == 0) {
      EXPECT_EQ(whole.w, split.w) << c.name;
    }
    Block same;
    for (int step = 0; step < 5; ++step)
      same.step(c, step, 1 + step, 1);
    EXPECT_EQ(whole.w, same.w) << c.name;
  }
}

TEST(Update, ClipFactor) {
  RunState state;
  const double sums[] = {9, 16}; // norm 5
  EXPECT_EQ(clip_factor(0, state, sums, 2), 1.0f);
  EXPECT_EQ(clip_factor(6, state, sums, 2), 1.0f);
  EXPECT_NEAR(static_cast<double>(clip_factor(1, state, sums, 2)), 0.2, 1e-6);
  state.loss_scale = 10; // the true norm is 0.5
  EXPECT_EQ(clip_factor(1, state, sums, 2), 1.0f);
}

} // namespace
} // namespace pinhole
