// SPDX-License-Identifier: Apache-2.0
#include "anomaly/alert_run.h"

#include <cmath>
#include <cstring>
#include <limits>

namespace pinhole::testing {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Smoothing, MeanOfTheLatestOnceTheWindowIsFull) {
  pinhole_smoothing smoothing;
  pinhole_smoothing_start(&smoothing, 3);
  double mean = 0;
  EXPECT_EQ(pinhole_smooth(&smoothing, 3, &mean), 0);
  EXPECT_EQ(pinhole_smooth(&smoothing, 6, &mean), 0);
  EXPECT_EQ(pinhole_smooth(&smoothing, 9, &mean), 1);
  EXPECT_EQ(mean, 6);
  EXPECT_EQ(pinhole_smooth(&smoothing, kNan, &mean), 0);
  EXPECT_EQ(mean, 6) << "a score that is no number changes nothing";
  EXPECT_EQ(pinhole_smooth(&smoothing, 30, &mean), 1);
  EXPECT_EQ(mean, 15);
}

TEST(Smoothing, OnlyTheWindowCounts) {
  const auto last_mean = [](int junk) {
    pinhole_smoothing smoothing;
    pinhole_smoothing_start(&smoothing, 7);
    double mean = 0;
    for (int i = 0; i < junk; ++i)
      pinhole_smooth(&smoothing, 1e15 / (i + 1), &mean);
    for (int i = 0; i < 7; ++i)
      pinhole_smooth(&smoothing, 0.1 * i, &mean);
    return mean;
  };
  const double alone = last_mean(0);
  for (const int junk : {1, 3, 8, 20})
    EXPECT_EQ(last_mean(junk), alone) << "to the last bit";
}

TEST(Smoothing, WindowIsClamped) {
  pinhole_smoothing smoothing;
  double mean = 0;
  pinhole_smoothing_start(&smoothing, -5);
  EXPECT_EQ(pinhole_smooth(&smoothing, 4, &mean), 1);
  pinhole_smoothing_start(&smoothing, 1000);
  for (int i = 1; i <= PINHOLE_MOST_SMOOTHING; ++i)
    EXPECT_EQ(pinhole_smooth(&smoothing, 1, &mean), i == PINHOLE_MOST_SMOOTHING);
}

TEST(Alerts, OpensClosesAndSaysWhen) {
  AlertRun run(plain_options());
  run.push_many(20, 1);
  EXPECT_TRUE(run.push(11).empty()) << "one frame is too few";
  const auto opened = run.push(15);
  ASSERT_EQ(opened.size(), 1u);
  EXPECT_EQ(opened[0].kind, PINHOLE_EVENT_ANOMALY);
  EXPECT_EQ(opened[0].open, 1);
  EXPECT_EQ(opened[0].suppressed, 0);
  EXPECT_EQ(opened[0].first, 20);
  EXPECT_EQ(opened[0].peak, 21);
  EXPECT_EQ(opened[0].last, 21);
  EXPECT_EQ(opened[0].score, 15);
  EXPECT_EQ(opened[0].threshold, 10);
  EXPECT_NEAR(opened[0].time, 2.1, 1e-9);
  run.push(20); // 22
  run.push(9);  // 23: under the threshold, not under the closing one
  EXPECT_TRUE(run.push(1).empty());
  const auto closed = run.push(1);
  ASSERT_EQ(closed.size(), 1u);
  EXPECT_EQ(closed[0].open, 0);
  EXPECT_EQ(closed[0].first, 20);
  EXPECT_EQ(closed[0].peak, 22);
  EXPECT_EQ(closed[0].last, 23);
  EXPECT_EQ(closed[0].score, 20);
  EXPECT_NEAR(closed[0].time, 2.5, 1e-9);
  EXPECT_TRUE(run.finish().empty());
}

TEST(Alerts, SingleHighFramesOpenNothing) {
  AlertRun run(plain_options());
  for (int i = 0; i < 200; ++i)
    run.push(i % 2 ? 100 : 1);
  EXPECT_TRUE(run.events.empty());
}

