// SPDX-License-Identifier: Apache-2.0
// A scene frame by frame: collecting, learning, calibrating, watching.
#include "anomaly/alerts_event.h"
#include "anomaly/camera_judge.h"
#include "anomaly/camera_mask.h"
#include "anomaly/camera_watch.h"
#include "anomaly/scene_life.h"
#include "anomaly/scene_recipe.h"
#include "base/crc32c.h"
#include "engine/c_status.h"
#include "engine/frame.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr int32_t kMovedForGood = 250; // frames
constexpr int32_t kMostApart = 64;     // frames

pinhole_frame planned_frame(const Scene& scene) {
  pinhole_frame frame = {};
  frame.format = scene.options.format;
  frame.width = scene.options.width;
  frame.height = scene.options.height;
  return frame;
}

// Whether frame number `collected` is one of those that are kept, evenly over all.
bool is_kept(const Scene& scene) {
  const int64_t pictures = scene.options.pictures, frames = scene.options.collect_frames;
  return (scene.collected + 1) * pictures / frames > scene.collected * pictures / frames;
}

void collect(const pinhole_frame& frame, Scene* scene) {
  if (is_kept(*scene))
    keep_picture(frame, scene);
  scene->waited = 0;
  if (++scene->collected == scene->options.collect_frames)
    scene->phase = PINHOLE_SCENE_LEARNING;
}

// A picture that a camera shows while it starts, or a mount that was put right: what is seen for so long is the scene.
bool is_another_scene(Scene* scene) {
  const pinhole_camera& camera = scene->watch->camera;
  scene->moved = camera.open && camera.current.kind == PINHOLE_EVENT_MOVED ? scene->moved + 1 : 0;
  return scene->moved >= kMovedForGood;
}

// Its camera is the same one still, and may be gone from this frame on.
Status collect_anew(Scene* scene, pinhole_scene_report* report) {
  pinhole_camera* camera = &scene->watch->camera;
  const int32_t started = camera->started, width = camera->width, height = camera->height;
  const int64_t frame = camera->latest_frame;
  const double time = camera->latest_time;
  pinhole_events closed = {};
  pinhole_camera_finish(camera, &closed);
  append_events(closed, &report->events);
  if (scene->phase != PINHOLE_SCENE_COLLECTING)
    PINHOLE_RETURN_IF_ERROR(forget_learning(scene));
  PINHOLE_RETURN_IF_ERROR(start_collecting(scene));
  camera->started = started, camera->width = width, camera->height = height;
  camera->latest_frame = frame;
  camera->latest_time = time;
  return {};
}

Status calibrate(Scene* scene) {
  pinhole_calibration_options options = pinhole_default_calibration_options();
  ScoreRecord* record = &scene->watch->running.record;
  options.origin = origin_of(*scene, scene->scorer);
  options.frames_per_second = scene->options.frames_per_second;
  options.asked_per_day = scene->options.false_alarms_per_day;
  options.least_threshold = scene->options.least_threshold;
  const ScoreRuns scores = record->all();
  pinhole_calibration calibration = {};
  const Status status =
      from_c(pinhole_calibrate(&options, scores.scores, scores.count, scores.starts, scores.runs, &calibration));
  clear_record(options.origin.smoothing, record);
  return status.ok() ? start_watching(calibration, scene) : status;
}

Status gather_for_calibration(const SceneScore& score, int64_t number, int32_t camera, Scene* scene,
                              pinhole_scene_report* report) {
  SceneWatch* watch = scene->watch;
  report->score = score.score;
  report->gain = score.gain;
  report->box = score.box;
  report->hidden = hides_part_of_scene(score.sight) ? 1 : 0;
  if (scene->together == 1) // as begin_run has it of a scene that watches
    pinhole_smoothing_start(&watch->shown, watch->shown.frames);
  double smoothed = static_cast<double>(score.score);
  pinhole_smooth(&watch->shown, smoothed, &smoothed);
  report->smoothed = static_cast<float>(smoothed);
  if (scene->waited < kSceneGap)
    return {};
  const int32_t state = calibrating_state(camera, score.sight);
  const bool settled = state == PINHOLE_CAMERA_CLEAR;
  if (state == PINHOLE_CAMERA_DISTURBED)
    interrupt(&watch->running);
  else if (report->repeated < kMostCopies)
    gather(number, static_cast<double>(score.score), settled, &watch->running);
  if (!settled || watch->running.record.count < scene->options.calibrate_frames)
    return {};
  PINHOLE_RETURN_IF_ERROR(calibrate(scene));
  report->threshold = watch->calibration.threshold;
  return {};
}

