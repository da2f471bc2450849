// SPDX-License-Identifier: Apache-2.0
// pinhole_camera_push for those who also know a scene.
#pragma once

#include "anomaly/scene_sight.h"
#include "base/status.h"
#include "pinhole/alerts.h"

namespace pinhole {

// As pinhole_camera_push. By `sight`, how much of the learned scene is seen in the frame, a camera that is covered or
// sees another view from its first frame on has its event too, and learns no view meanwhile; a default one: nothing is
// known. What *events and *state held before does not count.
Status push_camera(pinhole_camera* camera, const pinhole_frame& frame, int64_t number, double time,
                   const SceneSight& sight, int32_t* state, pinhole_events* events);

inline bool is_started(const pinhole_camera& camera) {
  return camera.options.learn_frames > 0;
}

// Learns its view anew, as after pinhole_camera_start; what is open stays until it is over.
void forget_view(pinhole_camera* camera);

} // namespace pinhole
