// SPDX-License-Identifier: Apache-2.0
// What is wrong with the camera, judged by one frame.
#pragma once

#include "anomaly/camera_shift.h"
#include "anomaly/scene_sight.h"

namespace pinhole {

constexpr int32_t kNothingWrong = -1;

struct Verdict {
  int32_t kind = kNothingWrong; // pinhole_event_kind
  float score = 0, threshold = 0;
  bool suspicious = false; // not yet that bad, or bad
  Shift shift;             // of the view; none while it matches well
  bool elsewhere = false;  // moved, by what is known of the scene; the view is the known one, moved or not
};

// The statistics of a normal frame, for the limits.
void take_normal_frame(pinhole_camera* camera);

// From the statistics that were taken: what no normal frame reaches.
void set_limits(pinhole_camera* camera);

// `camera.look` is the frame, `sight` what is known of the learned scene in it. A camera that still learns its view is
// judged by the scene alone.
Verdict judge(const pinhole_camera& camera, const SceneSight& sight);

// Whether so little of the learned scene is seen that a camera is covered, or sees another view.
bool hides_scene(const SceneSight& sight);

// Of such a frame: whether it has so much detail of its own that it is another view, and no cover.
bool shows_another_view(const SceneSight& sight);

// Whether so much of it is not seen that the frame says nothing about what is normal.
bool hides_part_of_scene(const SceneSight& sight);

// The camera's state as a calibration takes it, and as the alerts do. What hides a part for long is the camera's view
// from then on, and no event; but a calibration is one of the scene that was learned, and so is the law of its scores
// that the alerts follow.
inline int32_t calibrating_state(int32_t state, const SceneSight& sight) {
  const bool usable = state != PINHOLE_CAMERA_DISPLACED && !hides_part_of_scene(sight);
  return usable ? state : PINHOLE_CAMERA_DISTURBED;
}
inline int32_t alerting_state(int32_t state, const SceneSight& sight) {
  return hides_part_of_scene(sight) && state != PINHOLE_CAMERA_DISTURBED ? PINHOLE_CAMERA_DECIDING : state;
}

// True when `score` is a worse one of its kind than `other`.
bool is_worse(int32_t kind, double score, double other);

} // namespace pinhole
