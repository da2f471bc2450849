// SPDX-License-Identifier: Apache-2.0
#include "anomaly/scene_displaced.h"

#include "anomaly/scene_place.h"
#include "anomaly/warp_fit.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr int32_t kProbedFrames = 25; // before a frame may alert
constexpr double kUsualShare = 0.5;   // of the threshold: the mean of their scores is less
constexpr float kLeastInSight = 0.3f; // of the cells; fewer would say too little of the scene
constexpr int32_t kLostFrames = 5;    // in a row give the place up, as many as close an event of the camera
constexpr int32_t kMostRefined = 16;  // a view that is never still is no reason to go on for ever
constexpr float kLeastStep = 0.25f;   // pixels; a place is not refined by less
constexpr float kMostStep = 8;        // pixels; more is no step
constexpr float kLargeStep = 1;       // by less, what looked usual did so there, too
constexpr float kLeastShift = 0.75f;  // pixels; less is followed as sway
constexpr float kLeastTurn = 0.25f;   // pixels at the sides; less is no turn: then nothing need be interpolated
constexpr int32_t kTurnedFrames = 25; // in a row, under an alert
constexpr float kTurnedAgain = 0.6f;  // pixels at the sides, which a turn by 0.01 makes 0.8
constexpr float kMostTurn = 8;        // pixels at the sides

bool is_moved(const pinhole_camera& camera) {
  return camera.open && camera.current.kind == PINHOLE_EVENT_MOVED;
}

// Where the frame shows the scene's middle, in pixels of the model's picture from its own; 0: not moved, or unknown.
Point look_for_middle(const pinhole_camera& camera, const SceneMap& map) {
  return {camera.moved_columns * static_cast<float>(map.width) / PINHOLE_LOOK_COLUMNS,
          camera.moved_rows * static_cast<float>(map.height) / PINHOLE_LOOK_ROWS};
}

// At the sides.
float turn_of(const Warp& warp, const SceneMap& map) {
  return farthest({0, 0, warp.xx, warp.xy, warp.yx, warp.yy}, map.width, map.height);
}

// From the place to where the picture shows the scene.
Warp fit_rest(const View& picture, const SceneMap& map) {
  const Warp beside_sway = fit_warp({map.fit, map.light, map.levels.black}, picture, map.expected);
  return composed({map.sway.right, map.sway.down, 0, 0, 0, 0}, beside_sway);
}

// As near as sway is followed.
bool is_at(const Warp& place, const Point& middle) {
  return std::fabs(middle.x - place.right) <= kMostSway && std::fabs(middle.y - place.down) <= kMostSway;
}

Warp whole(float right, float down) {
  return {std::rint(right), std::rint(down), 0, 0, 0, 0};
}

void begin_at(Warp place, bool found, SceneDisplaced* displaced) {
  *displaced = {};
  displaced->found = found;
  displaced->place = place;
}

// Whether the place is one that is clearly another now.
bool refine(const View& picture, const SceneMap& map, const Point& middle, SceneDisplaced* displaced) {
  if (displaced->refined >= kMostRefined)
    return false;
  const Warp step = fit_rest(picture, map);
  const float length = farthest(step, map.width, map.height);
  if (!(length >= kLeastStep && length <= kMostStep))
    return false;
  const Warp& before = displaced->place;
  Warp place = composed(step, before);
  if (turn_of(place, map) < kLeastTurn) {
    place = whole(place.right, place.down);
    if (before.shifts_only() && std::fabs(step.right) < kLeastShift && std::fabs(step.down) < kLeastShift)
      return false;
  }
  if (!is_at(place, middle) || turn_of(place, map) > kMostTurn)
    return false;
  displaced->place = place;
  ++displaced->refined;
  return length > kLargeStep;
}

bool enough_is_in_sight(const SceneMap& map) {
  const int32_t cells = map.rows * map.columns;
  int32_t counting = 0;
  for (int32_t cell = 0; cell < cells; ++cell)
    counting += counts(map, cell);
  return static_cast<float>(counting) > kLeastInSight * static_cast<float>(cells);
}

void probe_anew(SceneDisplaced* displaced) {
  displaced->probed = 0;
  displaced->sum = 0;
}

void probe(double score, double threshold, const SceneMap& map, SceneDisplaced* displaced) {
  if (!(score < threshold))
    return probe_anew(displaced);
  displaced->sum += score;
  if (++displaced->probed < kProbedFrames)
    return;
  displaced->trusted = displaced->sum < kUsualShare * threshold * kProbedFrames && enough_is_in_sight(map);
  probe_anew(displaced);
}

// Of a frame at a trusted place: whether the camera was turned again, at once as its score rose above the threshold, or
// while somebody stood before it. Neither intruders nor wind turn the whole picture, though wind shifts it.
bool has_turned(const View& picture, const SceneMap& map, bool above, SceneDisplaced* displaced) {
  const bool was_above = displaced->above;
  displaced->above = above;
  const Warp rest = fit_rest(picture, map), before = displaced->rest;
  if (!above) {
    displaced->rest = rest;
    displaced->turned_frames = 0;
    return false;
  }
  const bool turned =
      turn_of({0, 0, rest.xx - before.xx, rest.xy - before.xy, rest.yx - before.yx, rest.yy - before.yy}, map) >=
      kTurnedAgain;
  displaced->turned_frames = turned ? displaced->turned_frames + 1 : 0;
  return turned && (!was_above || displaced->turned_frames >= kTurnedFrames);
}

} // namespace

bool follow_displaced(const pinhole_camera& camera, const View& picture, const SceneMap& map, double score,
                      double threshold, SceneDisplaced* displaced) {
  if (!is_moved(camera)) {
    *displaced = {};
    return false;
  }
  const Point middle = look_for_middle(camera, map);
  const bool shifted = middle.x != 0 || middle.y != 0;
  if (!displaced->found || !shifted || !is_at(displaced->place, middle)) {
    if (displaced->trusted && ++displaced->lost_frames < kLostFrames)
      return false;
    begin_at(whole(middle.x, middle.y), shifted, displaced);
    return false;
  }
  displaced->lost_frames = 0;
  if (displaced->trusted) {
    const bool turned = has_turned(picture, map, !(score < threshold), displaced);
    if (!turned && camera.equal_run < camera.equal_limit)
      return true;
    begin_at(displaced->place, true, displaced);
    return false;
  }
  if (camera.equal_run > 0) // a frozen picture looks usual
    return false;
  if (refine(picture, map, middle, displaced))
    probe_anew(displaced);
  else
    probe(score, threshold, map, displaced);
  return false;
}

} // namespace pinhole
