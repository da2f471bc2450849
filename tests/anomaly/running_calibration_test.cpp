// SPDX-License-Identifier: Apache-2.0
// Watching goes on calibrating: normal scores tighten the statement, anomalies do not raise the threshold, and what is
// left out does not make the rest look calmer than it is.
#include "anomaly/running_run.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace pinhole::testing {
namespace {

TEST(RunningCalibration, NormalScoresTightenTheStatement) {
  for (const Law law : {Law::normal, Law::gamma4, Law::ar1_90}) {
    const pinhole_calibration first = calibrated(simulate(law, 1000, 1), 100);
    ASSERT_EQ(first.provisional, 1);
    Running run(first);
    double decades = first.decades, supported = first.supported_per_day;
    for (int part = 0; part < 8; ++part) {
      run.push_all(simulate(law, 6000, 2 + static_cast<uint64_t>(part)));
      EXPECT_LT(run.calibration.supported_per_day, supported);
      EXPECT_TRUE(run.calibration.decades < decades || run.calibration.decades == 0);
      supported = run.calibration.supported_per_day;
      decades = run.calibration.decades;
    }
    run.finish();
    EXPECT_EQ(run.openings, 0) << law_name(law);
    EXPECT_EQ(run.calibration.frames, 1000u + 48000u) << "every frame counts once";
    EXPECT_NEAR(run.calibration.supported_per_day, 2.9957 / 49000 * kFramesPerDay, 1);
    EXPECT_EQ(run.calibration.provisional, 0);
    EXPECT_LT(run.calibration.threshold, first.threshold) << law_name(law);
    EXPECT_GE(run.updates, 48000 / kCapacity);
  }
}

TEST(RunningCalibration, IsTheUpdateByHand) {
  const std::vector<float> later = simulate(Law::ar1_90, kCapacity - 31, 8);
  pinhole_calibration by_hand = calibrated(simulate(Law::ar1_90, 1000, 7), 1);
  Running run(by_hand);
  run.push_all(later);
  const size_t taken = later.size() - static_cast<size_t>(run.running.guard);
  ASSERT_EQ(run.updates, 1);
  ASSERT_EQ(pinhole_calibration_update(&by_hand, later.data(), taken, nullptr, 0, 0).code, PINHOLE_OK);
  EXPECT_EQ(std::memcmp(&by_hand, &run.calibration, sizeof by_hand), 0);
  run.finish();
  ASSERT_EQ(pinhole_calibration_update(&by_hand, later.data() + taken, later.size() - taken, nullptr, 0, 0).code,
            PINHOLE_OK);
  EXPECT_EQ(std::memcmp(&by_hand, &run.calibration, sizeof by_hand), 0);
}

TEST(RunningCalibration, AnomaliesDoNotRaiseTheThreshold) {
  for (const Law law : {Law::normal, Law::ar1_90}) {
    const pinhole_calibration first = calibrated(simulate(law, 2000, 11), 100);
    Running calm(first), troubled(first);
    float highest = first.peak[0];
    for (uint64_t part = 0; part < 30; ++part) {
      const std::vector<float> scores = simulate(law, 2000, 100 + part);
      highest = std::max(highest, *std::max_element(scores.begin(), scores.end()));
      calm.push_all(scores);
      troubled.push_all(scores);
      if (part % 3 == 1)
        troubled.intrude();
    }
    calm.finish();
    troubled.finish();
    ASSERT_EQ(troubled.openings, 10);
    EXPECT_EQ(troubled.calibration.alerts_left_out, 10u);
    EXPECT_LE(troubled.calibration.peak[0], highest) << "no score of an anomaly was taken for normal";
    EXPECT_LE(troubled.calibration.threshold, first.threshold);
    EXPECT_GE(troubled.calibration.threshold, calm.calibration.threshold) << "each may have been a false one";
    EXPECT_LT(troubled.calibration.decades + 1e-9, first.decades);
    ASSERT_TRUE(confirm_alerts(10, &troubled.running, &troubled.calibration, &troubled.alerts).ok());
    EXPECT_NEAR(troubled.calibration.threshold, calm.calibration.threshold, 0.2) << law_name(law);
    EXPECT_EQ(troubled.alerts.options.threshold, static_cast<double>(troubled.calibration.threshold));
    EXPECT_EQ(confirm_alerts(1, &troubled.running, &troubled.calibration, &troubled.alerts).code,
              Code::invalid_argument);
    EXPECT_EQ(confirm_alerts(-1, &troubled.running, &troubled.calibration, &troubled.alerts).code,
              Code::invalid_argument);
  }
}

// Scores are never chosen so that the threshold sinks below what is asked: false alerts were left out, and count.
TEST(RunningCalibration, ThePromiseHoldsWhileItGoesOn) {
  for (const Law law : {Law::normal, Law::ar1_90}) {
    const AlertRates truth(law);
    const double asked = 1.0 / 1000; // per frame: false alerts do come
    int kept = 0;
    constexpr int kStreams = 100;
    for (uint64_t stream = 0; stream < kStreams; ++stream) {
      const std::vector<float> scores = simulate(law, 20000, 1000 + stream);
      Running run(calibrated({scores.begin(), scores.begin() + 1000}, asked * kFramesPerDay), kRunningScores);
      run.push_all({scores.begin() + 1000, scores.end()});
      run.finish();
      kept += static_cast<double>(run.calibration.threshold) >= truth.threshold_for(asked, run.calibration.run_length);
    }
    EXPECT_GE(kept, kStreams * 9 / 10) << law_name(law);
  }
}

// A sensor that is polled faster than it delivers gives every frame several times: the alerts' means take in the
// copies, and so do the calibration's.
TEST(RunningCalibration, FramesThatComeSeveralTimesKeepThePromise) {
  const double asked = 1.0 / 500;
  for (const int copies : {1, 2, 3}) {
    const auto frame = [=](int64_t i, const std::vector<float>& scores) {
      return static_cast<double>(scores[i / copies]);
    };
    const std::vector<float> normal = simulate(Law::gamma4, 10000, 61), later = simulate(Law::gamma4, 100000, 62);
    Running first(calibrated(normal, 10, 3), 30000); // for its record
    clear_record(3, &first.running.record);
    for (int64_t i = 0; i < 10000; ++i)
      gather(i, frame(i, normal), true, &first.running);
    const ScoreRuns gathered = first.running.record.all();
    const pinhole_calibration promised =
        calibrated({gathered.scores, gathered.scores + gathered.count}, asked * kFramesPerDay, 3);
    ASSERT_EQ(promised.provisional, 0);
    Running run(promised, 100001);
    for (int64_t i = 0; i < 100000; ++i)
      run.push(frame(i, later));
    EXPECT_LE(run.openings, 100000 * asked) << copies;
  }
}

class RunningFrames : public ::testing::Test {
protected:
  RunningFrames() : run(calibrated(simulate(Law::normal, 1000, 21), 10)), high(run.calibration.threshold + 1.0) {}
  Running run;
  double high;
};

TEST_F(RunningFrames, ARiseThatIsNoAlertCounts) {
  run.push_many(20, 0.1);
  run.push(high); // one frame opens no alert
  EXPECT_EQ(run.running.unsettled, 20);
  run.push_many(20, 0.1);
  EXPECT_EQ(run.openings, 0);
  EXPECT_EQ(run.record().count, 41);
  run.finish();
  EXPECT_EQ(run.calibration.peak[0], static_cast<float>(high));
}

// A camera that hangs is no evidence, but what it raises is an alert all the same.
TEST_F(RunningFrames, WhatHangsDoesNotCount) {
  run.push_many(20, 0.1);
  for (int i = 0; i < 30; ++i)
    run.push(0.1, PINHOLE_CAMERA_CLEAR, true);
  EXPECT_EQ(run.record().count, 20);
  run.push(high);
  run.push(high, PINHOLE_CAMERA_CLEAR, true);
  EXPECT_EQ(run.openings, 1);
  EXPECT_EQ(run.running.left_out, 1);
  run.finish();
  EXPECT_EQ(run.calibration.alerts_left_out, 1u);
  EXPECT_EQ(run.calibration.frames, 1020u);
}

// An alert that waits for the camera when the stream ends is given then, and counts.
TEST_F(RunningFrames, AnAlertThatOnlyTheEndGivesCounts) {
  run.push_many(100, 0.1);
  run.push_many(4, high, PINHOLE_CAMERA_DECIDING);
  EXPECT_EQ(run.openings, 0);
  run.finish();
  EXPECT_EQ(run.calibration.alerts_left_out, 1u);
  EXPECT_EQ(run.calibration.frames, 1075u) << "less the guard";
  EXPECT_EQ(pinhole_calibration_confirm(&run.calibration, 1).code, PINHOLE_OK);
}

TEST_F(RunningFrames, AnAlertWithoutQuietFramesCounts) {
  run.push_many(3, high);
  run.finish();
  EXPECT_EQ(run.calibration.alerts_left_out, 1u);
  EXPECT_EQ(run.calibration.frames, 1000u);
}

TEST_F(RunningFrames, AnAlertTakesItsSurroundingsAlong) {
  run.push_many(100, 0.1);
  run.push_many(3, high);
  ASSERT_EQ(run.openings, 1);
  EXPECT_EQ(run.running.guard, 25) << "two seconds";
  EXPECT_EQ(run.record().count, 75);
  run.push_many(26, 0.1); // closing, then cooling down
  EXPECT_EQ(run.record().count, 75);
  run.push_many(5, 0.1);
  EXPECT_GT(run.record().count, 75);
  EXPECT_EQ(run.record().runs, 2);
  run.finish();
  EXPECT_EQ(run.calibration.alerts_left_out, 1u);
  EXPECT_LT(run.calibration.peak[0], static_cast<float>(high));
}

// An alert that has to wait for the end of the cool-down after another one is near the same frames.
TEST_F(RunningFrames, ASecondAlertTakesNothingThatIsBeforeTheFirst) {
  run.push_many(100, 0.1);
  run.push_many(3, high);
  run.push_many(10, 0.1);
  ASSERT_EQ(run.alerts.open, 0);
  run.push_many(30, high);
  ASSERT_EQ(run.openings, 2);
  EXPECT_EQ(run.record().count, 75);
  run.finish();
  EXPECT_EQ(run.calibration.frames, 1075u);
}

// Nor does one that comes before the mean of a new run is full.
TEST(RunningCalibration, AnAlertAtTheBeginningOfARunTakesNothingOfOneThatAnAlertEnded) {
  Running run(calibrated(simulate(Law::normal, 1000, 33), 10, 3));
  const double high = static_cast<double>(run.calibration.threshold) + 10;
  run.push_many(100, 0.1);
  run.push_many(3, high);
  run.push_many(30, 0.1);
  const int32_t left = run.record().count;
  ASSERT_EQ(run.openings, 1);
  interrupt(&run.running); // the calibration knows the frames of a while
  run.push_many(3, high);
  ASSERT_EQ(run.openings, 2);
  EXPECT_GE(left, 73);
  EXPECT_GE(run.record().count, 73);
}

// Every frame is counted once, by what became of it.
TEST_F(RunningFrames, TheTallyNamesWhatBecameOfEveryFrame) {
  run.push_many(100, 0.1);
  run.push_many(3, high);
  run.push_many(40, 0.1);
  run.push_many(4, 0.1, PINHOLE_CAMERA_DECIDING);
  run.push_many(6, 0.1, PINHOLE_CAMERA_DISTURBED);
  run.push_many(5, 0.1);
  run.push(0.1, PINHOLE_CAMERA_CLEAR, true);
  run.finish();
  const FrameTally& t = run.running.tally;
  EXPECT_EQ(t.added, static_cast<int64_t>(run.calibration.frames) - 1000);
  EXPECT_EQ(t.added, 75 + 14 + 5);
  EXPECT_EQ(t.alert, 3) << "from its opening, with the first one below";
  EXPECT_EQ(t.near, 25 + 1 + 25) << "guard, rise, cool-down";
  EXPECT_EQ(t.camera, 10);
  EXPECT_EQ(t.repeated, 1);
  EXPECT_EQ(t.drift + t.beginning, 0);
  EXPECT_EQ(t.added + t.alert + t.near + t.camera + t.repeated, run.frame);
}

TEST_F(RunningFrames, DisturbedFramesDoNotCountAndDoubtIsSettled) {
  run.push_many(10, 0.1);
  run.push_many(4, 0.2, PINHOLE_CAMERA_DECIDING);
  run.push(0.1);
  EXPECT_EQ(run.record().count, 15) << "it was nothing";
  run.push_many(4, high, PINHOLE_CAMERA_DECIDING);
  run.push_many(10, high, PINHOLE_CAMERA_DISTURBED);
  EXPECT_EQ(run.record().count, 15);
  run.push_many(10, 0.1);
  EXPECT_EQ(run.record().count, 25);
  EXPECT_EQ(run.record().runs, 2);
  EXPECT_EQ(run.openings, 0);
}

TEST_F(RunningFrames, NotANumberIsSkipped) {
  run.push_many(10, 0.1);
  run.push(std::numeric_limits<double>::quiet_NaN());
  run.push(std::numeric_limits<double>::infinity());
  run.push_many(10, 0.1);
  EXPECT_EQ(run.record().count, 20);
  run.finish();
  EXPECT_EQ(pinhole_calibration_check(&run.calibration, nullptr).code, PINHOLE_OK);
}

// As a camera does whose exposure does not come back: the alert ends, and calibrating goes on.
TEST_F(RunningFrames, AStepToBelowTheThresholdDoesNotHoldAnAlertForEver) {
  run.push_many(50, 0.1);
  run.push_many(10, 100 * high);
  ASSERT_EQ(run.openings, 1);
  EXPECT_EQ(run.alerts.options.linger_frames, 13) << "a second";
  const double step = 0.8 * run.alerts.options.threshold;
  ASSERT_GT(step, run.alerts.options.closing_threshold);
  const int32_t before = run.record().count;
  run.push_many(100, step);
  EXPECT_EQ(run.alerts.open, 0);
  EXPECT_GT(run.record().count, before);
  run.push_many(3, 10 * high); // the threshold in force follows the step
  EXPECT_EQ(run.openings, 2) << "and what happens then is seen";
}

TEST_F(RunningFrames, DriftIsNotTakenIn) {
  const double shifted = static_cast<double>(run.calibration.quantile_90) + 0.2;
  while (!run.alerts.law.changed && run.frame < 5000)
    run.push(shifted);
  ASSERT_TRUE(run.alerts.law.changed);
  const int32_t count = run.record().count;
  const int updates = run.updates;
  run.push_many(1000, shifted);
  EXPECT_EQ(run.record().count, count);
  EXPECT_EQ(run.updates, updates);
}

TEST(ScoreRecord, GapsBeginRunsWithASmoothingOfTheirOwn) {
  Running run(calibrated(simulate(Law::normal, 1000, 31), 10, 3));
  for (int i = 0; i < 10; ++i)
    run.push(0.1 * i);
  EXPECT_EQ(run.record().count, 8);
  EXPECT_FLOAT_EQ(run.record().scores[0], 0.1f);
  run.frame += 2; // two frames lost: the smoothing spans them
  run.push(0);
  EXPECT_EQ(run.record().runs, 1);
  EXPECT_EQ(run.record().count, 9);
  run.frame += 3;
  run.push_many(2, 0);
  EXPECT_EQ(run.record().runs, 1) << "no score of the second run yet";
  run.push(0.3);
  ASSERT_EQ(run.record().runs, 2);
  EXPECT_EQ(run.record().starts[1], 9u);
  EXPECT_FLOAT_EQ(run.record().scores[9], 0.1f);
  run.frame -= 100;
  run.push_many(3, 0);
  EXPECT_EQ(run.record().runs, 3) << "time went back";
}

TEST(ScoreRecord, DropsFromBothEnds) {
  Running run(calibrated(simulate(Law::normal, 1000, 32), 10));
  ScoreRecord* record = &run.running.record;
  const auto fill = [&] {
    clear_record(1, record);
    for (int64_t i = 0; i < 30; ++i)
      record_score(i + i / 10 * 50, static_cast<double>(i), record);
  };
  fill();
  ASSERT_EQ(record->runs, 3);
  EXPECT_EQ(record->first(20).runs, 2u);
  EXPECT_EQ(record->first(21).runs, 3u);
  drop_first(15, record);
  ASSERT_EQ(record->count, 15);
  EXPECT_EQ(record->runs, 2);
  EXPECT_EQ(record->starts[0], 0u);
  EXPECT_EQ(record->starts[1], 5u);
  EXPECT_EQ(record->scores[0], 15);
  drop_first(15, record);
  EXPECT_EQ(record->runs, 0);
  record_score(130, 7, record);
  ASSERT_EQ(record->runs, 1) << "the run that went on";
  EXPECT_EQ(record->starts[0], 0u);
  fill();
  drop_from(3, record);
  EXPECT_EQ(record->count, 20) << "no further than the latest run's start";
  EXPECT_EQ(record->runs, 2);
  fill();
  drop_from(25, record);
  EXPECT_EQ(record->count, 25);
  EXPECT_EQ(record->runs, 3);
  clear_record(1, record);
  for (int64_t i = 0; i < 2 * kCapacity; ++i)
    record_score(i, 1, record);
  EXPECT_EQ(record->count, kCapacity) << "a full one takes nothing";
}

} // namespace
} // namespace pinhole::testing
