// SPDX-License-Identifier: Apache-2.0
// The alert state machine. An alert rises while the score is above the threshold, is ripe after least_frames, then may
// have to wait (the cool-down, the camera's decision), opens, and closes when least_frames are below the closing
// threshold. Whatever was ripe is given, if need be as suppressed or together with its end.
//
// A calibration promises a number of clusters of frames above the threshold, and a score that flutters is one of them.
// So what comes in a cool-down, goes, and comes again begins it anew; what comes and stays opens when it is over.
//
// Two things end an alert that would otherwise last for ever, with nothing gathered and no other alert possible
// meanwhile: its score stays between the two thresholds, where no alert would open, or it has been open for too long.
#include "anomaly/alerts_budget.h"
#include "anomaly/alerts_drift.h"
#include "engine/c_status.h"

#include <cfloat>
#include <cmath>

namespace pinhole {
namespace {

constexpr double kLongestStep = 1e9; // seconds

void forget_current(pinhole_alerts* alerts) {
  alerts->current = {};
  alerts->rising = alerts->falling = alerts->lingering = alerts->held = alerts->open = 0;
}

bool is_ripe(const pinhole_alerts& alerts) {
  return alerts.rising >= alerts.options.least_frames;
}

// Whether what waits for the end of the cool-down has come and gone.
bool has_lapsed(const pinhole_alerts& alerts) {
  return !alerts.open && alerts.falling >= alerts.options.least_frames;
}

pinhole_suppression suppression(const pinhole_alerts& alerts) {
  if (is_cooling(alerts) || has_lapsed(alerts))
    return PINHOLE_SUPPRESSED_BY_COOLDOWN;
  return is_spent(alerts) ? PINHOLE_SUPPRESSED_BY_LIMIT : PINHOLE_NOT_SUPPRESSED;
}

void open_current(pinhole_alerts* alerts, pinhole_events* events) {
  alerts->current.suppressed = suppression(*alerts);
  if (!alerts->current.suppressed)
    note_opening(alerts);
  alerts->open = 1;
  alerts->falling = 0;
  alerts->opened = alerts->elapsed;
  give_event(alerts->current, true, alerts->latest_time, events);
}

void close_current(pinhole_close_reason reason, pinhole_alerts* alerts, pinhole_events* events) {
  alerts->current.reason = reason;
  give_event(alerts->current, false, alerts->latest_time, events);
  if (!is_cooling(*alerts) && alerts->current.suppressed != PINHOLE_SUPPRESSED_BY_COOLDOWN)
    alerts->cool_until = alerts->elapsed + alerts->options.cooldown_seconds;
  forget_current(alerts);
}

// The mean outlasts what it is of: a frame whose own score is a usual one neither lengthens the alert nor has a part in
// its box. How high the mean gets counts all the same: by that an alert is dismissed.
void extend_current(pinhole_alerts* alerts, const pinhole_observation& seen, double score, AlertLimits limits) {
  if (seen.score < limits.closing) {
    if (score > alerts->current.score) {
      alerts->current.score = score;
      alerts->current.threshold = limits.opening;
    }
    return;
  }
  extend_event(&alerts->current, seen.frame, score, limits.opening, score > alerts->current.score);
  alerts->current.box = box_union(alerts->current.box, seen.box);
}

// Closes the open alert if it has been open for too long.
bool close_longest(pinhole_alerts* alerts, pinhole_events* events) {
  const double longest = alerts->options.longest_seconds;
  if (longest <= 0 || alerts->elapsed - alerts->opened < longest)
    return false;
  close_current(PINHOLE_CLOSED_LONGEST, alerts, events);
  return true;
}

void follow_open(pinhole_alerts* alerts, const pinhole_observation& seen, double score, AlertLimits limits,
                 pinhole_events* events) {
  const pinhole_alert_options& options = alerts->options;
  const bool lasts = score >= limits.closing;
  alerts->falling = lasts ? 0 : counted_on(alerts->falling);
  alerts->lingering = score > limits.opening ? 0 : counted_on(alerts->lingering);
  if (lasts)
    extend_current(alerts, seen, score, limits);
  if (alerts->falling >= options.least_frames)
    close_current(PINHOLE_CLOSED_OVER, alerts, events);
  else if (options.linger_frames > 0 && alerts->lingering >= options.linger_frames)
    close_current(PINHOLE_CLOSED_LINGERING, alerts, events);
  else
    close_longest(alerts, events);
}

void wait_in_cooldown(double score, AlertLimits limits, pinhole_alerts* alerts) {
  const bool above = score > limits.opening;
  if (above && has_lapsed(*alerts))
    alerts->cool_until = alerts->elapsed + alerts->options.cooldown_seconds;
  if (above || !has_lapsed(*alerts))
    alerts->falling = score >= limits.closing ? 0 : counted_on(alerts->falling);
}

void log_suppressed(pinhole_close_reason reason, pinhole_alerts* alerts, pinhole_events* events) {
  open_current(alerts, events);
  close_current(reason, alerts, events);
}

void watch_for_opening(pinhole_alerts* alerts, const pinhole_observation& seen, double score, AlertLimits limits,
                       pinhole_events* events) {
  if (has_lapsed(*alerts) && !is_cooling(*alerts))
    log_suppressed(PINHOLE_CLOSED_OVER, alerts, events);
  const bool above = score > limits.opening;
  if (!above && !is_ripe(*alerts))
    return forget_current(alerts);
  if (above && alerts->rising == 0)
    alerts->current = begin_event(PINHOLE_EVENT_ANOMALY, seen.frame, score, limits.opening,
                                  seen.score < limits.closing ? pinhole_box() : seen.box);
  else if (above)
    extend_current(alerts, seen, score, limits);
  if (above)
    alerts->rising = counted_on(alerts->rising);
  if (!is_ripe(*alerts))
    return;
  if (is_cooling(*alerts))
    return wait_in_cooldown(score, limits, alerts);
  if (seen.camera == PINHOLE_CAMERA_DECIDING && alerts->held < alerts->options.hold_frames) {
    ++alerts->held;
    return;
  }
  open_current(alerts, events);
  if (score < limits.closing)
    close_current(PINHOLE_CLOSED_OVER, alerts, events);
}

// Nothing is remembered for longer than the options' longest time, so a longer step counts as that: after one wrong
// time, years ahead, a frame's time would be lost in the rounding. Nor does what was passed before a step back count
// again when a step passes it as a whole: times that jump to and fro are no time.
void advance_clock(const pinhole_observation& seen, pinhole_alerts* alerts) {
  if (!std::isfinite(seen.time))
    return;
  const pinhole_alert_options& options = alerts->options;
  const double most = max_of(max_of(options.budget_seconds, options.cooldown_seconds), options.longest_seconds);
  if (!alerts->started)
    alerts->furthest_time = seen.time;
  const double from = seen.time > alerts->furthest_time ? alerts->furthest_time : alerts->latest_time;
  if (alerts->started && seen.time > from)
    alerts->elapsed += min_of(seen.time - from, min_of(most, kLongestStep));
  alerts->furthest_time = max_of(alerts->furthest_time, seen.time);
  alerts->started = 1;
  alerts->latest_time = seen.time;
}

// The camera's own event stands for whatever the scores say meanwhile, and for what waited for its decision.
void give_way(pinhole_alerts* alerts, pinhole_events* events) {
  if (alerts->open)
    close_current(PINHOLE_CLOSED_CAMERA, alerts, events);
  else if (is_ripe(*alerts) && alerts->held == 0)
    log_suppressed(PINHOLE_CLOSED_CAMERA, alerts, events);
  forget_current(alerts);
  pinhole_smoothing_start(&alerts->smoothing, alerts->options.smoothing);
}

bool finite_and_at_least(double value, double least) {
  return std::isfinite(value) && value >= least;
}

Status check(const pinhole_alert_options& options) {
  const auto in_range = [](int32_t value, int32_t first, int32_t last) { return value >= first && value <= last; };
  if (!std::isfinite(options.threshold) || !std::isfinite(options.closing_threshold) ||
      options.closing_threshold > options.threshold)
    return error(Code::invalid_argument,
                 "alert options: threshold %g and closing threshold %g: give numbers, the closing one not above",
                 options.threshold, options.closing_threshold);
  if (!in_range(options.smoothing, 1, PINHOLE_MOST_SMOOTHING) || !in_range(options.least_frames, 1, INT32_MAX) ||
      !in_range(options.hold_frames, 0, INT32_MAX))
    return error(Code::invalid_argument,
                 "alert options: smoothing %d must be 1..%d, least_frames %d at least 1, hold_frames %d at least 0",
                 options.smoothing, PINHOLE_MOST_SMOOTHING, options.least_frames, options.hold_frames);
  if (!in_range(options.linger_frames, 0, INT32_MAX) || !finite_and_at_least(options.longest_seconds, 0))
    return error(Code::invalid_argument, "alert options: linger_frames %d and longest_seconds %g must be at least 0",
                 options.linger_frames, options.longest_seconds);
  if (!finite_and_at_least(options.cooldown_seconds, 0) || !finite_and_at_least(options.budget_seconds, 0) ||
      !in_range(options.most_alerts, 0, PINHOLE_MOST_ALERTS))
    return error(Code::invalid_argument,
                 "alert options: cooldown_seconds %g and budget_seconds %g must be at least 0, most_alerts %d 0..%d",
                 options.cooldown_seconds, options.budget_seconds, options.most_alerts, PINHOLE_MOST_ALERTS);
  const bool none = options.low == 0 && options.middle == 0 && options.high == 0;
  if (!none && !(watches_drift(options) && std::isfinite(options.low) && std::isfinite(options.high) &&
                 options.middle < options.closing_threshold && options.drift_frames >= 1))
    return error(Code::invalid_argument,
                 "alert options: quantiles %g, %g, %g must rise, with the middle one under the closing threshold, "
                 "and drift_frames %d be at least 1; all quantiles 0: no drift",
                 options.low, options.middle, options.high, options.drift_frames);
  return {};
}

Status push(pinhole_alerts* alerts, const pinhole_observation& seen, pinhole_events* events) {
  advance_clock(seen, alerts);
  if (seen.camera == PINHOLE_CAMERA_DISTURBED) {
    give_way(alerts, events);
    return {};
  }
  constexpr double kMostScore = FLT_MAX; // what a calibration can take
  if (!(std::fabs(seen.score) <= kMostScore)) {
    ++alerts->skipped;
    if (alerts->open && close_longest(alerts, events)) // the mean is of long ago
      pinhole_smoothing_start(&alerts->smoothing, alerts->options.smoothing);
    return error(Code::numeric, "frame %lld: the score %g is no finite number of a float's range: the frame is skipped",
                 static_cast<long long>(seen.frame), seen.score);
  }
  double score = 0;
  if (!pinhole_smooth(&alerts->smoothing, seen.score, &score)) {
    if (alerts->open)
      close_longest(alerts, events);
    else if (!is_ripe(*alerts)) // the mean has begun anew, over a gap
      forget_current(alerts);
    return {};
  }
  const AlertLimits limits = limits_in_force(alerts->options, alerts->law);
  if (alerts->open)
    follow_open(alerts, seen, score, limits, events);
  else
    watch_for_opening(alerts, seen, score, limits, events);
  const bool quiet = !alerts->open && alerts->rising == 0 && seen.camera == PINHOLE_CAMERA_CLEAR;
  if (quiet && watches_drift(alerts->options))
    follow_law(alerts->options, seen.frame, score, {alerts->elapsed, alerts->latest_time}, &alerts->law, events);
  return {};
}

} // namespace
} // namespace pinhole

