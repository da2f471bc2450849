// SPDX-License-Identifier: Apache-2.0
#include "anomaly/scene_trial.h"

#include "anomaly/camera_judge.h"
#include "anomaly/scene_search.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr int32_t kMostFrames = 7;      // fewer than an alert is held for while something may be wrong with the camera
constexpr int32_t kFirstFrames = 3;     // steps take so many
constexpr double kLeastExplained = 0.5; // of the score
constexpr int32_t kUsualFrames = 2;     // in a row
constexpr int32_t kCheckFrames = 8;     // in which wind brings a camera back once
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

bool is_usual(const ScoredFrame& frame) {
  return frame.score < kUsualShare * frame.threshold;
}

// Whether enough usual frames were.
bool go_on(const ScoredFrame& frame, const SceneMap& map, SceneTrial* trial) {
  ++trial->frames;
  const Warp rest = fit_rest(frame.picture, map);
  const bool large = step(rest, map, &trial->place) && farthest(rest, map.width, map.height) > kLargeStep;
  trial->usual = is_usual(frame) && !large ? trial->usual + 1 : 0;
  return trial->usual >= kUsualFrames;
}

// Whether nothing comes of it: a place that is the right one explains most of what was unusual at once.
bool has_failed(const ScoredFrame& frame, const SceneTrial& trial) {
  return trial.frames >= kMostFrames ||
         (trial.frames >= kFirstFrames && !(frame.score < kLeastExplained * trial.score) && std::isfinite(trial.score));
}

void begin_trial(const ScoredFrame& frame, const Warp& place, SceneMap* map, SceneTrial* trial) {
  *trial = {};
  trial->active = find_candidate(frame, place, map, &trial->place);
  trial->score = frame.score;
}

} // namespace

bool try_elsewhere(const ScoredFrame& frame, const Warp& place, SceneMap* map, SceneTrial* trial) {
  const bool above = !(frame.score < frame.threshold);
  if (trial->proven) {
    if (!is_usual(frame))
      return true;
    if (++trial->frames >= kCheckFrames) // who came has gone
      end_trial(trial);
  } else if (trial->active) {
    trial->proven = go_on(frame, *map, trial);
    if (trial->proven ? is_same(trial->place, place, *map) : has_failed(frame, *trial))
      end_trial(trial);
    else if (trial->proven)
      trial->frames = 0;
  } else if (!above) {
    trial->pause = 0;
  } else if (trial->pause > 0) {
    --trial->pause;
  } else {
    begin_trial(frame, place, map, trial);
  }
  return false;
}

} // namespace pinhole
