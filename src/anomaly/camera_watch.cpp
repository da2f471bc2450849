// SPDX-License-Identifier: Apache-2.0
// The camera's own events over time. One of covered, frozen, blurred and moved is open at a time: it opens when enough
// frames in a row say so and closes when enough do not.
#include "anomaly/camera_watch.h"

#include "anomaly/alerts_event.h"
#include "anomaly/camera_judge.h"
#include "anomaly/camera_mask.h"
#include "engine/c_status.h"
#include "engine/frame.h"

#include <cmath>
#include <cstring>

namespace pinhole {
namespace {

constexpr int32_t kLeastLearnFrames = 16, kMostAdaptFrames = 1 << 24;
constexpr int32_t kDecidingFrames = 4; // with something wrong, in a row, open an event
constexpr int32_t kDecidingVotes = 3;  // of them, for one kind
constexpr int32_t kClearFrames = 5;    // with nothing wrong, in a row, close it
constexpr int32_t kSettlingFrames = 8; // after it: the last of a blur or a cover is no event, and no anomaly either
constexpr int32_t kOtherFrames = 25;   // with other verdicts, in a row, close it too
constexpr int32_t kDoubtFrames = 12;   // what is suspicious for longer, and nothing more, is the view from now on
constexpr float kCreepFrames = 32;     // time constant of following a creeping view
constexpr int32_t kRunMargin = 3;      // a frozen run is so many times longer than any normal one

pinhole_box whole_frame(const pinhole_camera& camera) {
  return {0, 0, camera.width, camera.height};
}

Status check(const pinhole_camera_options& options) {
  if (options.learn_frames < kLeastLearnFrames || options.adapt_frames < options.learn_frames ||
      options.adapt_frames > kMostAdaptFrames)
    return error(
        Code::invalid_argument,
        "camera options: learn_frames %d must be at least %d, adapt_frames %d at least as many, and at most %d",
        options.learn_frames, kLeastLearnFrames, options.adapt_frames, kMostAdaptFrames);
  if (options.frozen_frames < 2 || options.blurred_frames < 1 || !std::isfinite(options.gone_seconds) ||
      options.gone_seconds <= 0)
    return error(
        Code::invalid_argument,
        "camera options: frozen_frames %d must be at least 2, blurred_frames %d at least 1, gone_seconds %g more "
        "than 0",
        options.frozen_frames, options.blurred_frames, options.gone_seconds);
  return {};
}

Status check_size(const pinhole_camera& camera, const pinhole_frame& frame) {
  PINHOLE_RETURN_IF_ERROR(check_frame(frame, "camera frame"));
  if (camera.width != 0 && (frame.width != camera.width || frame.height != camera.height))
    return error(Code::bad_shape, "camera frame: %dx%d, but the camera's first frame was %dx%d", frame.width,
                 frame.height, camera.width, camera.height);
  return {};
}

// Seconds without a frame: finite, whatever the clock says.
double silence(const pinhole_camera& camera, double time) {
  constexpr double kMost = 1e18;
  return min_of(time - camera.latest_time, kMost);
}

void open_absence(pinhole_camera* camera, double time, pinhole_events* events) {
  camera->absence = begin_event(PINHOLE_EVENT_GONE, camera->latest_frame, silence(*camera, time),
                                camera->options.gone_seconds, whole_frame(*camera));
  camera->absence.time = time;
  camera->gone = 1;
  give_event(camera->absence, true, time, events);
}

bool is_overdue(const pinhole_camera& camera, double time) {
  return camera.started && !camera.gone && time - camera.latest_time >= camera.options.gone_seconds;
}

void close_absence(pinhole_camera* camera, double time, pinhole_events* events) {
  camera->absence.score = max_of(camera->absence.score, silence(*camera, time));
  camera->gone = 0;
  give_event(camera->absence, false, time, events);
}

// Whether the camera was gone before this frame.
bool follow_time(pinhole_camera* camera, int64_t number, double time, pinhole_events* events) {
  if (std::isfinite(time) && is_overdue(*camera, time))
    open_absence(camera, time, events);
  const bool was_gone = camera->gone;
  if (was_gone)
    close_absence(camera, std::isfinite(time) ? time : camera->latest_time, events);
  camera->latest_frame = number;
  if (std::isfinite(time)) { // otherwise nobody knows since when there is silence
    camera->latest_time = time;
    camera->started = 1;
  }
  return was_gone;
}

void follow_run(pinhole_camera* camera) {
  const bool equal = camera->width != 0 && is_like_previous(*camera);
  camera->equal_run = equal ? counted_on(camera->equal_run) : 0;
  std::memcpy(camera->previous, camera->look.luma, sizeof camera->previous);
  if (camera->equal_run == 0)
    camera->run_first = camera->latest_frame;
}

// A start in the dark, or under a cover, shows nothing by which a shift could be told. What is seen later may, and all
// the better when little of that start is left in the view.
void look_for_limits(pinhole_camera* camera) {
  if (camera->least_match >= 0 && camera->view.frames >= camera->options.adapt_frames)
    camera->poor_start = 0;
  take_normal_frame(camera);
  if (camera->match.count >= min_of(camera->options.learn_frames / 2, PINHOLE_CAMERA_SAMPLES))
    set_limits(camera);
}

// The first half of the frames makes the view, the second is compared with it.
void learn(pinhole_camera* camera) {
  if (camera->learned >= camera->options.learn_frames / 2)
    take_normal_frame(camera);
  learn_view(camera->look, camera->options.adapt_frames, &camera->view);
  camera->longest_run = max_of(camera->longest_run, camera->equal_run);
  if (++camera->learned < camera->options.learn_frames)
    return;
  set_limits(camera);
  // A view that seldom changes at all can only be frozen for longer than was ever seen.
  camera->equal_limit = max_of(camera->options.frozen_frames, kRunMargin * (camera->longest_run + 1));
}

void forget_suspect(pinhole_camera* camera) {
  camera->suspect_frames = 0;
  for (int32_t& votes : camera->votes)
    votes = 0;
}

// A blur is told of when it has lasted, all else at once.
void tell_current(pinhole_camera* camera, pinhole_events* events) {
  const bool short_blur =
      camera->current.kind == PINHOLE_EVENT_BLURRED && camera->blurred < camera->options.blurred_frames;
  if (camera->told || short_blur)
    return;
  camera->told = 1;
  give_event(camera->current, true, camera->latest_time, events);
}

void close_current(pinhole_camera* camera, pinhole_events* events) {
  if (camera->open) {
    if (camera->told)
      give_event(camera->current, false, camera->latest_time, events);
    camera->settling = camera->current.kind == PINHOLE_EVENT_FROZEN ? 0 : kSettlingFrames;
  }
  camera->open = 0;
  forget_suspect(camera);
}

// A blur that nobody was told of hides nothing else: enough frames in a row have shown that.
void suspect_instead(const Verdict& verdict, pinhole_camera* camera) {
  camera->open = 0;
  forget_suspect(camera);
  camera->current =
      begin_event(verdict.kind, camera->latest_frame, verdict.score, verdict.threshold, whole_frame(*camera));
  camera->suspect_frames = kDecidingFrames - 1;
  camera->votes[verdict.kind] = kDecidingVotes - 1;
}

void follow_open(pinhole_camera* camera, const Verdict& verdict, pinhole_events* events) {
  if (verdict.kind == camera->current.kind) {
    camera->clear_frames = camera->other_frames = camera->instead_frames = 0;
    extend_event(&camera->current, camera->latest_frame, verdict.score, verdict.threshold,
                 is_worse(verdict.kind, verdict.score, camera->current.score));
    tell_current(camera, events);
    return;
  }
  camera->clear_frames = verdict.kind == kNothingWrong ? camera->clear_frames + 1 : 0;
  ++camera->other_frames;
  camera->instead_frames = verdict.kind == kNothingWrong ? 0 : camera->instead_frames + 1;
  if (!camera->told && camera->instead_frames >= kDecidingFrames)
    return suspect_instead(verdict, camera);
  if (camera->clear_frames >= kClearFrames || camera->other_frames >= kOtherFrames ||
      camera->current.kind == PINHOLE_EVENT_FROZEN)
    close_current(camera, events);
}

// Verdicts on a poor view may differ from frame to frame: the one with most votes counts.
void vote(pinhole_camera* camera, const Verdict& verdict) {
  ++camera->votes[verdict.kind];
  if (++camera->suspect_frames == 1 || camera->votes[verdict.kind] > camera->votes[camera->current.kind]) {
    const int64_t first = camera->suspect_frames == 1 ? camera->latest_frame : camera->current.first;
    if (camera->suspect_frames == 1 || camera->current.kind != verdict.kind)
      camera->current =
          begin_event(verdict.kind, camera->latest_frame, verdict.score, verdict.threshold, whole_frame(*camera));
    camera->current.first = first;
  }
  camera->current.last = camera->latest_frame;
  if (camera->current.kind == verdict.kind)
    extend_event(&camera->current, camera->latest_frame, verdict.score, verdict.threshold,
                 is_worse(verdict.kind, verdict.score, camera->current.score));
}

void follow_suspect(pinhole_camera* camera, const Verdict& verdict, pinhole_events* events) {
  if (verdict.kind == kNothingWrong) {
    forget_suspect(camera);
    return;
  }
  vote(camera, verdict);
  const bool frozen = verdict.kind == PINHOLE_EVENT_FROZEN && camera->current.kind == verdict.kind;
  if (frozen)
    camera->current.first = camera->run_first;
  else if (camera->suspect_frames < kDecidingFrames || camera->votes[camera->current.kind] < kDecidingVotes)
    return;
  camera->open = 1;
  camera->clear_frames = camera->other_frames = camera->instead_frames = camera->told = 0;
  tell_current(camera, events);
}

void count_blurred(const Verdict& verdict, pinhole_camera* camera) {
  if (verdict.kind == PINHOLE_EVENT_BLURRED)
    camera->blurred = min_of(camera->blurred + 1, camera->options.blurred_frames);
  else
    camera->blurred = max_of(camera->blurred - 1, 0);
}

// The camera's state by this frame alone, which it also learns from; not while an event is open, but for one of the
// scene's being seen elsewhere: the view is as good there.
int32_t follow(pinhole_camera* camera, const SceneSight& sight, pinhole_events* events) {
  const Verdict verdict = judge(*camera, sight);
  camera->shift_columns = verdict.shift.columns;
  camera->shift_rows = verdict.shift.rows;
  const bool known = verdict.shift.columns != 0 || verdict.shift.rows != 0;
  camera->moved = verdict.kind == PINHOLE_EVENT_MOVED && !verdict.elsewhere && known;
  count_blurred(verdict, camera);
  if (camera->open)
    follow_open(camera, verdict, events);
  if (!camera->open)
    follow_suspect(camera, verdict, events);
  if (camera->open && !verdict.elsewhere)
    return PINHOLE_CAMERA_DISTURBED;
  if (verdict.kind == kNothingWrong || verdict.elsewhere) {
    camera->creep_columns += (verdict.shift.columns - camera->creep_columns) / kCreepFrames;
    camera->creep_rows += (verdict.shift.rows - camera->creep_rows) / kCreepFrames;
  }
  camera->suspicious_frames = verdict.suspicious ? counted_on(camera->suspicious_frames) : 0;
  const bool doubted = verdict.suspicious && camera->suspicious_frames <= kDoubtFrames;
  if (!doubted && pinhole_camera_has_learned(camera)) {
    learn_view(camera->look, camera->options.adapt_frames, &camera->view);
    if (camera->poor_start)
      look_for_limits(camera);
  } else if (!doubted) {
    learn(camera);
  }
  if (camera->open)
    return PINHOLE_CAMERA_DISTURBED;
  return doubted ? PINHOLE_CAMERA_DECIDING : PINHOLE_CAMERA_CLEAR;
}

int32_t watch(pinhole_camera* camera, const SceneSight& sight, pinhole_events* events) {
  const int32_t state = follow(camera, sight, events);
  if (camera->open || camera->settling == 0)
    return state;
  --camera->settling;
  return PINHOLE_CAMERA_DISTURBED;
}

} // namespace

void forget_view(pinhole_camera* camera) {
  const pinhole_camera_options options = camera->options;
  const pinhole_event current = camera->current, absence = camera->absence;
  const int32_t open = camera->open, told = camera->told, gone = camera->gone, started = camera->started;
  const int32_t width = camera->width, height = camera->height;
  const int64_t frame = camera->latest_frame;
  const double time = camera->latest_time;
  const pinhole_camera_mask mask = camera->view.mask;
  std::memset(camera, 0, sizeof *camera);
  camera->view.mask = mask;
  camera->options = options;
  camera->current = current, camera->absence = absence;
  camera->open = open, camera->told = told, camera->gone = gone, camera->started = started;
  camera->width = width, camera->height = height;
  camera->latest_frame = frame;
  camera->latest_time = time;
  for (float& luma : camera->previous)
    luma = -1; // a black frame is not the same as none
}

Status push_camera(pinhole_camera* camera, const pinhole_frame& frame, int64_t number, double time,
                   const SceneSight& sight, int32_t* state, pinhole_events* events) {
  events->count = 0;
  *state = PINHOLE_CAMERA_CLEAR;
  PINHOLE_RETURN_IF_ERROR(check_size(*camera, frame));
  const bool was_gone = follow_time(camera, number, time, events);
  look_at(frame, &camera->look);
  follow_run(camera);
  camera->width = frame.width;
  camera->height = frame.height;
  *state = watch(camera, sight, events);
  if (was_gone)
    *state = PINHOLE_CAMERA_DISTURBED; // what was scored before the gap says nothing about now
  return {};
}

} // namespace pinhole