using namespace pinhole;

const char* pinhole_event_name(int32_t kind) {
  static const char* const kNames[] = {"anomaly", "drift", "covered", "frozen", "blurred", "moved", "gone"};
  return kind >= 0 && kind <= PINHOLE_EVENT_GONE ? kNames[kind] : "unknown";
}

const char* pinhole_close_reason_name(int32_t reason) {
  static const char* const kNames[] = {"over", "lingering", "longest", "camera", "end"};
  return reason >= 0 && reason <= PINHOLE_CLOSED_END ? kNames[reason] : "unknown";
}

pinhole_alert_options pinhole_default_alert_options(double threshold) {
  pinhole_alert_options options = {};
  options.threshold = options.closing_threshold = threshold;
  options.smoothing = 3;
  options.least_frames = 2;
  options.linger_frames = 25;
  options.longest_seconds = 3600;
  options.hold_frames = 6;
  options.cooldown_seconds = 2;
  options.budget_seconds = 86400;
  options.drift_frames = 300;
  return options;
}

pinhole_status pinhole_alerts_start(pinhole_alerts* alerts, const pinhole_alert_options* options) {
  if (!alerts || !options)
    return to_c(error(Code::invalid_argument, "alerts or options are null"));
  const Status status = check(*options);
  if (!status.ok())
    return to_c(status);
  *alerts = {};
  alerts->options = *options;
  pinhole_smoothing_start(&alerts->smoothing, options->smoothing);
  start_law(*options, &alerts->law);
  return {};
}