Status watch_and_report(const pinhole_frame& frame, int64_t number, double seconds, Scene* scene,
                        pinhole_scene_report* report) {
  WatchedFrame seen;
  if (scene->together == 1)
    begin_run(scene->watch);
  const Status status = watch_frame(frame, number, seconds, scene->watch, &seen);
  report->camera = seen.camera;
  report->repeated = scene->watch->camera.equal_run;
  report->hidden = seen.hidden ? 1 : 0;
  report->alert = seen.alert ? 1 : 0;
  report->score = seen.score.score;
  report->smoothed = static_cast<float>(seen.smoothed);
  report->threshold = static_cast<float>(seen.threshold);
  report->gain = seen.score.gain;
  report->box = seen.score.box;
  report->events = seen.events;
  return status;
}

Status push(const pinhole_frame& frame, int64_t number, double seconds, Scene* scene, pinhole_scene_report* report) {
  if (scene->phase == PINHOLE_SCENE_WATCHING)
    return watch_and_report(frame, number, seconds, scene, report);
  const bool scores = scene->phase == PINHOLE_SCENE_CALIBRATING;
  SceneScore score;
  const Status scored = scores ? score_frame(frame, scene->options.least_cells, &scene->scorer, &score) : Status();
  PINHOLE_RETURN_IF_ERROR(push_camera(&scene->watch->camera, frame, number, seconds,
                                      scored.ok() ? score.sight : SceneSight(), &report->camera, &report->events));
  scene->waited = counted_on(scene->waited);
  report->repeated = scene->watch->camera.equal_run; // a sensor that is alive has noise: such a frame shows nothing new
  if (is_another_scene(scene))
    return collect_anew(scene, report);
  if (scene->phase == PINHOLE_SCENE_COLLECTING && report->camera == PINHOLE_CAMERA_CLEAR && report->repeated == 0)
    collect(frame, scene);
  PINHOLE_RETURN_IF_ERROR(scored);
  return scores ? gather_for_calibration(score, number, report->camera, scene, report) : Status();
}

// Whether frames, as they are numbered, are ever contiguous in time.
Status check_numbers(const Scene& scene) {
  const bool scores = scene.phase == PINHOLE_SCENE_CALIBRATING || scene.phase == PINHOLE_SCENE_WATCHING;
  if (!scores || scene.apart < kMostApart || scene.together > 1)
    return {};
  const int32_t smoothing = scene.watch->shown.frames;
  return error(
      Code::invalid_argument,
      "frame %lld: in the latest %d no %d numbers in a row are each 1 to %d above the one before, so no mean over %d "
      "scores is ever full: number the frames that are pushed one by one",
      static_cast<long long>(scene.number), scene.apart, smoothing, smoothing, smoothing);
}

float progress_of(const Scene& scene) {
  const pinhole_scene_options& options = scene.options;
  const auto share = [](int64_t done, int64_t most) {
    return min_of(1.0f, static_cast<float>(done) / static_cast<float>(most));
  };
  switch (scene.phase) {
  case PINHOLE_SCENE_COLLECTING:
    return share(scene.collected, options.collect_frames);
  case PINHOLE_SCENE_LEARNING:
    return share(int64_t{scene.step} + scene.mapped, int64_t{options.learn_steps} + scene.kept.count);
  case PINHOLE_SCENE_CALIBRATING:
    return share(scene.watch->running.record.count, options.calibrate_frames);
  case PINHOLE_SCENE_WATCHING:
    break;
  }
  return 1;
}

} // namespace

