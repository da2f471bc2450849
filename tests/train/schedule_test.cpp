// SPDX-License-Identifier: Apache-2.0
#include "train/schedule.h"

#include <gtest/gtest.h>

namespace pinhole {
namespace {

float rate(const ScheduleSpec& schedule, int64_t step, int64_t total) {
  return learning_rate_at(schedule, 0.5f, step, total);
}

TEST(Schedule, ConstantAfterLinearWarmUp) {
  ScheduleSpec schedule;
  schedule.warmup_steps = 4;
  EXPECT_FLOAT_EQ(rate(schedule, 0, 100), 0.1f);
  EXPECT_FLOAT_EQ(rate(schedule, 3, 100), 0.4f);
  EXPECT_FLOAT_EQ(rate(schedule, 4, 100), 0.5f);
  EXPECT_FLOAT_EQ(rate(schedule, 99, 100), 0.5f);
}

// torch.optim.lr_scheduler.StepLR(step_size=10, gamma=0.3).
TEST(Schedule, Step) {
  ScheduleSpec schedule;
  schedule.kind = ScheduleKind::step;
  schedule.step_size = 10;
  schedule.gamma = 0.3f;
  EXPECT_FLOAT_EQ(rate(schedule, 9, 100), 0.5f);
  EXPECT_FLOAT_EQ(rate(schedule, 10, 100), 0.15f);
  EXPECT_FLOAT_EQ(rate(schedule, 29, 100), 0.045f);
}

// torch.optim.lr_scheduler.CosineAnnealingLR(T_max=100, eta_min=0.1) at 0, 25, 50, 100.
TEST(Schedule, Cosine) {
  ScheduleSpec schedule;
  schedule.kind = ScheduleKind::cosine;
  schedule.final_rate = 0.1f;
  EXPECT_FLOAT_EQ(rate(schedule, 0, 101), 0.5f);
  EXPECT_FLOAT_EQ(rate(schedule, 25, 101), 0.44142136f);
  EXPECT_FLOAT_EQ(rate(schedule, 50, 101), 0.3f);
  EXPECT_FLOAT_EQ(rate(schedule, 100, 101), 0.1f);
  schedule.warmup_steps = 20;
  EXPECT_FLOAT_EQ(rate(schedule, 20, 121), 0.5f);
  EXPECT_FLOAT_EQ(rate(schedule, 120, 121), 0.1f);
  EXPECT_FLOAT_EQ(rate(schedule, 0, 1), 0.5f / 21);
}

} // namespace
} // namespace pinhole
