// SPDX-License-Identifier: Apache-2.0
#include "anomaly/scene_watch.h"

#include "anomaly/alerts_drift.h"
#include "anomaly/alerts_event.h"
#include "anomaly/camera_judge.h"
#include "anomaly/camera_watch.h"
#include "base/checked.h"
#include "base/crc32c.h"
#include "engine/c_status.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr double kGoneFrames = 5; // missing in a row
// 1: what was ignored had a say in gain, light and sway; with SSIM, 2: and in that of what lies beside it.
constexpr uint8_t kMaskRule = 2, kSsimMaskRule = 3;
constexpr double kBlurredSeconds = 1, kLeastBlurredFrames = 4;

uint32_t add_array(const Array<float>& numbers, uint32_t crc) {
  return crc32c(numbers.begin(), static_cast<size_t>(numbers.size) * sizeof(float), crc);
}

bool ignores_any(const SceneMap& map) {
  for (int32_t i = 0; i < map.ignored.size; ++i)
    if (map.ignored[i])
      return true;
  return false;
}

bool is_shown(const pinhole_alerts& alerts) {
  return alerts.open && !alerts.current.suppressed;
}

// One that had to wait for the camera's decision may be over when it opens.
bool tells_of_alert(const pinhole_events& events) {
  for (int32_t i = 0; i < events.count; ++i)
    if (events.event[i].kind == PINHOLE_EVENT_ANOMALY && events.event[i].open && !events.event[i].suppressed)
      return true;
  return false;
}

bool holds(const pinhole_events& events, int32_t kind) {
  for (int32_t i = 0; i < events.count; ++i)
    if (events.event[i].kind == kind)
      return true;
  return false;
}

// *outside: of what lies outside the place of an alert that lasts. False: there is no such place, or the frame has no
// score.
bool look_beside(const pinhole_frame& frame, pinhole_observation* whole, SceneWatch* watch, WatchedFrame* seen,
                 pinhole_observation* outside) {
  *outside = *whole;
  if (!std::isfinite(whole->score))
    return false;
  const float within = score_within(frame, latest_place(watch->beside), *watch->scorer);
  pinhole_box place;
  if (!find_settled_place(watch->alerts, static_cast<double>(within), whole, &watch->beside, &place))
    return false;
  score_beside(frame, place, static_cast<float>(seen->closing), watch->rule.least_cells, watch->scorer, &seen->beside);
  outside->score = static_cast<double>(seen->beside.score);
  outside->box = seen->beside.box;
  return true;
}

// `score`: of the frame; one that is no number passes time, and what was open too long is closed.
Status alert_on_score(const pinhole_frame& frame, double score, int64_t number, double seconds, SceneWatch* watch,
                      WatchedFrame* seen) {
  pinhole_observation observed = {number, seconds, score, seen->score.box,
                                  alerting_state(seen->camera, seen->score.sight)};
  pinhole_observation outside;
  if (watch->alerts.smoothing.count == 0 && seen->camera != PINHOLE_CAMERA_DISTURBED) // their mean begins anew
    pinhole_smoothing_start(&watch->shown, watch->alerts.options.smoothing);
  const bool settled = look_beside(frame, &observed, watch, seen, &outside);
  pinhole_events events = {};
  const Status pushed = from_c(pinhole_alerts_push(&watch->alerts, &observed, &events));
  const Status beside = push_beside(settled, outside, &watch->alerts, &watch->beside, &events);
  seen->second = watch->beside.alerts.open || watch->beside.alerts.rising > 0;
  append_events(events, &seen->events);
  PINHOLE_RETURN_IF_ERROR(pushed);
  PINHOLE_RETURN_IF_ERROR(beside);
  pinhole_smooth(&watch->shown, score, &seen->smoothed);
  observed.camera = calibrating_state(seen->camera, seen->score.sight);
  return watch->rule.keep_calibrating
             ? go_on_calibrating(observed, watch->camera.equal_run >= kMostCopies, events, &watch->running,
                                 &watch->calibration, &watch->alerts, &seen->updated)
             : Status();
}

// What a score says of the scene's place; nothing, where a part of the scene is hidden.
ScoredFrame told_frame(const Status& scored, const SceneWatch& watch, const WatchedFrame& seen) {
  const bool told = scored.ok() && !hides_part_of_scene(seen.score.sight);
  return {watch.scorer->picture, seen.score.sight, told ? static_cast<double>(seen.score.score) : std::nan(""),
          seen.threshold};
}

// Before that, where it might be by now, too.
Status score_where_seen(const pinhole_frame& frame, SceneWatch* watch, WatchedFrame* seen) {
  SceneDisplaced& displaced = watch->displaced;
  SceneMap* map = &watch->scorer->map;
  const auto score = [&](const Warp& place) {
    map->place = place;
    return score_frame(frame, watch->rule.least_cells, watch->scorer, &seen->score);
  };
  if (displaced.trial.active) {
    const Status tried = score(displaced.trial.place);
    follow_trial(told_frame(tried, *watch, *seen), *map, &displaced.trial);
    displaced.back.home = std::nan(""); // of this frame nobody knows
  } else if (displaced.back.active) {
    const Status tried = score(Warp());
    displaced.back.home = told_frame(tried, *watch, *seen).score;
  }
  return score(displaced.place);
}

} // namespace