TEST(Alerts, FlutterAroundTheThresholdIsOneAlert) {
  AlertRun run(plain_options());
  run.push_many(2, 12);
  for (int i = 0; i < 300; ++i)
    run.push(i % 3 == 0 ? 7.5 : i % 3 == 1 ? 8.5 : 11); // single frames under the closing threshold
  run.push_many(5, 1);
  ASSERT_EQ(run.events.size(), 2u);
  EXPECT_EQ(run.events[1].last, 301);
}

TEST(Alerts, AScoreThatLingersBetweenTheThresholdsClosesAnAlert) {
  AlertRun run(plain_options());
  run.push_many(10, 1000);
  run.push_many(24, 9); // less than a lasting change of what is usual
  run.push(11);
  EXPECT_EQ(run.events.size(), 1u);
  run.push_many(24, 9);
  EXPECT_EQ(run.events.size(), 1u);
  const auto closed = run.push(9);
  ASSERT_EQ(closed.size(), 1u);
  EXPECT_EQ(closed[0].reason, PINHOLE_CLOSED_LINGERING);
  EXPECT_EQ(closed[0].last, 59) << "the alert was there until now";
  run.push_many(500, 9);
  EXPECT_EQ(run.events.size(), 2u);
  run.push_many(2, 11);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 2) << "what comes next is seen";

  pinhole_alert_options never = plain_options();
  never.linger_frames = 0;
  AlertRun patient(never);
  patient.push_many(10, 1000);
  patient.push_many(1000, 9);
  EXPECT_EQ(patient.events.size(), 1u);
}

TEST(Alerts, NoneIsOpenForLongerThanAllowed) {
  pinhole_alert_options options = plain_options();
  options.longest_seconds = 6;
  options.cooldown_seconds = 2;
  AlertRun run(options);
  run.push_many(200, 50); // ten frames a second
  ASSERT_GE(run.events.size(), 4u);
  EXPECT_EQ(run.events[0].reason, PINHOLE_CLOSED_OVER);
  EXPECT_EQ(run.events[1].reason, PINHOLE_CLOSED_LONGEST);
  EXPECT_NEAR(run.events[1].time - run.events[0].time, 6, 0.11);
  EXPECT_NEAR(run.events[2].time - run.events[1].time, 2, 0.11) << "it is still there after the cool-down";
  EXPECT_EQ(run.events[2].suppressed, 0);
  EXPECT_EQ(run.events[2].reason, PINHOLE_CLOSED_OVER);
  options.longest_seconds = 0;
  AlertRun forever(options);
  forever.push_many(100000, 50);
  EXPECT_EQ(forever.events.size(), 1u);
}

TEST(Alerts, ClosedAlertsSayWhy) {
  const auto reason_after = [](auto&& end) {
    AlertRun run(plain_options());
    run.push_many(3, 12);
    end(&run);
    EXPECT_EQ(run.events.size(), 2u);
    return std::string(pinhole_close_reason_name(run.events.back().reason));
  };
  EXPECT_EQ(reason_after([](AlertRun* run) { run->push_many(2, 1); }), "over");
  EXPECT_EQ(reason_after([](AlertRun* run) { run->push(12, PINHOLE_CAMERA_DISTURBED); }), "camera");
  EXPECT_EQ(reason_after([](AlertRun* run) { run->finish(); }), "end");
  EXPECT_EQ(reason_after([](AlertRun* run) { run->push_many(25, 9); }), "lingering");
  EXPECT_STREQ(pinhole_close_reason_name(PINHOLE_CLOSED_LONGEST), "longest");
  EXPECT_STREQ(pinhole_close_reason_name(-1), "unknown");
}

TEST(Alerts, WithoutHysteresisTheSameFlutterIsMany) {
  pinhole_alert_options options = plain_options();
  options.closing_threshold = 10;
  AlertRun run(options);
  for (int i = 0; i < 300; ++i)
    run.push(i % 4 < 2 ? 9.5 : 11);
  EXPECT_GT(run.opened(PINHOLE_EVENT_ANOMALY), 50);
}