Status check_scene_frame(const Scene& scene, const pinhole_frame& frame) {
  PINHOLE_RETURN_IF_ERROR(check_frame(frame, "frame"));
  const pinhole_scene_options& options = scene.options;
  if (frame.format != options.format)
    return error(Code::invalid_argument, "frame: format %d, but the scene was planned for format %d", frame.format,
                 options.format);
  if (frame.width != options.width || frame.height != options.height)
    return error(Code::bad_shape, "frame: %dx%d, but the scene was planned for %dx%d", frame.width, frame.height,
                 options.width, options.height);
  return {};
}

pinhole_score_origin origin_of(const Scene& scene, const SceneScorer& scorer) {
  const uint64_t hash = crc32c(scene.file, scene.file_bytes) | static_cast<uint64_t>(scene.file_bytes) << 32;
  WatchRule rule;
  rule.least_cells = scene.options.least_cells;
  return score_origin(scorer, hash, rule, planned_frame(scene), pinhole_default_alert_options(1).smoothing);
}

Status start_collecting(Scene* scene) {
  scene->watch->scorer = &scene->scorer;
  scene->phase = PINHOLE_SCENE_COLLECTING;
  scene->attempt = 0;
  scene->collected = scene->step = scene->mapped = scene->waited = scene->moved = 0;
  scene->together = scene->apart = 0;
  scene->kept.count = 0;
  scene->kept.epoch = -1;
  const pinhole_camera_options camera = camera_rule(scene->options.frames_per_second);
  PINHOLE_RETURN_IF_ERROR(from_c(pinhole_camera_start(&scene->watch->camera, &camera)));
  ignore_as(scene->scorer.map, &scene->watch->camera);
  return {};
}

Status start_calibrating(Scene* scene) {
  const int32_t smoothing = pinhole_default_alert_options(1).smoothing;
  scene->phase = PINHOLE_SCENE_CALIBRATING;
  scene->watch->running.unsettled = kSettled;
  pinhole_smoothing_start(&scene->watch->shown, smoothing);
  clear_record(smoothing, &scene->watch->running.record);
  return {};
}

Status start_watching(const pinhole_calibration& calibration, Scene* scene) {
  WatchRule rule;
  rule.least_cells = scene->options.least_cells;
  rule.most_alerts = scene->options.most_alerts;
  rule.longest_alert_seconds = scene->options.longest_alert_seconds;
  PINHOLE_RETURN_IF_ERROR(start_watch(calibration, rule, scene->watch));
  scene->phase = PINHOLE_SCENE_WATCHING;
  return {};
}

} // namespace pinhole

using namespace pinhole;

namespace {

bool is_bound(const pinhole_scene* scene) {
  return scene && scene->scene.trainer->bound;
}

pinhole_status refuse(const char* what) {
  return to_c(error(Code::invalid_argument, "%s", what));
}

} // namespace

const char* pinhole_scene_phase_name(int32_t phase) {
  static const char* const kNames[] = {"collecting", "learning", "calibrating", "watching"};
  return phase >= 0 && phase <= PINHOLE_SCENE_WATCHING ? kNames[phase] : "unknown";
}

pinhole_status pinhole_scene_push(pinhole_scene* scene, const pinhole_frame* frame, int64_t number, double seconds,
                                  pinhole_scene_report* report) {
  if (!is_bound(scene) || !frame || !report)
    return refuse("pinhole_scene_push: scene (bound), frame or report is missing");
  Scene* self = &scene->scene;
  *report = {};
  Status status = check_scene_frame(*self, *frame);
  if (status.ok()) {
    const int32_t smoothing = pinhole_default_alert_options(1).smoothing;
    self->together = follows(self->number, number, smoothing) ? min_of(self->together + 1, smoothing) : 1;
    self->apart = self->together == smoothing ? 0 : counted_on(self->apart);
    self->number = number;
    status = push(*frame, number, seconds, self, report);
    if (status.ok())
      status = check_numbers(*self);
  }
  report->phase = self->phase;
  report->progress = progress_of(*self);
  return to_c(status);
}

void pinhole_scene_wait(pinhole_scene* scene, double seconds, pinhole_events* events) {
  if (events)
    events->count = 0;
  if (is_bound(scene) && events)
    pinhole_camera_wait(&scene->scene.watch->camera, seconds, events);
}

