// SPDX-License-Identifier: Apache-2.0
// A calibration that goes on, and the alerts by it, without a scene.
#pragma once

#include "anomaly/running_calibration.h"
#include "bench/score_laws.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace pinhole::testing {

constexpr double kFramesPerSecond = 12.5, kFramesPerDay = 86400 * kFramesPerSecond;
constexpr int32_t kCapacity = 512;

inline pinhole_calibration calibrated(const std::vector<float>& scores, double asked_per_day, int32_t smoothing = 1) {
  pinhole_calibration_options options = pinhole_default_calibration_options();
  options.frames_per_second = kFramesPerSecond;
  options.asked_per_day = asked_per_day;
  options.origin.smoothing = smoothing;
  pinhole_calibration calibration = {};
  const pinhole_status status = pinhole_calibrate(&options, scores.data(), scores.size(), nullptr, 0, &calibration);
  EXPECT_EQ(status.code, PINHOLE_OK) << status.text;
  return calibration;
}

// Scores as the alerts and the calibration that goes on see them.
class Running {
public:
  explicit Running(const pinhole_calibration& first, int32_t capacity = kCapacity) : calibration(first) {
    std::memset(static_cast<void*>(&running), 0xA5, sizeof running); // as firmware's memory may be
    Arena counting(nullptr, 0);
    EXPECT_TRUE(make_score_record(&counting, capacity, &running.record));
    memory_.resize(counting.used() + Arena::kAlignment);
    const auto address = reinterpret_cast<uintptr_t>(memory_.data());
    Arena arena(memory_.data() + (align_up(address, Arena::kAlignment) - address), counting.used());
    EXPECT_TRUE(make_score_record(&arena, capacity, &running.record));
    const pinhole_alert_options rule = alert_rule(calibration, 0, 0);
    EXPECT_EQ(pinhole_alerts_start(&alerts, &rule).code, PINHOLE_OK);
    start_running(calibration, alerts, &running);
  }

  // Returns how many alerts opened.
  int push(double score, int32_t camera = PINHOLE_CAMERA_CLEAR, bool hangs = false) {
    const pinhole_observation seen = {frame, static_cast<double>(frame) / kFramesPerSecond, score, {}, camera};
    ++frame;
    pinhole_events events = {};
    pinhole_alerts_push(&alerts, &seen, &events);
    const double threshold = alerts.options.threshold;
    bool moved = false;
    const Status status = go_on_calibrating(seen, hangs, events, &running, &calibration, &alerts, &moved);
    EXPECT_TRUE(status.ok()) << status.text;
    EXPECT_TRUE(moved || alerts.options.threshold == threshold);
    EXPECT_EQ(alerts.options.threshold, static_cast<double>(calibration.threshold));
    updates += moved;
    int opened = 0;
    for (int32_t i = 0; i < events.count; ++i)
      opened += events.event[i].kind == PINHOLE_EVENT_ANOMALY && events.event[i].open;
    openings += opened;
    return opened;
  }
  void push_all(const std::vector<float>& scores) {
    for (const float score : scores)
      push(static_cast<double>(score));
  }
  void push_many(int count, double score, int32_t camera = PINHOLE_CAMERA_CLEAR) {
    for (int i = 0; i < count; ++i)
      push(score, camera);
  }
  // A real anomaly: 40 frames, with its rise.
  void intrude() {
    for (int i = 0; i < 40; ++i)
      push(static_cast<double>(calibration.threshold) * (0.7 + 0.2 * i));
    push_many(5, static_cast<double>(calibration.quantile_50));
  }
  void finish() {
    bool moved = false;
    pinhole_events events = {};
    pinhole_alerts_finish(&alerts, &events);
    const Status status = finish_running(events, &running, &calibration, &alerts, &moved);
    EXPECT_TRUE(status.ok()) << status.text;
    updates += moved;
  }
  const ScoreRecord& record() const { return running.record; }

  pinhole_calibration calibration;
  pinhole_alerts alerts = {};
  RunningCalibration running = {};
  int64_t frame = 0;
  int updates = 0, openings = 0;

private:
  std::vector<std::byte> memory_;
};

} // namespace pinhole::testing