TEST(Alerts, SmoothingDelaysAndDampens) {
  pinhole_alert_options options = plain_options();
  options.smoothing = 5;
  options.least_frames = 1;
  AlertRun run(options);
  run.push_many(10, 1);
  run.push(40); // mean 8.8
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 0);
  const auto opened = run.push(40);
  ASSERT_EQ(opened.size(), 1u);
  EXPECT_NEAR(opened[0].score, 83.0 / 5, 1e-12);
}

TEST(Alerts, BoxIsTheUnionOfTheFramesAbove) {
  AlertRun run(plain_options());
  run.push(1, PINHOLE_CAMERA_CLEAR, {0, 0, 500, 500});
  run.push(12, PINHOLE_CAMERA_CLEAR, {100, 50, 20, 30});
  auto given = run.push(12, PINHOLE_CAMERA_CLEAR, {90, 60, 10, 40});
  ASSERT_EQ(given.size(), 1u);
  EXPECT_EQ(given[0].box.x, 90);
  EXPECT_EQ(given[0].box.y, 50);
  EXPECT_EQ(given[0].box.width, 30);
  EXPECT_EQ(given[0].box.height, 50);
  run.push(12, PINHOLE_CAMERA_CLEAR, {7, 7, 0, 90}); // empty
  run.push(9, PINHOLE_CAMERA_CLEAR, {110, 50, 50, 10});
  run.push(1, PINHOLE_CAMERA_CLEAR, {0, 0, 500, 500});
  given = run.push(1, PINHOLE_CAMERA_CLEAR, {0, 0, 500, 500});
  ASSERT_EQ(given.size(), 1u);
  EXPECT_EQ(given[0].box.x, 90);
  EXPECT_EQ(given[0].box.width, 70);
  EXPECT_EQ(given[0].box.height, 50);
}

TEST(Alerts, WhatTheMeanOutlastsIsNoPartOfTheAlert) {
  pinhole_alert_options options = plain_options();
  options.smoothing = 3;
  AlertRun run(options);
  run.push_many(20, 1);
  for (int i = 0; i < 5; ++i)
    run.push(100, PINHOLE_CAMERA_CLEAR, {10 + i, 20, 30, 40});
  const int64_t latest = run.frame - 1;
  run.push(2, PINHOLE_CAMERA_CLEAR, {500, 400, 9, 9}); // the means are still 67 and 34
  run.push(3, PINHOLE_CAMERA_CLEAR, {0, 0, 5, 5});
  run.push_many(5, 1);
  ASSERT_EQ(run.events.size(), 2u);
  const pinhole_event& closed = run.events[1];
  EXPECT_EQ(closed.last, latest);
  EXPECT_EQ(closed.box.x, 10);
  EXPECT_EQ(closed.box.y, 20);
  EXPECT_EQ(closed.box.width, 34);
  EXPECT_EQ(closed.box.height, 40);
}

TEST(Alerts, NeverMoreThanTheBudgetInAnyDay) {
  pinhole_alert_options options = plain_options();
  options.most_alerts = 5;
  AlertRun run(options);
  run.step = 600; // ten minutes a frame
  uint32_t random = 7;
  int intruders = 0;
  for (int i = 0; i < 20000; ++i) {
    random = random * 1664525u + 1013904223u;
    const bool intruder = random >> 30 == 0;
    intruders += intruder;
    run.push_many(intruder ? 3 : 1, intruder ? 20 : 1);
    run.push_many(2, 1);
  }
  std::vector<double> times;
  for (const pinhole_event& event : run.events)
    if (event.open && !event.suppressed)
      times.push_back(event.time);
  EXPECT_EQ(static_cast<int>(times.size()) + run.opened(PINHOLE_EVENT_ANOMALY, PINHOLE_SUPPRESSED_BY_LIMIT), intruders)
      << "all are in the log";
  EXPECT_GT(run.opened(PINHOLE_EVENT_ANOMALY, PINHOLE_SUPPRESSED_BY_LIMIT), 100);
  for (size_t i = 5; i < times.size(); ++i)
    ASSERT_GE(times[i] - times[i - 5], 86400);
  EXPECT_GT(static_cast<double>(times.size()), 0.9 * 5 * run.time / 86400) << "and the budget is used";
}

