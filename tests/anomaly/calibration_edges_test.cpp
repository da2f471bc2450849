// SPDX-License-Identifier: Apache-2.0
// What a calibration states where rounding, limits and dismissals meet.
#include "bench/score_laws.h"
#include "pinhole/calibration.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace pinhole::testing {
namespace {

pinhole_calibration calibrate(const std::vector<float>& scores, double asked_per_day,
                              double least_threshold = -HUGE_VAL) {
  pinhole_calibration_options options = pinhole_default_calibration_options();
  options.frames_per_second = 12.5;
  options.asked_per_day = asked_per_day;
  if (std::isfinite(least_threshold))
    options.least_threshold = least_threshold;
  pinhole_calibration calibration = {};
  const pinhole_status status = pinhole_calibrate(&options, scores.data(), scores.size(), nullptr, 0, &calibration);
  EXPECT_EQ(status.code, PINHOLE_OK) << status.text;
  return calibration;
}

pinhole_status leave_out(size_t alerts, pinhole_calibration* calibration) {
  return pinhole_calibration_update(calibration, nullptr, 0, nullptr, 0, alerts);
}

// Of a thousand scores that are all different.
TEST(CalibrationEdges, TheQuantilesAreExact) {
  std::vector<float> scores;
  for (int i = 0; i < 1000; ++i)
    scores.push_back(static_cast<float>(i * 387 % 1000)); // each of 0 to 999 once
  const pinhole_calibration c = calibrate(scores, 1);
  EXPECT_EQ(c.quantile_10, 99);
  EXPECT_EQ(c.quantile_50, 499);
  EXPECT_EQ(c.quantile_90, 899);
  EXPECT_EQ(c.lowest_threshold, 799) << "a fifth of them is above";
}

// The rate that the program prints, given back to it.
TEST(CalibrationEdges, TheSupportedRateIsSupported) {
  for (size_t frames = 10; frames < 2000; frames += 31)
    for (const size_t alerts : {0, 1, 3, 17, 300}) {
      pinhole_calibration c = calibrate(simulate(Law::normal, frames, frames), 1);
      ASSERT_TRUE(alerts == 0 || leave_out(alerts, &c).code == PINHOLE_OK);
      ASSERT_EQ(pinhole_calibration_ask(&c, c.supported_per_day).code, PINHOLE_OK);
      EXPECT_EQ(c.provisional, 0) << frames << " frames, " << alerts << " left out";
      EXPECT_EQ(pinhole_calibration_seconds_missing(&c), 0) << frames << " frames, " << alerts << " left out";
      ASSERT_EQ(pinhole_calibration_ask(&c, c.supported_per_day * (1 - 1e-6)).code, PINHOLE_OK);
      EXPECT_EQ(c.provisional, 1);
      EXPECT_GT(pinhole_calibration_seconds_missing(&c), 0);
    }
}

TEST(CalibrationEdges, EveryAlertThatWasLeftOutCounts) {
  pinhole_calibration c = calibrate(simulate(Law::normal, 1000, 1), 1);
  ASSERT_EQ(leave_out(5000000, &c).code, PINHOLE_OK);
  const double before = c.supported_per_day;
  ASSERT_EQ(pinhole_calibration_confirm(&c, 3000000).code, PINHOLE_OK);
  EXPECT_NEAR(c.supported_per_day, before * 2 / 5, 0.01 * before);
}

TEST(CalibrationEdges, NoThresholdIsBelowTheLeast) {
  for (const double least : {25.1, 16777217.0, -0.1})
    EXPECT_GE(static_cast<double>(calibrate(simulate(Law::normal, 100, 1), 1, least).threshold), least);
}

// A person who says that an alert was false does not get more of them.
TEST(CalibrationEdges, ADismissalLowersNoThreshold) {
  for (uint64_t stream = 0; stream < 20; ++stream) {
    pinhole_calibration c = calibrate(simulate(Law::student4, 2000, stream), 5000);
    ASSERT_EQ(leave_out(1, &c).code, PINHOLE_OK);
    const double score = 1.1 * static_cast<double>(c.threshold);
    ASSERT_EQ(pinhole_calibration_ask(&c, 0.1).code, PINHOLE_OK);
    const float before = c.threshold;
    ASSERT_EQ(pinhole_calibration_dismiss(&c, &score, 1).code, PINHOLE_OK);
    EXPECT_GE(c.threshold, before) << stream;
    EXPECT_GE(static_cast<double>(c.threshold), score) << stream;
  }
}

} // namespace
} // namespace pinhole::testing
