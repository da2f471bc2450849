// SPDX-License-Identifier: Apache-2.0
#include "anomaly/running_calibration.h"

#include "anomaly/alerts_event.h"
#include "engine/c_status.h"

#include <cinttypes>
#include <cmath>

namespace pinhole {
namespace {

constexpr int32_t kSlack = 32;       // scores that may be unsettled when an update is due
constexpr double kLingerSeconds = 1; // that an alert outlasts a score below the threshold: something that wavers is one

int32_t frames_in(double seconds, double frames_per_second) {
  return static_cast<int32_t>(min_of(std::ceil(seconds * frames_per_second), 1e9));
}

// Half way down to the usual score: what has been alerted on lasts until it has gone.
double closing_threshold(const pinhole_calibration& calibration) {
  return (static_cast<double>(calibration.threshold) + static_cast<double>(calibration.quantile_50)) / 2;
}

bool opens_alert(const pinhole_event& event) {
  return event.kind == PINHOLE_EVENT_ANOMALY && event.open;
}

Status follow_threshold(const pinhole_calibration& calibration, pinhole_alerts* alerts) {
  return from_c(
      pinhole_alerts_set_threshold(alerts, static_cast<double>(calibration.threshold), closing_threshold(calibration)));
}

// Gives the first `scores` of the record to the calibration.
Status update(int32_t scores, RunningCalibration* running, pinhole_calibration* calibration, pinhole_alerts* alerts,
              bool* moved) {
  const ScoreRuns quiet = running->record.first(scores);
  PINHOLE_RETURN_IF_ERROR(from_c(pinhole_calibration_update(calibration, quiet.scores, quiet.count, quiet.starts,
                                                            quiet.runs, static_cast<size_t>(running->left_out))));
  drop_first(scores, &running->record);
  running->tally.added += scores;
  running->safe = max_of(running->safe - scores, 0);
  running->left_out = 0;
  *moved = true;
  return follow_threshold(*calibration, alerts);
}

// Alerts that have opened: the frames that raised them go, and those before them that belong to their cluster. What the
// calibration counts is clusters, and what flutters within a run length of an alert is none of its own.
void leave_out_alerts(const pinhole_events& events, RunningCalibration* running) {
  bool any = false;
  for (int32_t i = 0; i < events.count; ++i) {
    const pinhole_event& event = events.event[i];
    any = any || opens_alert(event);
    running->left_out += opens_alert(event) && event.suppressed != PINHOLE_SUPPRESSED_BY_COOLDOWN;
  }
  if (!any)
    return;
  const int32_t before = running->record.count;
  const int32_t first = running->unsettled == kSettled ? before : running->unsettled;
  drop_from(max_of(running->safe, first - running->guard), &running->record);
  running->tally.near += before - running->record.count;
  running->safe = running->record.count;
  running->unsettled = kSettled;
}

// A copy of the calibration in which the alerts since the latest update are counted: at the threshold that they met,
// before it moves.
Status book_left_out(const RunningCalibration& running, const pinhole_calibration& calibration,
                     pinhole_calibration* changed) {
  *changed = calibration;
  const auto alerts = static_cast<size_t>(running.left_out);
  return alerts > 0 ? from_c(pinhole_calibration_update(changed, nullptr, 0, nullptr, 0, alerts)) : Status();
}

Status adopt(const pinhole_calibration& changed, RunningCalibration* running, pinhole_calibration* calibration,
             pinhole_alerts* alerts) {
  running->left_out = 0;
  *calibration = changed;
  return follow_threshold(*calibration, alerts);
}

// Why a frame is not gathered.
int64_t* reason_of(const pinhole_observation& seen, const pinhole_alerts& alerts, FrameTally* tally) {
  if (alerts.open)
    return &tally->alert;
  if (seen.camera == PINHOLE_CAMERA_DISTURBED)
    return &tally->camera;
  if (is_cooling(alerts))
    return &tally->near;
  return alerts.law.changed ? &tally->drift : &tally->camera;
}

Status check_dismissed(const pinhole_event& event, const RunningCalibration& running) {
  if (event.kind != PINHOLE_EVENT_ANOMALY)
    return error(Code::invalid_argument, "dismiss: an event '%s' counts as no alert: dismiss anomalies",
                 pinhole_event_name(event.kind));
  if (event.open)
    return error(Code::invalid_argument,
                 "dismiss: this tells that the anomaly of frame %" PRId64 " has opened, and how high it gets is not "
                 "known yet: give the event that closes it",
                 event.first);
  if (event.reason == PINHOLE_CLOSED_CAMERA)
    return error(Code::invalid_argument,
                 "dismiss: an event of the camera closed the anomaly of frame %" PRId64 ", and its score is no normal "
                 "frame's: confirm it, so that it does not count",
                 event.first);
  for (int32_t i = 0; i < min_of(running.dismissals, kDismissedKnown); ++i)
    if (running.dismissed[i] == event.first)
      return error(Code::invalid_argument, "dismiss: the anomaly of frame %" PRId64 " has been dismissed before",
                   event.first);
  return {};
}

} // namespace

pinhole_alert_options alert_rule(const pinhole_calibration& calibration, int32_t most_alerts, double longest_seconds) {
  pinhole_alert_options rule = pinhole_default_alert_options(static_cast<double>(calibration.threshold));
  rule.closing_threshold = closing_threshold(calibration);
  rule.smoothing = calibration.origin.smoothing;
  rule.cooldown_seconds = max_of(rule.cooldown_seconds, calibration.run_length / calibration.frames_per_second);
  // By the calibration's own count, an alert is over after run_length frames below the threshold.
  rule.linger_frames = max_of(calibration.run_length, frames_in(kLingerSeconds, calibration.frames_per_second));
  rule.longest_seconds = longest_seconds;
  rule.most_alerts = most_alerts;
  // No threshold is under the lowest, so the middle stays under every closing one to come.
  if (calibration.quantile_10 < calibration.quantile_50 && calibration.quantile_50 < calibration.quantile_90 &&
      calibration.quantile_50 < calibration.lowest_threshold) {
    rule.low = static_cast<double>(calibration.quantile_10);
    rule.middle = static_cast<double>(calibration.quantile_50);
    rule.high = static_cast<double>(calibration.quantile_90);
  }
  return rule;
}

void start_running(const pinhole_calibration& calibration, const pinhole_alerts& alerts, RunningCalibration* running) {
  const double frames = std::ceil(alerts.options.cooldown_seconds * calibration.frames_per_second);
  const int32_t most = running->record.scores.size / 2;
  // As long before an alert as the cool-down lasts after it.
  running->guard = frames < most ? static_cast<int32_t>(frames) : most;
  running->unsettled = kSettled;
  running->left_out = running->safe = running->dismissals = 0;
  running->tally = {};
  clear_record(alerts.options.smoothing, &running->record);
}

void gather(int64_t frame, double score, bool settled, RunningCalibration* running) {
  const int32_t before = running->record.count;
  record_score(frame, score, &running->record);
  running->tally.beginning += running->record.count == before;
  if (settled)
    running->unsettled = kSettled;
  else if (running->unsettled == kSettled)
    running->unsettled = before;
}

void interrupt(RunningCalibration* running) {
  const int32_t before = running->record.count;
  if (running->unsettled != kSettled)
    drop_from(running->unsettled, &running->record);
  running->tally.camera += before - running->record.count;
  end_run(&running->record);
  running->unsettled = kSettled;
}

Status go_on_calibrating(const pinhole_observation& seen, bool hangs, const pinhole_events& events,
                         RunningCalibration* running, pinhole_calibration* calibration, pinhole_alerts* alerts,
                         bool* moved) {
  *moved = false;
  ScoreRecord* record = &running->record;
  leave_out_alerts(events, running);
  const bool quiet = !alerts->open && !is_cooling(*alerts) && !alerts->law.changed;
  if (!quiet || seen.camera == PINHOLE_CAMERA_DISTURBED || record->full()) {
    interrupt(running);
    ++*reason_of(seen, *alerts, &running->tally);
    return {};
  }
  if (hangs) {
    ++running->tally.repeated;
    return {};
  }
  const bool settled = alerts->rising == 0 && seen.camera == PINHOLE_CAMERA_CLEAR;
  gather(seen.frame, seen.score, settled, running);
  return settled && record->count > record->scores.size - kSlack
             ? update(record->count - running->guard, running, calibration, alerts, moved)
             : Status();
}

Status finish_running(const pinhole_events& events, RunningCalibration* running, pinhole_calibration* calibration,
                      pinhole_alerts* alerts, bool* moved) {
  *moved = false;
  leave_out_alerts(events, running);
  interrupt(running);
  return running->record.count > 0 || running->left_out > 0
             ? update(running->record.count, running, calibration, alerts, moved)
             : Status();
}

Status ask_for_rate(double per_day, RunningCalibration* running, pinhole_calibration* calibration,
                    pinhole_alerts* alerts) {
  pinhole_calibration changed;
  PINHOLE_RETURN_IF_ERROR(book_left_out(*running, *calibration, &changed));
  PINHOLE_RETURN_IF_ERROR(from_c(pinhole_calibration_ask(&changed, per_day)));
  return adopt(changed, running, calibration, alerts);
}

Status confirm_alerts(int32_t confirmed, RunningCalibration* running, pinhole_calibration* calibration,
                      pinhole_alerts* alerts) {
  if (confirmed < 0)
    return error(Code::invalid_argument, "calibration: %d alerts confirmed: give how many, at least 0", confirmed);
  pinhole_calibration changed;
  PINHOLE_RETURN_IF_ERROR(book_left_out(*running, *calibration, &changed));
  PINHOLE_RETURN_IF_ERROR(from_c(pinhole_calibration_confirm(&changed, static_cast<size_t>(confirmed))));
  return adopt(changed, running, calibration, alerts);
}

Status dismiss_alert(const pinhole_event& event, RunningCalibration* running, pinhole_calibration* calibration,
                     pinhole_alerts* alerts) {
  PINHOLE_RETURN_IF_ERROR(check_dismissed(event, *running));
  pinhole_calibration changed;
  PINHOLE_RETURN_IF_ERROR(book_left_out(*running, *calibration, &changed));
  PINHOLE_RETURN_IF_ERROR(from_c(pinhole_calibration_dismiss(&changed, &event.score, 1)));
  running->dismissed[running->dismissals++ % kDismissedKnown] = event.first;
  return adopt(changed, running, calibration, alerts);
}

} // namespace pinhole
