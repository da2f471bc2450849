// SPDX-License-Identifier: Apache-2.0
#include "anomaly/scene_beside.h"

#include "anomaly/alerts_budget.h"
#include "anomaly/alerts_event.h"
#include "engine/c_status.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr double kSettledSeconds = 10; // most anomalies that move on are over by then
constexpr double kPeriodSeconds = 2;   // what moves slowly takes its place along

bool overlap(const pinhole_box& a, const pinhole_box& b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

// Boxes that touch the place belong to it; while there is none, the first one is it. It stays where it is while
// something more conspicuous is elsewhere.
void follow_place(const pinhole_box& box, bool still_there, double now, SceneBeside* beside) {
  const pinhole_box place = latest_place(*beside);
  if (!is_empty(box) && (is_empty(place) || overlap(box, place)))
    beside->coming = box_union(beside->coming, box);
  if (now - beside->period < kPeriodSeconds)
    return;
  if (!is_empty(beside->coming) || !still_there)
    beside->place = beside->coming;
  beside->coming = {};
  beside->period = now;
}

// What the second alerts gave. They have no limit of their own: they are among the first ones', also where an alert is
// given together with its end.
void pass_on(const pinhole_events& given, pinhole_alerts* first, pinhole_alerts* second, pinhole_events* events) {
  bool refused = false;
  for (int32_t i = 0; i < given.count; ++i) {
    pinhole_event event = given.event[i];
    if (event.kind != PINHOLE_EVENT_ANOMALY) // drift is for the whole frame to tell of
      continue;
    if (event.open && !event.suppressed) {
      refused = is_spent(*first);
      second->current.suppressed = refused ? PINHOLE_SUPPRESSED_BY_LIMIT : PINHOLE_NOT_SUPPRESSED;
      if (!refused)
        note_opening(first);
    }
    if (refused)
      event.suppressed = PINHOLE_SUPPRESSED_BY_LIMIT;
    append_events({1, {event}}, events);
  }
}

} // namespace

pinhole_box latest_place(const SceneBeside& beside) {
  return box_union(beside.place, beside.coming);
}

Status start_beside(const pinhole_alert_options& rule, SceneBeside* beside) {
  *beside = {};
  pinhole_alert_options own = rule;
  own.most_alerts = 0;
  return from_c(pinhole_alerts_start(&beside->alerts, &own));
}

bool find_settled_place(const pinhole_alerts& first, double within, pinhole_observation* seen, SceneBeside* beside,
                        pinhole_box* place) {
  if (!first.open) {
    beside->place = beside->coming = {};
    beside->period = first.elapsed;
    return false;
  }
  const double enough = limits_in_force(first.options, first.law).closing;
  if (seen->score >= enough)
    follow_place(seen->box, within >= enough, first.elapsed, beside);
  *place = latest_place(*beside);
  if (first.elapsed - first.opened < kSettledSeconds || is_empty(*place))
    return false;
  if (!overlap(seen->box, *place))
    seen->box = {};
  return true;
}

Status push_beside(bool settled, const pinhole_observation& seen, pinhole_alerts* first, SceneBeside* beside,
                   pinhole_events* events) {
  pinhole_alerts* second = &beside->alerts;
  const pinhole_alert_options& rule = first->options;
  PINHOLE_RETURN_IF_ERROR(from_c(pinhole_alerts_set_threshold(second, rule.threshold, rule.closing_threshold)));
  pinhole_observation outside = seen;
  if (!settled && std::isfinite(seen.score)) { // nothing is seen of the scores' law
    outside.score = rule.middle;
    outside.box = {};
    outside.camera = seen.camera == PINHOLE_CAMERA_CLEAR ? PINHOLE_CAMERA_DECIDING : seen.camera;
  }
  if (!settled)
    second->law = first->law;
  pinhole_events given = {};
  const Status status = from_c(pinhole_alerts_push(second, &outside, &given));
  pass_on(given, first, second, events);
  return status;
}

void begin_run(SceneBeside* beside) {
  pinhole_smoothing_start(&beside->alerts.smoothing, beside->alerts.options.smoothing);
}

void finish_beside(pinhole_alerts* first, SceneBeside* beside, pinhole_events* events) {
  pinhole_events given = {};
  pinhole_alerts_finish(&beside->alerts, &given);
  pass_on(given, first, &beside->alerts, events);
}

} // namespace pinhole