TEST(Alerts, ScoresThatAreNoNumbersAreReportedAndSkipped) {
  AlertRun run(plain_options());
  run.push_many(3, 1);
  run.push(12);
  for (const double bad : {kNan, kInfinity, -kInfinity, 1e39, -1e39}) {
    run.push(bad);
    EXPECT_EQ(run.status.code, PINHOLE_NUMERIC);
    EXPECT_NE(std::strstr(run.status.text, "frame "), nullptr) << run.status.text;
  }
  EXPECT_EQ(run.push(12).size(), 1u) << "the next good frame goes on where the last one was";
  EXPECT_EQ(run.status.code, PINHOLE_OK);
  EXPECT_EQ(pinhole_alerts_skipped(&run.alerts), 5);
  run.push_many(3, kNan);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 1);
  EXPECT_EQ(run.finish().size(), 1u);
}

TEST(Alerts, GapsAndClocksThatGoBackwards) {
  pinhole_alert_options options = plain_options();
  options.cooldown_seconds = 1;
  options.most_alerts = 2;
  options.budget_seconds = 100;
  AlertRun run(options);
  run.push_many(3, 12);
  run.push_many(3, 1);
  run.time = -5000; // set back: no time has passed
  run.push_many(5, 12);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 1) << "still cooling";
  run.time = kNan;
  run.step = 0;
  run.push_many(3, 12);
  run.time = -4990;
  run.step = 0.1;
  run.frame += 1000; // frames are missing
  run.push(12);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 2);
  EXPECT_TRUE(std::isfinite(run.events.back().time));
  run.push_many(3, 1);
  run.push_many(20, 1);
  run.push_many(3, 12);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY, PINHOLE_SUPPRESSED_BY_LIMIT), 1) << "the budget survived the clock";
  run.time += 200;
  run.push_many(3, 1);
  run.push_many(20, 1);
  run.push_many(3, 12);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 3);
}

TEST(Alerts, HeldWhileTheCameraDecides) {
  pinhole_alert_options options = plain_options();
  options.hold_frames = 6;
  AlertRun covered(options);
  covered.push_many(4, 12, PINHOLE_CAMERA_DECIDING);
  covered.push_many(50, 12, PINHOLE_CAMERA_DISTURBED);
  covered.push_many(5, 1);
  covered.finish();
  EXPECT_TRUE(covered.events.empty()) << "the camera's own event stands for it";

  AlertRun intruder(options);
  intruder.push_many(3, 12, PINHOLE_CAMERA_DECIDING);
  EXPECT_EQ(intruder.push(12).size(), 1u) << "opens as soon as the camera is clear";
  EXPECT_EQ(intruder.events[0].first, 0);

  AlertRun long_doubt(options);
  long_doubt.push_many(20, 12, PINHOLE_CAMERA_DECIDING);
  ASSERT_EQ(long_doubt.events.size(), 1u);
  EXPECT_EQ(long_doubt.events[0].last, 7) << "two frames to ripen, six held";

  AlertRun over_before(options);
  over_before.push_many(3, 12, PINHOLE_CAMERA_DECIDING);
  over_before.push_many(1, 1, PINHOLE_CAMERA_DECIDING);
  EXPECT_TRUE(over_before.events.empty());
  over_before.push(1);
  ASSERT_EQ(over_before.events.size(), 2u) << "nothing is dropped";
  EXPECT_EQ(over_before.events[1].last, 2);
}

TEST(Alerts, DisturbedCameraClosesAndStartsAfresh) {
  pinhole_alert_options options = plain_options();
  options.smoothing = 4;
  AlertRun run(options);
  run.push_many(10, 12);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 1);
  ASSERT_EQ(run.push(1000, PINHOLE_CAMERA_DISTURBED).size(), 1u);
  EXPECT_EQ(run.events[1].open, 0);
  EXPECT_EQ(run.events[1].last, 9);
  run.push_many(20, 1000, PINHOLE_CAMERA_DISTURBED);
  run.push_many(20, 1);
  EXPECT_EQ(run.events.size(), 2u) << "scores of the disturbed time are not in the window";
}

