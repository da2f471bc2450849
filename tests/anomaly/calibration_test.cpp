// SPDX-License-Identifier: Apache-2.0
#include "anomaly/calibration_state.h"
#include "bench/score_laws.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

namespace pinhole::testing {
namespace {

constexpr double kFrameDays = 86400 * 12.5; // alerts a day, of one per frame

pinhole_calibration_options options_for(double asked_per_day) {
  pinhole_calibration_options options = pinhole_default_calibration_options();
  options.origin = {0x1234, 0x5678, 320, 240, PINHOLE_RGB24, 3};
  options.frames_per_second = 12.5;
  options.asked_per_day = asked_per_day;
  return options;
}

pinhole_status calibrate(const pinhole_calibration_options& options, const std::vector<float>& scores,
                         pinhole_calibration* calibration) {
  return pinhole_calibrate(&options, scores.data(), scores.size(), nullptr, 0, calibration);
}

pinhole_calibration calibrated(const pinhole_calibration_options& options, const std::vector<float>& scores) {
  pinhole_calibration calibration = {};
  const pinhole_status status = calibrate(options, scores, &calibration);
  EXPECT_EQ(status.code, PINHOLE_OK) << status.text;
  return calibration;
}

pinhole_status update(pinhole_calibration* calibration, const std::vector<float>& scores, size_t left_out = 0) {
  return pinhole_calibration_update(calibration, scores.data(), scores.size(), nullptr, 0, left_out);
}

void expect_refused(const pinhole_status& status, pinhole_code code, const char* text) {
  EXPECT_EQ(status.code, code) << status.text;
  EXPECT_NE(std::string(status.text).find(text), std::string::npos) << status.text;
}

bool same_bytes(const pinhole_calibration& a, const pinhole_calibration& b) {
  return std::memcmp(&a, &b, sizeof a) == 0;
}

TEST(Calibration, SupportedRatesTakeAnOrderStatistic) {
  const std::vector<float> scores = simulate(Law::normal, 1000, 1);
  std::vector<float> sorted = scores;
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  pinhole_calibration_options options = options_for(0.0031 * kFrameDays); // 3.1 clusters expected, none allowed
  options.run_length = 1;
  const pinhole_calibration rare = calibrated(options, scores);
  EXPECT_EQ(rare.threshold, sorted[0]);
  EXPECT_EQ(rare.provisional, 0);
  EXPECT_EQ(rare.decades, 0);
  EXPECT_NEAR(rare.supported_per_day, 2.9957 / 1000 * kFrameDays, 1);
  EXPECT_NEAR(rare.bound_per_day, rare.supported_per_day, 1e-6);
  EXPECT_EQ(pinhole_calibration_seconds_missing(&rare), 0);
  options.asked_per_day = 0.0049 * kFrameDays; // 4.9 expected: one is allowed
  const pinhole_calibration frequent = calibrated(options, scores);
  EXPECT_EQ(frequent.threshold, sorted[1]);
  EXPECT_NEAR(frequent.bound_per_day, 4.7439 / 1000 * kFrameDays, 1);
}

TEST(Calibration, BelowTheSupportedRateItIsProvisionalAndSaysHowLongItTakes) {
  const std::vector<float> scores = simulate(Law::ar1_90, 124, 2);
  const pinhole_calibration c = calibrated(options_for(26), scores);
  EXPECT_EQ(c.provisional, 1);
  EXPECT_NEAR(c.decades, 3, 0.01);
  EXPECT_GT(c.threshold, *std::max_element(scores.begin(), scores.end()));
  EXPECT_EQ(c.bound_per_day, 26);
  EXPECT_LT(c.independent_frames, 30);
  EXPECT_NEAR(pinhole_calibration_seconds_missing(&c), 2.9957 / 26 * 86400 - 124 / 12.5, 1);
  EXPECT_EQ(pinhole_calibration_check(&c, &c.origin).code, PINHOLE_OK);
}

TEST(Calibration, RarerIsNeverLower) {
  const std::vector<float> scores = simulate(Law::gamma4, 2000, 3);
  pinhole_calibration c = calibrated(options_for(1), scores);
  float threshold = c.threshold;
  for (double asked = 2; asked < 1e6; asked *= 2) {
    ASSERT_EQ(pinhole_calibration_ask(&c, asked).code, PINHOLE_OK);
    EXPECT_LE(c.threshold, threshold) << asked;
    threshold = c.threshold;
  }
  EXPECT_GE(threshold, c.lowest_threshold);
}

TEST(Calibration, AskEqualsCalibratingWithThatRate) {
  const std::vector<float> scores = simulate(Law::student4, 800, 4);
  pinhole_calibration asked = calibrated(options_for(1), scores);
  for (const double rate : {0.5, 3000.0, 50000.0}) {
    ASSERT_EQ(pinhole_calibration_ask(&asked, rate).code, PINHOLE_OK);
    EXPECT_TRUE(same_bytes(asked, calibrated(options_for(rate), scores))) << rate;
  }
  expect_refused(pinhole_calibration_ask(&asked, 0), PINHOLE_INVALID_ARGUMENT, "alerts per day");
}

TEST(Calibration, DeclustersDependentScores) {
  const pinhole_calibration c = calibrated(options_for(100), simulate(Law::ar1_90, 20000, 5));
  EXPECT_NEAR(c.autocorrelation_frames, 19, 4);
  EXPECT_NEAR(static_cast<double>(c.frames) / c.independent_frames, c.autocorrelation_frames, 1e-9);
  EXPECT_GE(c.run_length, 12);
  EXPECT_LT(c.extremal_index, 0.6);
  EXPECT_EQ(calibrated(options_for(100), simulate(Law::normal, 20000, 5)).run_length, 1);
}

TEST(CalibrationUpdate, ConfirmedAlertsNoLongerCount) {
  const std::vector<float> first = simulate(Law::normal, 2000, 16), later = simulate(Law::normal, 2000, 17);
  pinhole_calibration without = calibrated(options_for(500), first), with = without;
  ASSERT_EQ(update(&without, later).code, PINHOLE_OK);
  ASSERT_EQ(update(&with, later, 3).code, PINHOLE_OK);
  ASSERT_GT(with.threshold, without.threshold);
  pinhole_calibration partly = with;
  ASSERT_EQ(pinhole_calibration_confirm(&partly, 2).code, PINHOLE_OK);
  EXPECT_EQ(partly.alerts_left_out, 1u);
  EXPECT_GE(partly.threshold, without.threshold);
  expect_refused(pinhole_calibration_confirm(&partly, 2), PINHOLE_INVALID_ARGUMENT, "2 alerts confirmed, but 1");
  ASSERT_EQ(pinhole_calibration_confirm(&with, 3).code, PINHOLE_OK);
  EXPECT_TRUE(same_bytes(with, without));
  with.magic = 0;
  expect_refused(pinhole_calibration_confirm(&with, 0), PINHOLE_BAD_FILE, "calibration");
}

// An alert that is dismissed tells how high it was: as if its frames had been given.
TEST(CalibrationUpdate, DismissedAlertsCountAtTheirHeight) {
  const std::vector<float> first = simulate(Law::normal, 2000, 16), quiet = simulate(Law::normal, 2000, 17);
  const double heights[] = {8.5, 7.25, 9.75};
  std::vector<float> later = quiet;
  for (size_t i = 0; i < 3; ++i)
    later[500 * (i + 1)] = static_cast<float>(heights[i]);
  for (const double asked : {1.0, 500.0, 0.002 * kFrameDays}) { // by the tail fit; by counting
    pinhole_calibration given = calibrated(options_for(asked), first), dismissed = given;
    ASSERT_EQ(update(&given, later).code, PINHOLE_OK);
    ASSERT_EQ(update(&dismissed, quiet, 3).code, PINHOLE_OK);
    const pinhole_calibration left_out = dismissed;
    ASSERT_EQ(pinhole_calibration_dismiss(&dismissed, heights, 2).code, PINHOLE_OK);
    EXPECT_EQ(dismissed.alerts_left_out, 1u);
    expect_refused(pinhole_calibration_dismiss(&dismissed, heights, 2), PINHOLE_INVALID_ARGUMENT,
                   "2 alerts to dismiss, but 1");
    ASSERT_EQ(pinhole_calibration_dismiss(&dismissed, &heights[2], 1).code, PINHOLE_OK);
    EXPECT_EQ(dismissed.alerts_left_out, 0u);
    EXPECT_EQ(double{dismissed.peak[0]}, heights[2]);
    EXPECT_EQ(dismissed.alerts_dismissed, 3u);
    const double tolerance = asked < 100 ? 0.05 : 0.01;                          // the fit has three clusters more
    const double most = 2 * heights[2] - static_cast<double>(given.quantile_50), // of an extrapolation
        expected = std::min(static_cast<double>(given.threshold), most);
    EXPECT_NEAR(dismissed.threshold, expected, tolerance * expected) << asked;
    EXPECT_NEAR(dismissed.supported_per_day, given.supported_per_day, 0.01 * given.supported_per_day) << asked;
    if (asked < 500) {
      EXPECT_GT(dismissed.threshold, left_out.threshold) << asked;
    }
  }
}

TEST(CalibrationUpdate, ADismissedAlertHasAHeight) {
  pinhole_calibration c = calibrated(options_for(500), simulate(Law::normal, 2000, 16));
  ASSERT_EQ(update(&c, simulate(Law::normal, 2000, 17), 1).code, PINHOLE_OK);
  const pinhole_calibration before = c;
  for (const double wrong : {std::nan(""), HUGE_VAL, 1e300, -5.0, double{c.lowest_threshold}})
    expect_refused(pinhole_calibration_dismiss(&c, &wrong, 1), PINHOLE_INVALID_ARGUMENT, "no alert has a score of");
  const double one = 10;
  expect_refused(pinhole_calibration_dismiss(&c, nullptr, 1), PINHOLE_INVALID_ARGUMENT, "no alert to dismiss");
  expect_refused(pinhole_calibration_dismiss(&c, &one, 0), PINHOLE_INVALID_ARGUMENT, "no alert to dismiss");
  // Nothing is read where so many cannot be.
  expect_refused(pinhole_calibration_dismiss(&c, &one, SIZE_MAX), PINHOLE_INVALID_ARGUMENT, "but 1 left out");
  EXPECT_EQ(pinhole_calibration_dismiss(nullptr, &one, 1).code, PINHOLE_INVALID_ARGUMENT);
  EXPECT_TRUE(same_bytes(c, before));
  c.threshold += 1;
  expect_refused(pinhole_calibration_dismiss(&c, &one, 1), PINHOLE_BAD_FILE, "checksum");
}

// The same once more is not above the threshold, whatever is lost when it becomes a float.
TEST(CalibrationUpdate, TheThresholdIsNotBelowWhatIsDismissed) {
  pinhole_calibration first = calibrated(options_for(1), simulate(Law::normal, 2000, 16));
  ASSERT_EQ(update(&first, simulate(Law::normal, 2000, 17), 1).code, PINHOLE_OK);
  for (int i = 0; i < 100; ++i) {
    pinhole_calibration c = first;
    const double score = 50 + 0.1234567890123 * i;
    ASSERT_EQ(pinhole_calibration_dismiss(&c, &score, 1).code, PINHOLE_OK);
    EXPECT_GE(double{c.threshold}, score);
  }
}

// A few minutes' frames and a rate of one a day: a tail that is fitted to what was dismissed would go far beyond it.
TEST(CalibrationUpdate, WhatIsDismissedEarlyBlindsNothing) {
  pinhole_calibration c = calibrated(options_for(1), simulate(Law::normal, 2000, 16));
  ASSERT_EQ(update(&c, simulate(Law::normal, 500, 17), 10).code, PINHOLE_OK);
  for (int i = 0; i < 10; ++i) {
    const double score = 40 + i;
    ASSERT_EQ(pinhole_calibration_dismiss(&c, &score, 1).code, PINHOLE_OK);
    EXPECT_GE(double{c.threshold}, score);
    EXPECT_LE(double{c.threshold}, 2 * score);
  }
  EXPECT_EQ(c.provisional, 1);
  // So much is not promised any more as the tail would say.
  EXPECT_GT(c.bound_per_day, 10 * c.asked_per_day);
  EXPECT_EQ(c.bound_per_day, c.supported_per_day);
  pinhole_calibration calm = calibrated(options_for(1), simulate(Law::normal, 2000, 16));
  EXPECT_EQ(calm.bound_per_day, calm.asked_per_day);
}

// Those of a time that is kept apart are kept when all before it is forgotten.
TEST(CalibrationUpdate, RecentOnesThatAreDismissedAreKept) {
  constexpr double kAsked = 2000; // 128 of them take 69,120 frames; a day has 1,080,000
  pinhole_calibration c = calibrated(options_for(kAsked), simulate(Law::normal, 2000, 16));
  const auto push = [&](int blocks, size_t left_out) {
    for (int i = 0; i < blocks; ++i)
      ASSERT_EQ(update(&c, simulate(Law::normal, 20000, 100 + static_cast<uint64_t>(i)), i == 0 ? left_out : 0).code,
                PINHOLE_OK);
  };
  push(8, 0);
  push(1, 1);
  ASSERT_GT(c.recent_frames, 0u);
  const double score = 30;
  ASSERT_EQ(pinhole_calibration_dismiss(&c, &score, 1).code, PINHOLE_OK);
  ASSERT_EQ(c.peak[0], 30);
  const uint64_t recent = c.recent_frames;
  while (c.recent_frames >= recent)
    push(1, 0);
  EXPECT_EQ(c.peak[0], 30); // the earlier part has gone
  EXPECT_EQ(c.recent_frames, 0u);
}

// Whatever the threshold rests on, whoever looks at an alert and says that it was real sees what that is worth.
TEST(CalibrationUpdate, ConfirmingAlertsShowsInEveryStatement) {
  for (const double asked : {1.0, 0.004 * kFrameDays}) { // by the tail fit; by counting
    pinhole_calibration c = calibrated(options_for(asked), simulate(Law::normal, 1000, 18));
    ASSERT_EQ(update(&c, simulate(Law::normal, 1000, 19), 5).code, PINHOLE_OK);
    EXPECT_EQ(c.provisional, 1);
    EXPECT_NEAR(c.supported_per_day, 10.5130 / 2000 * kFrameDays, 1) << "five may have been false";
    for (size_t left = 5; left > 0; --left) {
      const pinhole_calibration before = c;
      ASSERT_EQ(pinhole_calibration_confirm(&c, 1).code, PINHOLE_OK);
      EXPECT_LT(c.supported_per_day, before.supported_per_day) << asked << " " << left;
      EXPECT_LE(c.decades, before.decades);
      EXPECT_LE(c.threshold, before.threshold);
      const double missing = pinhole_calibration_seconds_missing(&c);
      EXPECT_TRUE(missing == 0 || missing < pinhole_calibration_seconds_missing(&before));
    }
    EXPECT_NEAR(c.supported_per_day, 2.9957 / 2000 * kFrameDays, 1);
    EXPECT_EQ(c.provisional, asked == 1.0 ? 1 : 0);
  }
}

// A field that says nothing is no threshold.
TEST(CalibrationUpdate, ThresholdsBelowNoughtStayThere) {
  std::vector<float> scores = simulate(Law::normal, 1000, 23);
  const pinhole_calibration above = calibrated(options_for(1), scores);
  for (float& score : scores)
    score -= 100;
  pinhole_calibration below = calibrated(options_for(1), scores);
  EXPECT_EQ(below.provisional, 1);
  EXPECT_NEAR(below.threshold, above.threshold - 100, 0.01);
  const pinhole_calibration before = below;
  ASSERT_EQ(pinhole_calibration_update(&below, nullptr, 0, nullptr, 0, 1).code, PINHOLE_OK);
  ASSERT_EQ(pinhole_calibration_confirm(&below, 1).code, PINHOLE_OK);
  EXPECT_TRUE(same_bytes(below, before));
}

TEST(CalibrationUpdate, NoThresholdIsBelowTheLeastOne) {
  const std::vector<float> scores = simulate(Law::normal, 1000, 23);
  pinhole_calibration_options options = options_for(1);
  const pinhole_calibration free = calibrated(options, scores);
  options.least_threshold = static_cast<double>(free.threshold) - 1;
  EXPECT_EQ(calibrated(options, scores).threshold, free.threshold) << "higher than the least one by itself";
  options.least_threshold = static_cast<double>(free.threshold) + 5;
  pinhole_calibration c = calibrated(options, scores);
  EXPECT_FLOAT_EQ(c.threshold, free.threshold + 5);
  EXPECT_EQ(pinhole_calibration_check(&c, nullptr).code, PINHOLE_OK);
  ASSERT_EQ(update(&c, scores).code, PINHOLE_OK);
  EXPECT_FLOAT_EQ(c.threshold, free.threshold + 5);
  ASSERT_EQ(pinhole_calibration_ask(&c, 1e6).code, PINHOLE_OK);
  EXPECT_FLOAT_EQ(c.threshold, free.threshold + 5);
}

// They count at any threshold: how high they were is not known.
TEST(CalibrationUpdate, UnconfirmedAlertsCountAboveTheThresholdOfTheirTimeToo) {
  const double asked = 0.004 * kFrameDays;
  const std::vector<float> first = simulate(Law::normal, 1000, 20);
  std::vector<float> wild = simulate(Law::normal, 9000, 21);
  for (size_t i = 100; i < wild.size(); i += 250)
    wild[i] += 10; // 36 clusters, all counted: the threshold rises above the one at which the alerts were
  pinhole_calibration counted = calibrated(options_for(asked), first), left_out = counted;
  ASSERT_EQ(update(&counted, wild).code, PINHOLE_OK);
  ASSERT_EQ(update(&left_out, wild, 20).code, PINHOLE_OK);
  ASSERT_GT(counted.threshold, left_out.left_out_threshold);
  EXPECT_EQ(left_out.provisional, 0);
  EXPECT_GT(left_out.threshold, counted.threshold);
  EXPECT_LE(left_out.bound_per_day, asked);
}

TEST(CalibrationUpdate, AlertsAloneCountWithoutAFrame) {
  pinhole_calibration c = calibrated(options_for(1), simulate(Law::normal, 1000, 22));
  const pinhole_calibration before = c;
  ASSERT_EQ(pinhole_calibration_update(&c, nullptr, 0, nullptr, 0, 2).code, PINHOLE_OK);
  EXPECT_EQ(c.alerts_left_out, 2u);
  EXPECT_EQ(c.frames, 1000u);
  ASSERT_EQ(pinhole_calibration_confirm(&c, 2).code, PINHOLE_OK);
  EXPECT_TRUE(same_bytes(c, before));
  expect_refused(pinhole_calibration_update(&c, nullptr, 0, nullptr, 0, 0), PINHOLE_INVALID_ARGUMENT, "score");
  // Far more than can be counted, and none: a promise that gets worse, never a number that is none.
  ASSERT_EQ(pinhole_calibration_update(&c, nullptr, 0, nullptr, 0, 100000).code, PINHOLE_OK);
  EXPECT_GT(c.supported_per_day, 100000.0 / 1000 * kFrameDays);
  EXPECT_EQ(c.provisional, 1);
  EXPECT_EQ(pinhole_calibration_check(&c, nullptr).code, PINHOLE_OK);
}

TEST(CalibrationUpdate, EqualsCalibratingAllFramesAtSupportedRates) {
  const std::vector<float> all = simulate(Law::ar1_90, 6000, 6);
  const std::vector<float> first(all.begin(), all.begin() + 2000), later(all.begin() + 2000, all.end());
  const size_t starts[] = {0, 2000};
  for (const double per_frame : {0.006, 0.003, 0.0008}) {
    pinhole_calibration updated = calibrated(options_for(per_frame * kFrameDays), first);
    ASSERT_EQ(update(&updated, later).code, PINHOLE_OK);
    pinhole_calibration_options options = options_for(per_frame * kFrameDays);
    options.run_length = updated.run_length;
    pinhole_calibration whole = {};
    ASSERT_EQ(pinhole_calibrate(&options, all.data(), all.size(), starts, 2, &whole).code, PINHOLE_OK);
    EXPECT_EQ(updated.frames, whole.frames);
    EXPECT_EQ(updated.threshold, whole.threshold);
    EXPECT_EQ(updated.supported_per_day, whole.supported_per_day);
    EXPECT_EQ(updated.bound_per_day, whole.bound_per_day);
    EXPECT_EQ(std::memcmp(updated.peak, whole.peak, sizeof whole.peak), 0);
    EXPECT_EQ(std::memcmp(updated.low, whole.low, sizeof whole.low), 0);
  }
}

TEST(CalibrationUpdate, TightensTheStatementUntilTheRateIsSupported) {
  pinhole_calibration c = calibrated(options_for(100), simulate(Law::normal, 1000, 7));
  const pinhole_calibration first = c;
  double missing = pinhole_calibration_seconds_missing(&c);
  for (uint64_t minute = 0; minute < 42; ++minute) {
    ASSERT_EQ(update(&c, simulate(Law::normal, 750, 100 + minute)).code, PINHOLE_OK);
    EXPECT_LT(pinhole_calibration_seconds_missing(&c), missing);
    missing = pinhole_calibration_seconds_missing(&c);
  }
  EXPECT_EQ(c.provisional, 0) << "32,500 frames support 100 a day";
  EXPECT_EQ(missing, 0);
  EXPECT_LT(c.threshold, first.threshold);
  EXPECT_NEAR(first.supported_per_day / c.supported_per_day, 32.5, 1e-9);
}

TEST(CalibrationUpdate, AlertsLeftOutKeepTheThresholdUpUntilTheRateAllowsThem) {
  const double asked = 0.004 * kFrameDays;
  const pinhole_calibration first = calibrated(options_for(asked), simulate(Law::normal, 1000, 8));
  std::vector<float> quiet = simulate(Law::normal, 1000, 9);
  for (float& score : quiet)
    score = std::min(score, first.threshold); // what rose above was alerted, and left out
  pinhole_calibration trusting = first, careful = first;
  ASSERT_EQ(update(&trusting, quiet).code, PINHOLE_OK);
  ASSERT_EQ(update(&careful, quiet, 20).code, PINHOLE_OK);
  EXPECT_LT(trusting.threshold, first.threshold);
  EXPECT_EQ(careful.threshold, first.threshold);
  // 40 clusters expected in 10,000 frames: 29 are allowed, 20 of them are spoken for.
  ASSERT_EQ(update(&careful, std::vector<float>(8000, quiet[0])).code, PINHOLE_OK);
  EXPECT_LT(careful.threshold, first.threshold);
  pinhole_calibration all = trusting;
  ASSERT_EQ(update(&all, std::vector<float>(8000, quiet[0])).code, PINHOLE_OK);
  EXPECT_GT(careful.threshold, all.threshold);
  EXPECT_LE(careful.bound_per_day, asked);
}

TEST(CalibrationInput, NotFiniteConstantOrTooFewScoresAreRefused) {
  pinhole_calibration untouched = {};
  const pinhole_calibration zero = {};
  const auto refused = [&](const std::vector<float>& scores, pinhole_code code, const char* text) {
    expect_refused(calibrate(options_for(1), scores, &untouched), code, text);
    EXPECT_TRUE(same_bytes(untouched, zero));
  };
  std::vector<float> scores = simulate(Law::normal, 100, 13);
  scores[42] = std::numeric_limits<float>::quiet_NaN();
  refused(scores, PINHOLE_NUMERIC, "score 42 of 100 is not finite");
  scores[42] = std::numeric_limits<float>::infinity();
  refused(scores, PINHOLE_NUMERIC, "score 42 of 100 is not finite");
  refused(std::vector<float>(100, 0.25f), PINHOLE_NUMERIC, "constant");
  refused(simulate(Law::normal, 9, 13), PINHOLE_INVALID_ARGUMENT, "9 scores are too few: give at least 10");
  refused({}, PINHOLE_INVALID_ARGUMENT, "at least one score");
}

TEST(CalibrationInput, OptionsAndRunStartsAreChecked) {
  const std::vector<float> scores = simulate(Law::normal, 100, 14);
  pinhole_calibration c = {};
  const auto refused = [&](const char* text, auto change) {
    pinhole_calibration_options options = options_for(1);
    change(&options);
    expect_refused(calibrate(options, scores, &c), PINHOLE_INVALID_ARGUMENT, text);
  };
  refused("alerts per day", [](pinhole_calibration_options* o) { o->asked_per_day = -1; });
  refused("alerts per day", [](pinhole_calibration_options* o) { o->asked_per_day = NAN; });
  refused("frames per second", [](pinhole_calibration_options* o) { o->frames_per_second = 0; });
  refused("confidence", [](pinhole_calibration_options* o) { o->confidence = 1; });
  refused("shape rate", [](pinhole_calibration_options* o) { o->shape_rate = 0; });
  refused("least threshold", [](pinhole_calibration_options* o) { o->least_threshold = NAN; });
  refused("least threshold", [](pinhole_calibration_options* o) { o->least_threshold = 2e9; });
  refused("run length", [](pinhole_calibration_options* o) { o->run_length = 1025; });
  const pinhole_calibration_options options = options_for(1);
  for (const std::vector<size_t>& starts :
       std::vector<std::vector<size_t>>{{1, 50}, {0, 50, 50}, {0, 100}, {0, 60, 50}})
    expect_refused(pinhole_calibrate(&options, scores.data(), scores.size(), starts.data(), starts.size(), &c),
                   PINHOLE_INVALID_ARGUMENT, "starts must ascend");
  EXPECT_EQ(pinhole_calibrate(nullptr, scores.data(), 100, nullptr, 0, &c).code, PINHOLE_INVALID_ARGUMENT);
  EXPECT_EQ(pinhole_calibration_check(nullptr, nullptr).code, PINHOLE_INVALID_ARGUMENT);
}

TEST(CalibrationInput, OddButFiniteScoresGiveAFiniteThreshold) {
  for (const double asked : {1e-12, 1.0, 1e9})
    for (int kind = 0; kind < 5; ++kind) {
      std::vector<float> scores(60);
      for (size_t i = 0; i < scores.size(); ++i) {
        const auto x = static_cast<float>(i);
        const float odd[] = {x, -x, i % 2 ? 3e38f : -3e38f, i % 3 ? 0.0f : 1.0f, i == 30 ? 1e-40f : 0.0f};
        scores[i] = odd[kind];
      }
      const pinhole_calibration c = calibrated(options_for(asked), scores);
      EXPECT_EQ(pinhole_calibration_check(&c, nullptr).code, PINHOLE_OK) << "kind " << kind << " asked " << asked;
    }
}

} // namespace
} // namespace pinhole::testing
