// SPDX-License-Identifier: Apache-2.0
// Calibrations that go on for months, with more alerts than there are clusters kept, left out or not; and thresholds
// that are extrapolated far.
#include "anomaly/calibration_state.h"
#include "bench/score_laws.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace pinhole::testing {
namespace {

constexpr double kFramesPerSecond = 0.1, kFramesPerDay = 86400 * kFramesPerSecond;

pinhole_calibration calibrated(const std::vector<float>& scores, double asked_per_frame, double shape_rate = 10) {
  pinhole_calibration_options options = pinhole_default_calibration_options();
  options.frames_per_second = kFramesPerSecond;
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

TEST(CalibrationHistory, MoreAlertsLeftOutThanCanBeCountedStayPossibleOnes) {
  pinhole_calibration c = calibrated(simulate(Law::normal, 500, 12), 0.01);
  for (int i = 0; i < 3; ++i) {
    update(&c, {1, 2}, std::numeric_limits<size_t>::max());
    ASSERT_EQ(pinhole_calibration_check(&c, nullptr).code, PINHOLE_OK);
    EXPECT_GT(c.alerts_left_out, uint64_t{1} << 60);
    EXPECT_EQ(c.provisional, 1);
  }
}

// Frames at a rate of one alert in a hundred; 128 of them are 12,800 frames, which is about how long is remembered.
constexpr double kOften = 0.01;
constexpr size_t kPart = 2000;

void go_on(pinhole_calibration* calibration, Law law, double spread, uint64_t parts, uint64_t stream) {
  for (uint64_t part = 0; part < parts; ++part) {
    std::vector<float> scores = simulate(law, kPart, stream + part);
    for (float& score : scores)
      score *= static_cast<float>(spread);
    update(calibration, scores);
  }
}

TEST(CalibrationHistory, TheRateIsKeptAndUsedForEver) {
  const AlertRates truth(Law::normal);
  int kept = 0, looks = 0;
  for (uint64_t stream = 0; stream < 20; ++stream) {
    pinhole_calibration c = calibrated(simulate(Law::normal, 1000, 7000 + stream), kOften);
    for (uint64_t year = 0; year < 10; ++year) {
      go_on(&c, Law::normal, 1, 8, 10000 + 1000 * stream + 10 * year);
      const double rate = truth.per_frame(static_cast<double>(c.threshold), c.run_length);
      EXPECT_EQ(c.provisional, 0);
      EXPECT_LE(static_cast<double>(c.frames) * kOften, 256 + kPart * kOften);
      EXPECT_GT(rate, 0.6 * kOften) << "stream " << stream << ", after " << 8 * (year + 1) << " parts";
      kept += rate <= kOften;
      ++looks;
    }
  }
  EXPECT_GE(kept, looks * 9 / 10);
}

TEST(CalibrationHistory, ANoisySeasonIsForgotten) {
  pinhole_calibration c = calibrated(simulate(Law::normal, 20000, 11), kOften);
  const float calm = c.threshold;
  go_on(&c, Law::normal, 2, 14, 2000);
  EXPECT_GT(c.threshold, 1.7f * calm) << "it follows upwards";
  go_on(&c, Law::normal, 1, 14, 3000);
  EXPECT_NEAR(c.threshold, calm, 0.15f * calm) << "and down again";
}

TEST(CalibrationHistory, AlertsThatNobodyConfirmedAreForgotten) {
  pinhole_calibration c = calibrated(simulate(Law::normal, 20000, 12), kOften);
  update(&c, simulate(Law::normal, kPart, 4000), 1000);
  EXPECT_EQ(c.provisional, 1);
  go_on(&c, Law::normal, 1, 14, 4100);
  EXPECT_EQ(c.alerts_left_out, 0u);
  EXPECT_EQ(c.provisional, 0);
}

TEST(CalibrationHistory, ConfirmedAlertsStayConfirmed) {
  pinhole_calibration c = calibrated(simulate(Law::normal, 20000, 13), kOften);
  update(&c, simulate(Law::normal, kPart, 5000), 300);
  EXPECT_EQ(c.recent_alerts_left_out, 300u);
  ASSERT_EQ(pinhole_calibration_confirm(&c, 299).code, PINHOLE_OK);
  EXPECT_EQ(c.recent_alerts_left_out, 1u);
  go_on(&c, Law::normal, 1, 6, 5100);
  EXPECT_EQ(c.recent_frames, 0u);
  EXPECT_EQ(c.alerts_left_out, 1u);
}

// However many alerts are asked for: the night does not forget the day.
TEST(CalibrationHistory, ADayIsRemembered) {
  pinhole_calibration c = calibrated(simulate(Law::normal, 20000, 15), kOften);
  ASSERT_EQ(pinhole_calibration_ask(&c, 0.4 * kFramesPerDay).code, PINHOLE_OK);
  go_on(&c, Law::normal, 1, 4, 7000);
  EXPECT_EQ(c.frames, 28000u);
  EXPECT_EQ(c.recent_frames, 8000u);
  go_on(&c, Law::normal, 1, 1, 7004);
  EXPECT_EQ(c.frames, 10000u) << "8,640 are a day";
  EXPECT_EQ(c.provisional, 0);
}

TEST(CalibrationHistory, AFewScoresNeverStandAlone) {
  const std::vector<float> first = simulate(Law::normal, 400, 16);
  pinhole_calibration_options options = pinhole_default_calibration_options();
  options.frames_per_second = 1.0 / 86400; // pictures
  options.asked_per_day = 20;
  pinhole_calibration c = {};
  ASSERT_EQ(pinhole_calibrate(&options, first.data(), first.size(), nullptr, 0, &c).code, PINHOLE_OK);
  update(&c, simulate(Law::normal, 7, 17));
  EXPECT_EQ(c.frames, 407u);
  EXPECT_EQ(pinhole_calibration_check(&c, nullptr).code, PINHOLE_OK);
  update(&c, simulate(Law::normal, 7, 18));
  EXPECT_EQ(c.frames, 14u);
  EXPECT_EQ(pinhole_calibration_check(&c, nullptr).code, PINHOLE_OK);
}

TEST(CalibrationHistory, ScoresOfFewValuesStayACalibration) {
  std::vector<float> scores(20000, 3);
  for (size_t i = 0; i < scores.size(); i += 40)
    scores[i] = 5;
  pinhole_calibration c = calibrated(scores, kOften);
  for (int part = 0; part < 20; ++part)
    update(&c, std::vector<float>(kPart, 3));
  EXPECT_EQ(pinhole_calibration_check(&c, nullptr).code, PINHOLE_OK);
  update(&c, {-std::numeric_limits<float>::max()});
  EXPECT_EQ(pinhole_calibration_check(&c, nullptr).code, PINHOLE_OK);
}

// The median of the first frames says nothing of these any more.
TEST(CalibrationHistory, ACalmBelowEverythingSeenFirst) {
  pinhole_calibration c = calibrated(simulate(Law::normal, 20000, 14), kOften);
  for (uint64_t part = 0; part < 14; ++part) {
    std::vector<float> scores = simulate(Law::normal, kPart, 6000 + part);
    for (float& score : scores)
      score = score / 16 - 5;
    update(&c, scores);
  }
  EXPECT_LT(c.peak[0], c.quantile_50);
  EXPECT_EQ(c.threshold, c.lowest_threshold);
  EXPECT_EQ(pinhole_calibration_check(&c, nullptr).code, PINHOLE_OK);
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
