// SPDX-License-Identifier: Apache-2.0
#include "anomaly/scene_beside.h"

#include "anomaly/alerts_budget.h"
#include "anomaly/alerts_event.h"
#include "engine/c_status.h"

namespace pinhole {
namespace {

constexpr double kSettledSeconds = 10; // most anomalies that move on are over by then
constexpr int32_t kPlaceFrames = 50;   // of a period: what moves slowly takes its place along

bool overlap(const pinhole_box& a, const pinhole_box& b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

// Boxes that touch the place belong to it; while there is none, the first one is it.
void follow_place(const pinhole_box& box, SceneBeside* beside) {
  const pinhole_box place = box_union(beside->place, beside->coming);
  if (!is_empty(box) && (is_empty(place) || overlap(box, place)))
    beside->coming = box_union(beside->coming, box);
  if (++beside->frames < kPlaceFrames)
    return;
  beside->place = beside->coming;
  beside->coming = {};
  beside->frames = 0;
}

// These alerts have no limit of their own: they are among the first ones'.
void share_budget(pinhole_event* opened, pinhole_alerts* first, pinhole_alerts* second) {
  if (opened->suppressed)
    return;
  if (is_spent(*first))
    opened->suppressed = second->current.suppressed = 1;
  else
    note_opening(first);
}

} // namespace

Status start_beside(const pinhole_alert_options& rule, SceneBeside* beside) {
  *beside = {};
  pinhole_alert_options own = rule;
  own.most_alerts = 0;
  return from_c(pinhole_alerts_start(&beside->alerts, &own));
}

bool find_settled_place(const pinhole_alerts& first, pinhole_observation* seen, SceneBeside* beside,
                        pinhole_box* place) {
  if (!first.open) {
    beside->place = beside->coming = {};
    beside->frames = 0;
    return false;
  }
  const AlertLimits limits = limits_in_force(first.options, first.law);
  if (seen->score >= limits.closing)
    follow_place(seen->box, beside);
  *place = box_union(beside->place, beside->coming);
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
  if (!settled) { // nothing is seen of the scores' law
    outside.score = rule.middle;
    outside.box = {};
    outside.camera = seen.camera == PINHOLE_CAMERA_CLEAR ? PINHOLE_CAMERA_DECIDING : seen.camera;
    second->law = first->law;
  }
  pinhole_events given = {};
  PINHOLE_RETURN_IF_ERROR(from_c(pinhole_alerts_push(second, &outside, &given)));
  for (int32_t i = 0; i < given.count; ++i) {
    if (given.event[i].kind != PINHOLE_EVENT_ANOMALY) // drift is for the whole frame to tell of
      continue;
    if (given.event[i].open)
      share_budget(&given.event[i], first, second);
    append_events({1, {given.event[i]}}, events);
  }
  return {};
}

void begin_run(SceneBeside* beside) {
  pinhole_smoothing_start(&beside->alerts.smoothing, beside->alerts.options.smoothing);
}

void finish_beside(SceneBeside* beside, pinhole_events* events) {
  pinhole_events given = {};
  beside->alerts.law.changed = 0; // the first ones tell of its end
  pinhole_alerts_finish(&beside->alerts, &given);
  append_events(given, events);
}

} // namespace pinhole