TEST(Alerts, FinishClosesWhatIsOpenOrWaits) {
  AlertRun open(plain_options());
  open.push_many(3, 12);
  const auto closed = open.finish();
  ASSERT_EQ(closed.size(), 1u);
  EXPECT_EQ(closed[0].open, 0);
  EXPECT_EQ(closed[0].last, 2);
  EXPECT_TRUE(open.finish().empty());

  AlertRun held(plain_options());
  held.push_many(3, 12, PINHOLE_CAMERA_DECIDING);
  EXPECT_EQ(held.finish().size(), 2u);

  AlertRun unripe(plain_options());
  unripe.push(12);
  EXPECT_TRUE(unripe.finish().empty());
}

TEST(Alerts, OptionsOutOfRangeAreRefusedByName) {
  pinhole_alerts alerts;
  const auto refused = [&](auto change, const char* word) {
    pinhole_alert_options options = plain_options();
    change(&options);
    const pinhole_status status = pinhole_alerts_start(&alerts, &options);
    EXPECT_EQ(status.code, PINHOLE_INVALID_ARGUMENT) << word;
    EXPECT_NE(std::strstr(status.text, word), nullptr) << status.text;
  };
  refused([](pinhole_alert_options* o) { o->threshold = kNan; }, "threshold");
  refused([](pinhole_alert_options* o) { o->closing_threshold = 11; }, "closing");
  refused([](pinhole_alert_options* o) { o->smoothing = 0; }, "smoothing");
  refused([](pinhole_alert_options* o) { o->smoothing = PINHOLE_MOST_SMOOTHING + 1; }, "smoothing");
  refused([](pinhole_alert_options* o) { o->least_frames = 0; }, "least_frames");
  refused([](pinhole_alert_options* o) { o->hold_frames = -1; }, "hold_frames");
  refused([](pinhole_alert_options* o) { o->linger_frames = -1; }, "linger_frames");
  refused([](pinhole_alert_options* o) { o->longest_seconds = kNan; }, "longest_seconds");
  refused([](pinhole_alert_options* o) { o->cooldown_seconds = kNan; }, "cooldown_seconds");
  refused([](pinhole_alert_options* o) { o->budget_seconds = -1; }, "budget_seconds");
  refused([](pinhole_alert_options* o) { o->most_alerts = PINHOLE_MOST_ALERTS + 1; }, "most_alerts");
  refused([](pinhole_alert_options* o) { o->low = 3, o->middle = 2, o->high = 4; }, "quantiles");
  refused([](pinhole_alert_options* o) { o->low = 1, o->middle = 9, o->high = 12; }, "quantiles");
  refused([](pinhole_alert_options* o) { o->low = 1, o->middle = 2, o->high = 3, o->drift_frames = 0; },
          "drift_frames");
  EXPECT_EQ(pinhole_alerts_start(&alerts, nullptr).code, PINHOLE_INVALID_ARGUMENT);
}

TEST(Alerts, WhatWasNeverStartedIsRefused) {
  static pinhole_alerts alerts;
  static pinhole_camera camera;
  static pinhole_smoothing smoothing;
  pinhole_events events;
  const pinhole_observation seen = {0, 0, 1, {0, 0, 1, 1}, PINHOLE_CAMERA_CLEAR};
  const pinhole_status status = pinhole_alerts_push(&alerts, &seen, &events);
  EXPECT_EQ(status.code, PINHOLE_INVALID_ARGUMENT);
  EXPECT_NE(std::string(status.text).find("pinhole_alerts_start"), std::string::npos) << status.text;
  uint8_t gray[4] = {1, 2, 3, 4};
  const pinhole_frame frame = {PINHOLE_GRAY8, 2, 2, {gray, nullptr}, {2, 0}, 0};
  int32_t state = 0;
  EXPECT_EQ(pinhole_camera_push(&camera, &frame, 0, 0, &state, &events).code, PINHOLE_INVALID_ARGUMENT);
  double smoothed = 0;
  EXPECT_EQ(pinhole_smooth(&smoothing, 1, &smoothed), 0);
  pinhole_alerts_finish(&alerts, &events);
  EXPECT_EQ(events.count, 0);
  EXPECT_EQ(pinhole_alerts_push(&alerts, &seen, &events).code, PINHOLE_INVALID_ARGUMENT) << "nor is it started by that";
}

