// SPDX-License-Identifier: Apache-2.0
// Watching a scene: one frame through the camera's events, the score, the alerts and the calibration that goes on.
//
//   pinhole_camera_options camera = camera_rule(calibration.frames_per_second);
//   pinhole_camera_start(&watch.camera, &camera);
//   make_score_record(&arena, kRunningScores, &watch.running.record);
//   watch.scorer = &scorer;                                             // with a map that has learned
//   start_watch(calibration, options, &watch);
//   watch_frame(frame, number, seconds, &watch, &seen);                 // every frame
//   finish_watch(&watch, &seen);                                        // what is open is closed
//   ... watch.calibration ...                                           // tightened meanwhile
#pragma once

#include "anomaly/running_calibration.h"
#include "anomaly/scene_beside.h"
#include "anomaly/scene_displaced.h"
#include "anomaly/scene_scorer.h"

namespace pinhole {

// Where frames hardly differ while a scene is calibrated, its threshold is that of the noise: 7 to 20 in half of the
// simulator's scenes 1 to 60. Light that was never seen before, such as a lamp that saturates a wall beside a dark
// pole, scores up to 22 there, and the dimmest intruders 40 and more.
constexpr double kLeastSceneThreshold = 25;

struct WatchRule {
  int32_t least_cells = 2; // that an anomaly must have
  int32_t most_alerts = 0; // reported in any day, the others are suppressed; 0: no limit
  double longest_alert_seconds = pinhole_default_alert_options(1).longest_seconds; // 0: no limit
  bool keep_calibrating = true;
};

struct SceneWatch {
  SceneScorer* scorer = nullptr;
  pinhole_camera camera = {}; // started by the caller, who may have shown it frames before
  WatchRule rule;
  pinhole_calibration calibration = {}; // in force
  pinhole_alerts alerts = {};
  SceneBeside beside = {};       // what comes while an alert stays open elsewhere
  SceneDisplaced displaced = {}; // where a moved camera sees the scene
  pinhole_smoothing shown = {};  // the same mean as the alerts'
  RunningCalibration running = {};
};

struct WatchedFrame {
  SceneScore score;
  double smoothed = 0;  // mean of the latest scores
  double threshold = 0; // that held for it
  double closing = 0;   // the one below which an open alert ends
  bool hidden = false;  // a third of the learned scene or more: calibrates nothing
  bool alert = false;   // an anomaly alert is open that is not suppressed, or has opened and closed with this frame
  bool second = false;  // of which there may be two: the second is, or rises; the score is `beside`
  SceneScore beside;    // of what is outside the first one's place
  bool updated = false; // the calibration was, after this frame: watch.calibration.threshold holds from the next one on
  int32_t camera = PINHOLE_CAMERA_CLEAR;
  pinhole_events events = {}; // the camera's first
};

// Gone after the default's seconds, or later before a slow camera: it is not gone between two frames.
pinhole_camera_options camera_rule(double frames_per_second);

// What a calibration of this scorer's scores has to agree with. `model_hash` stands for the file.
pinhole_score_origin score_origin(const SceneScorer& scorer, uint64_t model_hash, const WatchRule& rule,
                                  const pinhole_frame& frame, int32_t smoothing);

// Starts alerts and running calibration by a checked calibration. Everything else of *watch is set.
Status start_watch(const pinhole_calibration& calibration, const WatchRule& rule, SceneWatch* watch);

// Frames are missing before the next one, more than the smoothing spans: no mean is taken over the gap.
void begin_run(SceneWatch* watch);

// *seen is filled as far as an error allows: after one from the scorer or the alerts (a frame that has no score), the
// camera's events are there, and the next frame is welcome.
Status watch_frame(const pinhole_frame& frame, int64_t number, double seconds, SceneWatch* watch, WatchedFrame* seen);

// The end of the stream: closes what is open; the scores gathered so far go into the calibration.
Status finish_watch(SceneWatch* watch, WatchedFrame* seen);

} // namespace pinhole
