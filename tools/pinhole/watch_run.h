// SPDX-License-Identifier: Apache-2.0
// The loop of `watch`: frames in, camera events, scores and alerts out, calibration that goes on.
#pragma once

#include "anomaly/running_calibration.h"
#include "base/status.h"
#include "common.h"
#include "frame_source.h"
#include "pinhole/alerts.h"
#include "pinhole/calibration.h"

#include <string>

namespace pinhole::tool {

struct WatchOptions {
  std::string model, calibration;
  std::string input, range;
  FrameClock clock = FrameClock::automatic;
  std::string alerts, scores, heatmaps, plot, sheet; // outputs; empty: not wanted
  int32_t most_alerts = 0; // anomalies a day, the others are logged as suppressed; 0: no limit
  double longest_alert = pinhole_default_alert_options(1).longest_seconds; // 0: no limit
  bool no_update = false;                                                  // the threshold stays as it was calibrated
  bool update_calibration = false;                                         // its file follows
  bool overwrite = false;                                                  // heat maps of an earlier watch
};

struct WatchResult {
  int64_t frames = 0, skipped = 0; // skipped: could not be read, or of another size; reported and left out
  int64_t bytes_skipped = 0;       // of a stream, between whole frames
  int64_t known = 0;               // frames of the training or of the calibration, which do not count again
  FrameTally tally = {};           // of the others, where the calibration goes on
  int64_t displaced = 0;           // of frames: scored where a moved camera shows the scene
  int64_t anomalies = 0, suppressed = 0, camera_events = 0; // opened
  int64_t lines = 0, lines_lost = 0;                        // of --alerts: in the file; that could not be written
  double first_threshold = 0;
  pinhole_calibration calibration = {}; // at the end
  std::string written;                  // the calibration's file, or one beside it; "" where none was
  bool stopped = false;                 // by SIGINT or SIGTERM
};

// Until the input ends, or SIGINT or SIGTERM come: then what is open is closed and everything is written.
Status run_watch(const WatchOptions& options, const Common& common, WatchResult* result);

} // namespace pinhole::tool