TEST(Alerts, AnUnknownStateOfTheCameraIsRefused) {
  pinhole_alerts alerts;
  const pinhole_alert_options options = pinhole_default_alert_options(10);
  ASSERT_EQ(pinhole_alerts_start(&alerts, &options).code, PINHOLE_OK);
  for (const int32_t camera : {-1, 4, INT32_MAX}) {
    const pinhole_observation seen = {7, 1, 50, {}, camera};
    pinhole_events events;
    EXPECT_EQ(pinhole_alerts_push(&alerts, &seen, &events).code, PINHOLE_INVALID_ARGUMENT) << camera;
    EXPECT_EQ(alerts.rising, 0);
  }
}

TEST(Alerts, BoxesMayBeAny) {
  AlertRun run(pinhole_default_alert_options(10));
  const pinhole_box boxes[] = {{INT32_MAX - 5, -7, INT32_MAX, 12}, {INT32_MIN, INT32_MIN, INT32_MAX, INT32_MAX}};
  pinhole_events events;
  for (int64_t i = 0; i < 10; ++i) {
    const pinhole_observation seen = {i, static_cast<double>(i), 100, boxes[i % 2], PINHOLE_CAMERA_CLEAR};
    EXPECT_EQ(pinhole_alerts_push(&run.alerts, &seen, &events).code, PINHOLE_OK);
  }
}

TEST(Alerts, KindsHaveNames) {
  EXPECT_STREQ(pinhole_event_name(PINHOLE_EVENT_ANOMALY), "anomaly");
  EXPECT_STREQ(pinhole_event_name(PINHOLE_EVENT_GONE), "gone");
  EXPECT_STREQ(pinhole_event_name(7), "unknown");
  EXPECT_STREQ(pinhole_event_name(-1), "unknown");
}

TEST(Alerts, AnotherThresholdHoldsFromTheNextFrameAndLosesNothing) {
  AlertRun run(plain_options());
  run.push_many(3, 11);
  ASSERT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 1);
  ASSERT_EQ(pinhole_alerts_set_threshold(&run.alerts, 20, 16).code, PINHOLE_OK);
  run.push_many(3, 11);
  ASSERT_EQ(run.events.size(), 2u) << "the open alert closes by the new rule";
  EXPECT_EQ(run.events[1].open, 0);
  EXPECT_EQ(run.events[1].threshold, 10) << "that held at the peak";
  run.push_many(10, 15);
  EXPECT_EQ(run.events.size(), 2u);
  ASSERT_EQ(pinhole_alerts_set_threshold(&run.alerts, 12, 9).code, PINHOLE_OK);
  run.push_many(2, 15);
  ASSERT_EQ(run.events.size(), 3u);
  EXPECT_EQ(run.events[2].threshold, 12);
  const pinhole_alerts before = run.alerts;
  EXPECT_EQ(pinhole_alerts_set_threshold(&run.alerts, 12, 13).code, PINHOLE_INVALID_ARGUMENT);
  EXPECT_EQ(pinhole_alerts_set_threshold(&run.alerts, NAN, 1).code, PINHOLE_INVALID_ARGUMENT);
  EXPECT_EQ(pinhole_alerts_set_threshold(nullptr, 12, 9).code, PINHOLE_INVALID_ARGUMENT);
  EXPECT_EQ(std::memcmp(&before, &run.alerts, sizeof before), 0);
}

} // namespace
} // namespace pinhole::testing
