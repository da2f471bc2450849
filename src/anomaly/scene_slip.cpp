// SPDX-License-Identifier: Apache-2.0
#include "anomaly/scene_slip.h"

#include "anomaly/camera_judge.h"
#include "anomaly/scene_search.h"

namespace pinhole {
namespace {

constexpr int32_t kSlippedFrames = 50; // wind does not hold a camera for two seconds
constexpr float kFarSway = 1.25f;      // pixels; with less, there is nothing to look for

// Where a picture is far off, nothing is seen in place, and no sway is found.
bool may_be_elsewhere(const SceneSight& sight, const SceneMap& map) {
  return std::fabs(map.sway.right) >= kFarSway || std::fabs(map.sway.down) >= kFarSway || hides_part_of_scene(sight);
}

} // namespace

bool look_for_slip(const View& picture, const SceneSight& sight, SceneMap* map, SceneSlip* slip) {
  Point middle;
  if (!may_be_elsewhere(sight, *map) || !search_scene(picture, map, &middle) || is_in_place(middle)) {
    *slip = {};
    return false;
  }
  const Point from = slip->frames > 0 ? slip->middle : middle;
  slip->frames = is_in_place({middle.x - from.x, middle.y - from.y}) ? slip->frames + 1 : 1;
  if (slip->frames == 1)
    slip->middle = middle;
  return slip->frames >= kSlippedFrames;
}

} // namespace pinhole
