// SPDX-License-Identifier: Apache-2.0
#include "anomaly/scene_displaced.h"

#include "anomaly/warp_fit.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr int32_t kProbedFrames = 25; // before a frame may alert
constexpr double kUsualShare = 0.5;   // of the threshold: the mean of their scores is less
constexpr int32_t kLostFrames = 5;    // in a row give the place up, as many as close an event of the camera
constexpr int32_t kMostRefined = 16;
constexpr float kLeastStep = 0.5f;   // pixels; a place is not refined by less
constexpr float kLargeStep = 1;      // by less, what looked usual did so there, too
constexpr float kLeastShift = 0.75f; // pixels; less is followed as sway
constexpr float kMostStep = 8;       // nor by more, which is no step
constexpr float kLeastTurn = 0.5f;   // pixels at the sides; less is no turn: then nothing need be interpolated

// By how much the camera has moved, in pixels of the model's picture; 0: not, or unknown.
Point look_for_shift(const pinhole_camera& camera, const SceneMap& map) {
  if (!camera.open || camera.current.kind != PINHOLE_EVENT_MOVED)
    return {0, 0};
  return {camera.moved_columns * static_cast<float>(map.width) / PINHOLE_LOOK_COLUMNS,
          camera.moved_rows * static_cast<float>(map.height) / PINHOLE_LOOK_ROWS};
}

// As near as sway is followed.
bool is_at(const Warp& place, const Point& middle) {
  return std::fabs(middle.x - place.right) <= kMostSway && std::fabs(middle.y - place.down) <= kMostSway;
}

Warp whole(float right, float down) {
  return {std::rint(right), std::rint(down), 0, 0, 0, 0};
}

// Whether the place is one that is clearly another now.
bool refine(const View& picture, const SceneMap& map, const Point& middle, SceneDisplaced* displaced) {
  if (displaced->refined >= kMostRefined)
    return false;
  const Warp rest = fit_warp({map.fit, map.light, map.levels.black}, picture, map.expected);
  const Warp step = composed({map.sway.right, map.sway.down, 0, 0, 0, 0}, rest);
  const float length = farthest(step, map.width, map.height);
  if (!(length >= kLeastStep && length <= kMostStep))
    return false;
  const Warp& before = displaced->place;
  Warp place = composed(step, before);
  if (farthest({0, 0, place.xx, place.xy, place.yx, place.yy}, map.width, map.height) < kLeastTurn) {
    place = whole(place.right, place.down);
    if (before.shifts_only() && std::fabs(step.right) < kLeastShift && std::fabs(step.down) < kLeastShift)
      return false;
  }
  if (!is_at(place, middle))
    return false;
  displaced->place = place;
  ++displaced->refined;
  return length > kLargeStep;
}

// A frame at a place that is `another` than the one before.
void probe(bool another, double score, double threshold, SceneDisplaced* displaced) {
  if (displaced->probed == kProbedFrames || another || !(score < threshold))
    displaced->probed = 0, displaced->sum = 0;
  if (another || !(score < threshold))
    return;
  displaced->sum += score;
  displaced->trusted = ++displaced->probed == kProbedFrames && displaced->sum < kUsualShare * threshold * kProbedFrames;
}

} // namespace

bool follow_displaced(const pinhole_camera& camera, const View& picture, const SceneMap& map, double score,
                      double threshold, SceneDisplaced* displaced) {
  const Point shift = look_for_shift(camera, map);
  const bool shifted = shift.x != 0 || shift.y != 0;
  const Point middle = {map.crept.right + shift.x, map.crept.down + shift.y};
  if (displaced->found && shifted && is_at(displaced->place, middle)) {
    displaced->lost_frames = 0;
    if (!displaced->trusted) {
      probe(refine(picture, map, middle, displaced), score, threshold, displaced);
      return false;
    }
    return true;
  }
  if (displaced->trusted && ++displaced->lost_frames < kLostFrames)
    return false;
  *displaced = {};
  displaced->found = shifted;
  displaced->place = whole(middle.x, middle.y);
  return false;
}

} // namespace pinhole
