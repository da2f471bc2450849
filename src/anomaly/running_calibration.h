// SPDX-License-Identifier: Apache-2.0
// Watching goes on calibrating: the scores of frames without alert are gathered, and every thousand or two of them go
// into the calibration, with the number of alerts that were left out. Of itself the threshold moves then and only then,
// so that all the scores and alerts of one update met the same one.
//
// What is left out must not make the rest look calmer than the scene is. An alert and the frames around it are left out
// together and counted as one; a rise that became no alert stays in; so does what the camera's own events doubted for a
// moment. While the scores follow another law, told of as drift or not, nothing is gathered. So it is with frames that
// hide a part of the learned scene: how quiet the rest of it is says nothing of the whole.
#pragma once

#include "anomaly/score_record.h"
#include "base/status.h"
#include "pinhole/calibration.h"

namespace pinhole {

constexpr int32_t kLeastRunningScores = 128;
constexpr int32_t kRunningScores = 2048; // a good number of them

constexpr int32_t kDismissedKnown = 16;

// What became of the frames, each counted once; those in the record are yet to be decided on.
struct FrameTally {
  int64_t added;    // went into the calibration
  int64_t alert;    // under an alert
  int64_t near;     // before or after one: those that raised it, the guard before them, the cool-down
  int64_t camera;   // under an event of the camera, with a part of the scene hidden, or in doubt when such came between
  int64_t drift;    // while the scores followed another law
  int64_t repeated; // the same again and again: a camera that hangs
  int64_t beginning; // the first ones of a run, over which there is no mean yet
};

struct RunningCalibration {
  ScoreRecord record; // its capacity, at least kLeastRunningScores, is what an update takes
  int32_t guard;      // scores before an alert that are left out with it
  int32_t unsettled;  // index of the first score that may yet belong to an alert; kSettled: none may
  int32_t left_out;   // alerts since the latest update
  int32_t safe;     // so many scores at the record's beginning lie before the guard of an alert: no later one is nearer
  FrameTally tally; // since the start
  int64_t dismissed[kDismissedKnown]; // first frames of the alerts that were dismissed last
  int32_t dismissals;                 // since the start
};
constexpr int32_t kSettled = -1;

// A sensor that is polled faster than it delivers gives every frame several times, and the alerts' means take the
// copies in, so a calibration has to. What comes more often than this hangs, and is no evidence.
constexpr int32_t kMostCopies = 8;

// The rule by which alerts keep what a calibration promises: its threshold, and a cool-down of at least its run length.
// `most_alerts` a day and `longest_seconds` of one alert; 0: no limit.
pinhole_alert_options alert_rule(const pinhole_calibration& calibration, int32_t most_alerts, double longest_seconds);

// Begins anew; `running.record` has its memory.
void start_running(const pinhole_calibration& calibration, const pinhole_alerts& alerts, RunningCalibration* running);

// After every pinhole_alerts_push: what the alerts made of `seen`, and the events they gave. *moved: the calibration
// was updated, and the alerts follow its threshold. `hangs`: the frame has come more often than kMostCopies.
Status go_on_calibrating(const pinhole_observation& seen, bool hangs, const pinhole_events& events,
                         RunningCalibration* running, pinhole_calibration* calibration, pinhole_alerts* alerts,
                         bool* moved);

// The end of the stream, after pinhole_alerts_finish, which gave these events: what was gathered goes into the
// calibration at once.
Status finish_running(const pinhole_events& events, RunningCalibration* running, pinhole_calibration* calibration,
                      pinhole_alerts* alerts, bool* moved);

// Another asked rate; the threshold follows. invalid_argument: it is beyond 1e-12..1e12.
Status ask_for_rate(double per_day, RunningCalibration* running, pinhole_calibration* calibration,
                    pinhole_alerts* alerts);

// So many of the alerts left out were real; the threshold follows. invalid_argument when there were fewer.
Status confirm_alerts(int32_t confirmed, RunningCalibration* running, pinhole_calibration* calibration,
                      pinhole_alerts* alerts);

// An alert that was left out, and of which this event told when it closed, was false; the threshold follows.
// invalid_argument: an event of another kind, one that opened, one that the camera closed, one of the latest that were
// dismissed, a score that no alert has, or none was left out.
Status dismiss_alert(const pinhole_event& event, RunningCalibration* running, pinhole_calibration* calibration,
                     pinhole_alerts* alerts);

// One frame's score for the record, as a first calibration gathers them too. Scores that are not settled go again when
// `interrupt` comes before one that is.
void gather(int64_t frame, double score, bool settled, RunningCalibration* running);

// Nothing is known of this frame, nor of those before it that waited to be settled.
void interrupt(RunningCalibration* running);

} // namespace pinhole