void pinhole_scene_finish(pinhole_scene* scene, pinhole_events* events) {
  if (events)
    events->count = 0;
  if (!is_bound(scene) || !events)
    return;
  if (scene->scene.phase != PINHOLE_SCENE_WATCHING)
    return pinhole_camera_finish(&scene->scene.watch->camera, events);
  WatchedFrame last;
  (void)finish_watch(scene->scene.watch, &last); // what is wrong with an update leaves the calibration as it was
  *events = last.events;
}

pinhole_status pinhole_scene_ignore(pinhole_scene* scene, const pinhole_frame* mask) {
  if (!is_bound(scene) || !mask)
    return refuse("pinhole_scene_ignore: scene (bound) or mask is missing");
  Scene* self = &scene->scene;
  if (self->phase >= PINHOLE_SCENE_CALIBRATING || self->mapped > 0)
    return refuse("pinhole_scene_ignore: what is usual, and the scores of the calibration, rest on the mask: give it "
                  "before");
  const Status status = ignore_cells(*mask, self->options.least_cells, &self->scorer);
  if (status.ok())
    ignore_as(self->scorer.map, &self->watch->camera);
  return to_c(status);
}

pinhole_status pinhole_scene_dismiss(pinhole_scene* scene, const pinhole_event* event) {
  if (!is_bound(scene) || !event || scene->scene.phase != PINHOLE_SCENE_WATCHING)
    return refuse("pinhole_scene_dismiss: the scene is not watching, or no event: give an anomaly's that has closed");
  SceneWatch* watch = scene->scene.watch;
  return to_c(dismiss_alert(*event, &watch->running, &watch->calibration, &watch->alerts));
}

const pinhole_calibration* pinhole_scene_calibration(const pinhole_scene* scene) {
  return is_bound(scene) && scene->scene.phase == PINHOLE_SCENE_WATCHING ? &scene->scene.watch->calibration : nullptr;
}

pinhole_status pinhole_scene_ask(pinhole_scene* scene, double false_alarms_per_day) {
  if (!is_bound(scene) || scene->scene.phase != PINHOLE_SCENE_WATCHING)
    return refuse("pinhole_scene_ask: the scene is not watching: give its options the rate");
  SceneWatch* watch = scene->scene.watch;
  return to_c(ask_for_rate(false_alarms_per_day, &watch->running, &watch->calibration, &watch->alerts));
}

pinhole_status pinhole_scene_confirm(pinhole_scene* scene, int32_t alerts) {
  if (!is_bound(scene) || scene->scene.phase != PINHOLE_SCENE_WATCHING)
    return refuse("pinhole_scene_confirm: the scene is not watching");
  if (alerts < 0)
    return refuse("pinhole_scene_confirm: a number of alerts below 0");
  SceneWatch* watch = scene->scene.watch;
  return to_c(confirm_alerts(alerts, &watch->running, &watch->calibration, &watch->alerts));
}

pinhole_status pinhole_scene_heat(const pinhole_scene* scene, pinhole_frame* heat) {
  if (!is_bound(scene) || !heat || scene->scene.phase != PINHOLE_SCENE_WATCHING)
    return refuse("pinhole_scene_heat: the scene is not watching, or heat is null");
  if (const Status status = check_frame(*heat, "heat"); !status.ok())
    return to_c(status);
  if (heat->format != PINHOLE_GRAY8)
    return refuse("pinhole_scene_heat: the heat map is GRAY8");
  const SceneMap& map = scene->scene.scorer.map;
  const float per_excess = 255.0f / (2 * max_of(scene->scene.watch->calibration.threshold, 1e-6f));
  for (int32_t y = 0; y < heat->height; ++y) {
    auto* row = static_cast<uint8_t*>(heat->plane[0]) + static_cast<size_t>(y) * heat->pitch[0];
    const auto map_y = static_cast<int32_t>(int64_t{y} * map.height / heat->height);
    for (int32_t x = 0; x < heat->width; ++x) {
      const float excess = heat_at(map, map_y, static_cast<int32_t>(int64_t{x} * map.width / heat->width));
      row[x] = static_cast<uint8_t>(min_of(255.0f, per_excess * excess + 0.5f));
    }
  }
  return to_c({});
}
