// SPDX-License-Identifier: Apache-2.0
#include "anomaly/scene_step.h"

#include "anomaly/warp_fit.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr float kLeastStep = 0.25f;  // pixels; a place is not refined by less
constexpr float kMostStep = 8;       // pixels; more is no step
constexpr float kLeastShift = 0.75f; // pixels; less is followed as sway
constexpr float kLeastTurn = 0.25f;  // pixels at the sides; less is no turn: then nothing need be interpolated
constexpr float kMostTurn = 8;       // pixels at the sides

} // namespace

Warp whole(const Point& middle) {
  return {std::rint(middle.x), std::rint(middle.y), 0, 0, 0, 0};
}

float turn_of(const Warp& warp, const SceneMap& map) {
  return farthest({0, 0, warp.xx, warp.xy, warp.yx, warp.yy}, map.width, map.height);
}

Warp fit_rest(const View& picture, const SceneMap& map) {
  const Warp beside_sway = fit_warp({map.fit, map.light, map.levels.black}, picture, map.expected);
  return composed(map.sway, beside_sway);
}

float least_beside(const Warp& place) {
  constexpr float kTurned = 0.4f;
  return place.shifts_only() ? kLeastShift : kTurned;
}

Warp place_after(const Warp& rest, const Warp& place, const SceneMap& map) {
  const Warp after = composed(rest, place);
  return turn_of(after, map) < kLeastTurn ? whole({after.right, after.down}) : after;
}

bool step(const Warp& rest, const SceneMap& map, Warp* place) {
  const float length = farthest(rest, map.width, map.height);
  const Warp after = place_after(rest, *place, map);
  const bool shifts_only = place->shifts_only() && after.shifts_only();
  if (!(length >= kLeastStep && length <= kMostStep) || turn_of(after, map) > kMostTurn ||
      (shifts_only && std::fabs(rest.right) < kLeastShift && std::fabs(rest.down) < kLeastShift))
    return false;
  *place = after;
  return true;
}

} // namespace pinhole
