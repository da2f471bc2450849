// SPDX-License-Identifier: Apache-2.0
#include "anomaly/scene_trial.h"

#include "anomaly/camera_judge.h"
#include "anomaly/scene_search.h"

namespace pinhole {
namespace {

constexpr int32_t kMostFrames = 7;  // fewer than an alert is held for while something may be wrong with the camera
constexpr int32_t kUsualFrames = 2; // in a row
constexpr int32_t kPauseFrames = 25;
constexpr double kUsualShare = 0.5;    // of the threshold; a usual score is less
constexpr float kLargeStep = 1;        // pixels; by less, what looked usual did so there, too
constexpr float kFarSway = 1.25f;      // pixels; more may be another place,
constexpr float kFarFromPlace = 0.75f; // or more than this, where the picture is interpolated
constexpr float kLeastTurned = 0.3f;   // pixels at the sides

bool is_same(const Warp& a, const Warp& b, const SceneMap& map) {
  return farthest(sum_of(a, scaled(b, -1)), map.width, map.height) < kLeastTurned;
}

// Where the frame may show the scene, if not at `place`.
bool find_candidate(const ScoredFrame& frame, const Warp& place, SceneMap* map, Warp* candidate) {
  const Warp rest = fit_rest(frame.picture, *map);
  const float far = place.none() ? kFarSway : kFarFromPlace;
  const bool far_off = std::fabs(map->sway.right) >= far || std::fabs(map->sway.down) >= far;
  *candidate = place;
  Point middle;
  if ((far_off || hides_part_of_scene(frame.sight)) && search_scene(frame.picture, map, &middle))
    *candidate = whole({place.right + middle.x, place.down + middle.y});
  if (is_same(*candidate, place, *map) && (far_off || turn_of(rest, *map) >= kLeastTurned))
    (void)step(rest, *map, candidate);
  return !is_same(*candidate, place, *map);
}

void end_trial(SceneTrial* trial) {
  *trial = {};
  trial->pause = kPauseFrames;
}

// Whether enough usual frames were.
bool go_on(const ScoredFrame& frame, const SceneMap& map, SceneTrial* trial) {
  ++trial->frames;
  const Warp rest = fit_rest(frame.picture, map);
  const bool large = step(rest, map, &trial->place) && farthest(rest, map.width, map.height) > kLargeStep;
  trial->usual = frame.score < kUsualShare * frame.threshold && !large ? trial->usual + 1 : 0;
  return trial->usual >= kUsualFrames;
}

} // namespace

bool try_elsewhere(const ScoredFrame& frame, const Warp& place, SceneMap* map, SceneTrial* trial) {
  if (trial->active) {
    const bool usual = go_on(frame, *map, trial);
    if (usual && !is_same(trial->place, place, *map))
      return true;
    if (usual || trial->frames >= kMostFrames) // usual: who came has gone
      end_trial(trial);
    return false;
  }
  if (frame.score < frame.threshold)
    trial->pause = 0;
  else if (trial->pause > 0)
    --trial->pause;
  else
    trial->active = find_candidate(frame, place, map, &trial->place);
  return false;
}

} // namespace pinhole