pinhole_status pinhole_alerts_push(pinhole_alerts* alerts, const pinhole_observation* seen, pinhole_events* events) {
  if (!alerts || !seen || !events)
    return to_c(error(Code::invalid_argument, "alerts, observation or events are null"));
  events->count = 0;
  if (alerts->smoothing.frames < 1)
    return to_c(error(Code::invalid_argument, "alerts have not been started: pinhole_alerts_start does it"));
  if (seen->camera < PINHOLE_CAMERA_CLEAR || seen->camera > PINHOLE_CAMERA_DISPLACED)
    return to_c(error(Code::invalid_argument, "observation of frame %lld: camera %d is no pinhole_camera_state",
                      static_cast<long long>(seen->frame), seen->camera));
  return to_c(push(alerts, *seen, events));
}

pinhole_status pinhole_alerts_set_threshold(pinhole_alerts* alerts, double threshold, double closing_threshold) {
  if (!alerts)
    return to_c(error(Code::invalid_argument, "alerts are null"));
  pinhole_alert_options options = alerts->options;
  options.threshold = threshold;
  options.closing_threshold = closing_threshold;
  const Status status = check(options);
  if (status.ok())
    alerts->options = options;
  return to_c(status);
}

void pinhole_alerts_finish(pinhole_alerts* alerts, pinhole_events* events) {
  if (!alerts || !events)
    return;
  events->count = 0;
  if (alerts->smoothing.frames < 1) // not started
    return;
  if (!alerts->open && is_ripe(*alerts))
    open_current(alerts, events);
  if (alerts->open)
    close_current(PINHOLE_CLOSED_END, alerts, events);
  alerts->law.event.reason = PINHOLE_CLOSED_END;
  if (alerts->law.event.open)
    give_event(alerts->law.event, false, alerts->latest_time, events);
  forget_current(alerts);
  pinhole_smoothing_start(&alerts->smoothing, alerts->options.smoothing);
  start_law(alerts->options, &alerts->law);
}

int64_t pinhole_alerts_skipped(const pinhole_alerts* alerts) {
  return alerts ? alerts->skipped : 0;
}
