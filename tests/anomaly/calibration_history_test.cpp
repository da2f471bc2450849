// SPDX-License-Identifier: Apache-2.0
// Calibrations that go on for months, with more alerts left out than there are clusters kept; and thresholds that are
// extrapolated far.
#include "anomaly/calibration_state.h"
#include "bench/score_laws.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace pinhole::testing {
namespace {

constexpr double kFramesPerDay = 86400;

pinhole_calibration calibrated(const std::vector<float>& scores, double asked_per_frame, double shape_rate = 10) {
  pinhole_calibration_options options = pinhole_default_calibration_options();
  options.frames_per_second = 1;
  options.asked_per_day = asked_per_frame * kFramesPerDay;
  options.shape_rate = shape_rate;
  options.run_length = 1;
  pinhole_calibration calibration = {};
  const pinhole_status status = pinhole_calibrate(&options, scores.data(), scores.size(), nullptr, 0, &calibration);
  EXPECT_EQ(status.code, PINHOLE_OK) << status.text;
  return calibration;
}

void update(pinhole_calibration* calibration, const std::vector<float>& scores, size_t left_out = 0) {
  const pinhole_status status =
      pinhole_calibration_update(calibration, scores.data(), scores.size(), nullptr, 0, left_out);
  ASSERT_EQ(status.code, PINHOLE_OK) << status.text;
}

TEST(CalibrationHistory, ManyUnconfirmedAlertsAreNoMoreThanTheirRate) {
  constexpr double kAsked = 0.01;
  pinhole_calibration c = calibrated(simulate(Law::normal, 5000, 2), kAsked);
  for (uint64_t part = 0; part < 100; ++part) {
    std::vector<float> quiet;
    for (const float score : simulate(Law::normal, 5000, 300 + part))
      if (score <= c.threshold)
        quiet.push_back(score);
    update(&c, quiet, 10); // 0.002 a frame, 1,000 in all
    EXPECT_EQ(c.provisional, 0) << "after " << part + 2 << " parts";
    EXPECT_LT(c.bound_per_day, kAsked * kFramesPerDay * (1 + 1e-9));
  }
}

// What was left out comes on top of what is extrapolated to.
TEST(CalibrationHistory, ABoundThatRestsOnLeftOutAlertsSaysSo) {
  constexpr double kAsked = 1e-5;
  pinhole_calibration c = calibrated(simulate(Law::normal, 1000, 3), kAsked);
  EXPECT_EQ(c.bound_per_day, kAsked * kFramesPerDay);
  update(&c, simulate(Law::normal, 1000, 4), 20);
  EXPECT_EQ(c.provisional, 1);
  EXPECT_GE(c.bound_per_day, 20.0 / 2000 * kFramesPerDay);
  ASSERT_EQ(pinhole_calibration_confirm(&c, 20).code, PINHOLE_OK);
  EXPECT_EQ(c.bound_per_day, kAsked * kFramesPerDay);
}

// However heavy the tail and rare the alerts: a threshold that scores can reach.
TEST(CalibrationHistory, ExtrapolatedThresholdsStayWithinReason) {
  for (const double shape_rate : {3.0, 10.0})
    for (const double decades : {1.0, 3.0, 6.0, 9.0})
      for (uint64_t stream = 0; stream < 20; ++stream) {
        const pinhole_calibration c =
            calibrated(simulate(Law::student4, 124, 500 + stream), std::pow(10.0, -2 - decades), shape_rate);
        EXPECT_LT(c.threshold, 1e12f) << "shape rate " << shape_rate << ", 1e-" << 2 + decades << ", " << stream;
      }
}

} // namespace
} // namespace pinhole::testing
