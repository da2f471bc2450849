// SPDX-License-Identifier: Apache-2.0
// A mount that sags shows the scene elsewhere without a jump: the camera's view goes along. So does one that was moved
// while nobody looked, as between two runs.
#pragma once

#include "anomaly/scene_map.h"

namespace pinhole {

struct SceneSlip {
  int32_t frames = 0; // in a row that show the scene's middle near:
  Point middle = {0, 0};
};

// Of a camera that has no event: what is seen elsewhere is no anomaly.
inline int32_t slipping_state(const SceneSlip& slip) {
  constexpr int32_t kDoubtFrames = 4; // as many as open an event of the camera
  if (slip.frames == 0)
    return PINHOLE_CAMERA_CLEAR;
  return slip.frames > kDoubtFrames ? PINHOLE_CAMERA_DISTURBED : PINHOLE_CAMERA_DECIDING;
}

// No farther is no slip: sway is followed as far.
inline bool is_in_place(const Point& middle) {
  return std::fabs(middle.x) <= kMostSway && std::fabs(middle.y) <= kMostSway;
}

// Of a frame that was scored, as `picture`, in map->place: true when so many in a row have shown the scene elsewhere
// that it is there now; slip->middle says where, in pixels from where it was looked for. map->light.level is
// overwritten.
bool look_for_slip(const View& picture, const SceneSight& sight, SceneMap* map, SceneSlip* slip);

} // namespace pinhole
