// SPDX-License-Identifier: Apache-2.0
#include "bench/score_laws.h"
#include "engine/allocation_trap.h"
#include "pinhole/calibration.h"

#include <gtest/gtest.h>

namespace pinhole::testing {
namespace {

TEST(CalibrationAllocation, NothingAllocates) {
  const std::vector<float> scores = simulate(Law::ar1_90, 2000, 1);
  const pinhole_calibration_options options = pinhole_default_calibration_options();
  pinhole_calibration calibration = {};
  const double dismissed = 100;
  int32_t failures = 0;
  arm_allocation_trap(0);
  failures += pinhole_calibrate(&options, scores.data(), scores.size(), nullptr, 0, &calibration).code;
  failures += pinhole_calibration_update(&calibration, scores.data(), scores.size(), nullptr, 0, 2).code;
  failures += pinhole_calibration_confirm(&calibration, 1).code;
  failures += pinhole_calibration_dismiss(&calibration, &dismissed, 1).code;
  failures += pinhole_calibration_ask(&calibration, 5000).code;
  failures += pinhole_calibration_check(&calibration, &options.origin).code;
  EXPECT_EQ(disarm_allocation_trap(), 0);
  EXPECT_EQ(failures, 0);
}

} // namespace
} // namespace pinhole::testing
