// SPDX-License-Identifier: Apache-2.0
// Each step of what is known of the scores' law, by numbers worked out by hand.
#include "anomaly/alerts_drift.h"

#include <gtest/gtest.h>

namespace pinhole::testing {
namespace {

// Quantiles 4, 5, 6; threshold 11, closes under 8.
pinhole_alert_options quantile_options() {
  pinhole_alert_options options = pinhole_default_alert_options(11);
  options.closing_threshold = 8;
  options.low = 4;
  options.middle = 5;
  options.high = 6;
  options.drift_frames = 100;
  return options;
}

pinhole_score_law law_at(double middle, double high, bool changed) {
  pinhole_score_law law = {};
  law.changing = 1;
  law.changed = changed ? 1 : 0;
  law.middle = middle;
  law.high = high;
  return law;
}

TEST(ScoreLaw, BeginsWithWhatWasCalibrated) {
  pinhole_score_law law;
  start_law(quantile_options(), &law);
  EXPECT_EQ(law.above, 0.1);
  EXPECT_EQ(law.below, 0.1);
  EXPECT_EQ(law.middle, 5);
  EXPECT_EQ(law.high, 6);
}

TEST(ScoreLaw, FollowsEachScoreByAStep) {
  const pinhole_alert_options options = quantile_options();
  pinhole_score_law law;
  pinhole_events events = {};
  start_law(options, &law);
  follow_law(options, 0, 7, {0, 0}, &law, &events);
  EXPECT_DOUBLE_EQ(law.above, 0.1 + 0.01 * 0.9);
  EXPECT_DOUBLE_EQ(law.below, 0.1 - 0.01 * 0.1);
  EXPECT_DOUBLE_EQ(law.middle, 5 + 0.04 * 0.5);
  EXPECT_DOUBLE_EQ(law.high, 6 + 0.04 * 0.9);
  start_law(options, &law);
  follow_law(options, 0, 4, {0, 0}, &law, &events); // the low quantile itself is not below it
  EXPECT_DOUBLE_EQ(law.below, 0.1 - 0.01 * 0.1);
  EXPECT_DOUBLE_EQ(law.middle, 5 - 0.04 * 0.5);
  EXPECT_DOUBLE_EQ(law.high, 6 - 0.04 * 0.1);
}

TEST(ScoreLaw, LimitsRiseWithTheMiddleAndWidenWithTheSpread) {
  const pinhole_alert_options options = quantile_options();
  AlertLimits limits = limits_in_force(options, law_at(7, 8, true));
  EXPECT_DOUBLE_EQ(limits.opening, 13);
  EXPECT_DOUBLE_EQ(limits.closing, 10);
  limits = limits_in_force(options, law_at(7, 9, true));
  EXPECT_DOUBLE_EQ(limits.opening, 7 + 2 * 6);
  EXPECT_DOUBLE_EQ(limits.closing, 7 + 2 * 3);
  EXPECT_DOUBLE_EQ(limits_in_force(options, law_at(7, 7.5, true)).opening, 13) << "never narrower";
  EXPECT_DOUBLE_EQ(limits_in_force(options, law_at(7, 27, true)).opening, 7 + 4 * 6) << "at most fourfold";
  EXPECT_DOUBLE_EQ(limits_in_force(options, law_at(4.5, 9, true)).opening, 11) << "they do not fall";
}

TEST(ScoreLaw, LimitsRiseInPartWhileTheLawChanges) {
  const pinhole_alert_options options = quantile_options();
  pinhole_score_law law = law_at(7, 8, false);
  law.above = 0.375;
  EXPECT_DOUBLE_EQ(limits_in_force(options, law).opening, 12) << "half way from a quarter to a half of the scores";
  law.above = 0.25;
  EXPECT_DOUBLE_EQ(limits_in_force(options, law).opening, 11);
  law.above = 0.1; // it is the lower quantile that is passed
  EXPECT_DOUBLE_EQ(limits_in_force(options, law).opening, 11);
  law.changing = 0;
  law.above = 0.5;
  EXPECT_DOUBLE_EQ(limits_in_force(options, law).opening, 11);
}

TEST(ScoreLaw, IsToldOfFromHalfOfTheScoresOn) {
  const pinhole_alert_options options = quantile_options();
  pinhole_score_law law;
  pinhole_events events = {};
  start_law(options, &law);
  int frames = 0;
  while (events.count == 0 && frames < 1000)
    follow_law(options, frames++, 7, {1, 2}, &law, &events);
  ASSERT_EQ(events.count, 1);
  EXPECT_GE(law.above, 0.5);
  EXPECT_LT(law.above, 0.51);
  EXPECT_EQ(events.event[0].kind, PINHOLE_EVENT_DRIFT);
  EXPECT_EQ(events.event[0].threshold, 0.5);
  EXPECT_EQ(events.event[0].time, 2);
}

TEST(ScoreLaw, WhatPassesWithinAnHourSaysHowLongThingsLast) {
  for (const double lasted : {3600.0, 3601.0}) {
    pinhole_score_law law = law_at(7, 8, true);
    law.above = law.below = 0.1;
    pinhole_events events = {};
    follow_law(quantile_options(), 0, 5, {lasted, lasted}, &law, &events);
    EXPECT_EQ(law.changed, 0);
    EXPECT_EQ(law.longest_passing, lasted <= 3600 ? lasted : 0);
  }
}

TEST(ScoreLaw, TheEndOfTheStreamClosesADrift) {
  const pinhole_alert_options options = quantile_options();
  pinhole_alerts alerts;
  ASSERT_EQ(pinhole_alerts_start(&alerts, &options).code, PINHOLE_OK);
  pinhole_events events = {};
  for (int64_t frame = 0; frame < 500; ++frame) {
    const pinhole_observation seen = {frame, 0.1 * static_cast<double>(frame), 7, {}, PINHOLE_CAMERA_CLEAR};
    ASSERT_EQ(pinhole_alerts_push(&alerts, &seen, &events).code, PINHOLE_OK);
  }
  ASSERT_EQ(alerts.law.event.open, 1);
  pinhole_alerts_finish(&alerts, &events);
  ASSERT_EQ(events.count, 1);
  EXPECT_EQ(events.event[0].kind, PINHOLE_EVENT_DRIFT);
  EXPECT_EQ(events.event[0].open, 0);
  EXPECT_EQ(events.event[0].reason, PINHOLE_CLOSED_END);
  EXPECT_EQ(alerts.law.changed, 0) << "the next stream begins anew";
}

} // namespace
} // namespace pinhole::testing
