// SPDX-License-Identifier: Apache-2.0
#include "bench/promised_alerts.h"

#include "anomaly/running_calibration.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

namespace pinhole::testing {
namespace {

constexpr double kFramesPerSecond = 12.5, kFramesPerDay = 86400 * kFramesPerSecond;
constexpr int kCalibrations = 40;
constexpr size_t kFrames = 20000, kLater = 200000;
constexpr double kAsked = 10.0 / kFrames; // alerts a frame; that many frames support it

// A slow change under a quick one: each crossing of a threshold flutters.
std::vector<float> slow_and_quick(double slowness, size_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  std::vector<float> scores(count);
  double slow = normal(random);
  for (float& score : scores) {
    slow = slowness * slow + std::sqrt(1 - slowness * slowness) * normal(random);
    score = static_cast<float>(10 + slow + 0.5 * normal(random));
  }
  return scores;
}

// The means that a watch calibrates on and alerts by.
std::vector<float> smoothed(const std::vector<float>& scores, int32_t frames) {
  pinhole_smoothing smoothing;
  pinhole_smoothing_start(&smoothing, frames);
  std::vector<float> means;
  double mean = 0;
  for (const float score : scores)
    if (pinhole_smooth(&smoothing, static_cast<double>(score), &mean))
      means.push_back(static_cast<float>(mean));
  return means;
}

pinhole_calibration calibrated(const std::vector<float>& scores) {
  pinhole_calibration_options options = pinhole_default_calibration_options();
  options.frames_per_second = kFramesPerSecond;
  options.asked_per_day = kAsked * kFramesPerDay;
  options.origin.smoothing = 3;
  const std::vector<float> means = smoothed(scores, options.origin.smoothing);
  pinhole_calibration calibration;
  const pinhole_status status = pinhole_calibrate(&options, means.data(), means.size(), nullptr, 0, &calibration);
  if (status.code != PINHOLE_OK) {
    std::fprintf(stderr, "promised_rate: %s\n", status.text);
    std::exit(2);
  }
  return calibration;
}

struct Given {
  int clusters = 0, alerts = 0, suppressed = 0;
};

Given watch(const std::vector<float>& scores, const pinhole_calibration& calibration) {
  Given given;
  const std::vector<float> means = smoothed(scores, calibration.origin.smoothing);
  int64_t latest = -1;
  for (size_t i = 0; i < means.size(); ++i)
    if (means[i] > calibration.threshold) {
      const auto frame = static_cast<int64_t>(i);
      given.clusters += latest < 0 || frame - latest > calibration.run_length;
      latest = frame;
    }
  const pinhole_alert_options rule = alert_rule(calibration, 0, 3600);
  pinhole_alerts alerts;
  pinhole_alerts_start(&alerts, &rule);
  for (size_t i = 0; i < scores.size(); ++i) {
    const pinhole_observation seen = {static_cast<int64_t>(i),
                                      static_cast<double>(i) / kFramesPerSecond,
                                      static_cast<double>(scores[i]),
                                      {},
                                      PINHOLE_CAMERA_CLEAR};
    pinhole_events events;
    pinhole_alerts_push(&alerts, &seen, &events);
    for (int32_t k = 0; k < events.count; ++k)
      if (events.event[k].kind == PINHOLE_EVENT_ANOMALY && events.event[k].open)
        ++(events.event[k].suppressed ? given.suppressed : given.alerts);
  }
  return given;
}

} // namespace

int print_alerts_given() {
  std::printf(
      "\nThe alerts themselves: %d calibrations on %zu frames of a slow change under a quick one, %.0f alerts "
      "asked for in as many, means of 3 frames; then %zu frames by the alert rule, nothing given to the "
      "calibration\n\n"
      "| slow change, from frame to frame | median run length | clusters | alerts | suppressed | no more alerts "
      "than asked for |\n|---|---|---|---|---|---|\n",
      kCalibrations, kFrames, kAsked * kFrames, kLater);
  int below = 0;
  uint32_t seed = 1;
  for (const double slowness : {0.0, 0.9, 0.99, 0.995}) {
    Given sum;
    int kept = 0;
    std::vector<int32_t> run_lengths;
    for (int i = 0; i < kCalibrations; ++i) {
      const pinhole_calibration calibration = calibrated(slow_and_quick(slowness, kFrames, seed++));
      const Given given = watch(slow_and_quick(slowness, kLater, seed++), calibration);
      run_lengths.push_back(calibration.run_length);
      sum.clusters += given.clusters;
      sum.alerts += given.alerts;
      sum.suppressed += given.suppressed;
      kept += given.alerts <= kAsked * kLater;
    }
    std::nth_element(run_lengths.begin(), run_lengths.begin() + kCalibrations / 2, run_lengths.end());
    const double percent = 100.0 * kept / kCalibrations;
    below += percent < 90;
    std::printf("| %g | %d | %d | %d | %d | %.1f %% |\n", slowness, run_lengths[kCalibrations / 2], sum.clusters,
                sum.alerts, sum.suppressed, percent);
  }
  return below;
}

} // namespace pinhole::testing
