// SPDX-License-Identifier: Apache-2.0
// How a place where the scene is looked for comes nearer to where it is seen.
#pragma once

#include "anomaly/scene_map.h"

namespace pinhole {

constexpr double kUsualShare = 0.5; // of the threshold that opens an alert; a usual score is less
constexpr float kLargeStep = 1;     // pixels; by less, what looked usual did so there, too

// No farther is no other place: sway is followed as far.
inline bool is_in_place(const Point& middle) {
  return std::fabs(middle.x) <= kMostSway && std::fabs(middle.y) <= kMostSway;
}

// Of the scene's middle.
inline bool is_near(const Warp& place, const Point& middle, float most) {
  return std::fabs(middle.x - place.right) <= most && std::fabs(middle.y - place.down) <= most;
}

// By whole pixels nothing need be interpolated.
Warp whole(const Point& middle);

// Pixels by which a warp turns and stretches the picture, at its sides.
float turn_of(const Warp& warp, const SceneMap& map);

// Of the frame that was scored last, as `picture`: from the place to where it shows the scene.
Warp fit_rest(const View& picture, const SceneMap& map);

// Pixels from a place that are another one: less is followed as sway, though not where the picture is interpolated.
float least_beside(const Warp& place);

// The place that `rest` leads to: by whole pixels, where that does not turn.
Warp place_after(const Warp& rest, const Warp& place, const SceneMap& map);

// Takes a step by `rest` from the place. False, and none is taken, where it is too small or too long for one.
bool step(const Warp& rest, const SceneMap& map, Warp* place);

} // namespace pinhole