using namespace pinhole;

pinhole_camera_options pinhole_default_camera_options(void) {
  return {64, 2000, 10, 25, 3};
}

pinhole_status pinhole_camera_start(pinhole_camera* camera, const pinhole_camera_options* options) {
  if (!camera || !options)
    return to_c(error(Code::invalid_argument, "camera or options are null"));
  const Status status = check(*options);
  if (!status.ok())
    return to_c(status);
  std::memset(camera, 0, sizeof *camera);
  camera->options = *options;
  camera->latest_frame = -1;
  return {};
}

pinhole_status pinhole_camera_push(pinhole_camera* camera, const pinhole_frame* frame, int64_t number, double time,
                                   int32_t* state, pinhole_events* events) {
  if (!camera || !frame || !state || !events)
    return to_c(error(Code::invalid_argument, "camera, frame, state or events are null"));
  if (!is_started(*camera))
    return to_c(error(Code::invalid_argument, "the camera has not been started: pinhole_camera_start does it"));
  return to_c(push_camera(camera, *frame, number, time, SceneSight(), state, events));
}

void pinhole_camera_wait(pinhole_camera* camera, double time, pinhole_events* events) {
  if (!camera || !events)
    return;
  events->count = 0;
  if (std::isfinite(time) && is_overdue(*camera, time))
    open_absence(camera, time, events);
}

void pinhole_camera_finish(pinhole_camera* camera, pinhole_events* events) {
  if (!camera || !events)
    return;
  events->count = 0;
  close_current(camera, events);
  if (camera->gone)
    close_absence(camera, camera->absence.time, events);
  camera->started = 0;
}

int32_t pinhole_camera_has_learned(const pinhole_camera* camera) {
  return camera && camera->learned >= camera->options.learn_frames ? 1 : 0;
}