pinhole_camera_options camera_rule(double frames_per_second) {
  pinhole_camera_options options = pinhole_default_camera_options();
  options.gone_seconds = max_of(options.gone_seconds, kGoneFrames / frames_per_second);
  options.blurred_frames =
      static_cast<int32_t>(max_of(min_of(std::ceil(kBlurredSeconds * frames_per_second), 1e6), kLeastBlurredFrames));
  return options;
}

pinhole_score_origin score_origin(const SceneScorer& scorer, uint64_t model_hash, const WatchRule& rule,
                                  const pinhole_frame& frame, int32_t smoothing) {
  const SceneMap& map = scorer.map;
  uint32_t hash = crc32c(&rule.least_cells, sizeof rule.least_cells);
  hash = crc32c(&map.frames, sizeof map.frames, hash);
  hash = crc32c(&map.brightness, sizeof map.brightness, hash);
  hash = add_array(map.detail, add_array(map.square, add_array(map.mean, hash)));
  hash = crc32c(map.ignored.begin(), static_cast<size_t>(map.ignored.size), hash);
  if (ignores_any(map))
    hash = crc32c(map.weights.ssim > 0 ? &kSsimMaskRule : &kMaskRule, sizeof kMaskRule, hash);
  hash = crc32c(&map.weights, sizeof map.weights, hash);
  if (map.weights.code > 0)
    hash = add_array(scorer.law.square, add_array(scorer.law.mean, hash));
  if (map.weights.kl > 0)
    hash = crc32c(&scorer.kl, sizeof scorer.kl, hash);
  pinhole_score_origin origin = {};
  origin.model_hash = model_hash;
  origin.preprocessing_hash = hash;
  origin.width = frame.width;
  origin.height = frame.height;
  origin.format = frame.format;
  origin.smoothing = smoothing;
  return origin;
}

Status start_watch(const pinhole_calibration& calibration, const WatchRule& rule, SceneWatch* watch) {
  const pinhole_alert_options options = alert_rule(calibration, rule.most_alerts, rule.longest_alert_seconds);
  PINHOLE_RETURN_IF_ERROR(from_c(pinhole_alerts_start(&watch->alerts, &options)));
  PINHOLE_RETURN_IF_ERROR(start_beside(options, &watch->beside));
  watch->displaced = {};
  watch->rule = rule;
  watch->calibration = calibration;
  pinhole_smoothing_start(&watch->shown, options.smoothing);
  start_running(calibration, watch->alerts, &watch->running);
  return {};
}

void begin_run(SceneWatch* watch) {
  const int32_t smoothing = watch->alerts.options.smoothing;
  pinhole_smoothing_start(&watch->alerts.smoothing, smoothing);
  pinhole_smoothing_start(&watch->shown, smoothing);
  begin_run(&watch->beside);
}

Status watch_frame(const pinhole_frame& frame, int64_t number, double seconds, SceneWatch* watch, WatchedFrame* seen) {
  *seen = {};
  const AlertLimits limits = limits_in_force(watch->alerts.options, watch->alerts.law);
  seen->threshold = limits.opening;
  seen->closing = limits.closing;
  SceneMap* map = &watch->scorer->map;
  const Status scored = score_where_seen(frame, watch, seen);
  const SceneSight sight = scored.ok() ? sight_of(watch->displaced, seen->score.sight, *map) : SceneSight();
  PINHOLE_RETURN_IF_ERROR(push_camera(&watch->camera, frame, number, seconds, sight, &seen->camera, &seen->events));
  const double score = scored.ok() ? static_cast<double>(seen->score.score) : std::nan("");
  const int32_t state =
      follow_displaced(watch->camera, seen->camera, told_frame(scored, *watch, *seen), map, &watch->displaced);
  if (!holds(seen->events, PINHOLE_EVENT_GONE)) // what was scored before a gap says nothing about now
    seen->camera = state;
  if (watch->displaced.view_is_old)
    forget_view(&watch->camera);
  const Status alerted = alert_on_score(frame, score, number, seconds, watch, seen);
  seen->hidden = scored.ok() && hides_part_of_scene(seen->score.sight);
  seen->alert = is_shown(watch->alerts) || is_shown(watch->beside.alerts) || tells_of_alert(seen->events);
  return scored.ok() ? alerted : scored;
}

Status finish_watch(SceneWatch* watch, WatchedFrame* seen) {
  *seen = {};
  pinhole_events of_alerts = {}, of_camera = {};
  finish_beside(&watch->alerts, &watch->beside, &of_alerts);
  pinhole_events of_first = {};
  pinhole_alerts_finish(&watch->alerts, &of_first);
  append_events(of_first, &of_alerts);
  pinhole_camera_finish(&watch->camera, &of_camera);
  if (watch->displaced.by_scene || !is_in_place(watch->displaced.view)) // where it was learned is forgotten, too
    forget_view(&watch->camera);
  watch->displaced = {};
  append_events(of_alerts, &seen->events);
  append_events(of_camera, &seen->events);
  return watch->rule.keep_calibrating
             ? finish_running(of_alerts, &watch->running, &watch->calibration, &watch->alerts, &seen->updated)
             : Status();
}

} // namespace pinhole
