// SPDX-License-Identifier: Apache-2.0
// The loop of `watch`: score, camera, alerts, files.
#pragma once

#include "command.h"

#include <string>

namespace pinhole::tool {

struct WatchOptions {
  std::string model, input, range, calibration, alerts, scores, heatmaps;
  int32_t most_alerts = 0; // anomalies a day, the others are logged as suppressed; 0: no limit
};

struct WatchResult {
  int64_t frames = 0, skipped = 0; // skipped: could not be read, or of another size; reported and left out
  int64_t anomalies = 0, suppressed = 0, camera_events = 0; // opened
  double threshold = 0, asked_per_day = 0;
  bool provisional = false;
};

Status run_watch(const WatchOptions& options, const Common& common, WatchResult* result);

} // namespace pinhole::tool
