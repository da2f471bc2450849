// SPDX-License-Identifier: Apache-2.0
#include "anomaly/scene_trial.h"

#include "anomaly/camera_judge.h"
#include "anomaly/scene_place.h"
#include "anomaly/scene_search.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr int32_t kMostFrames = 16;     // in which wind brings a camera back once or twice
constexpr int32_t kFirstFrames = 3;     // steps take so many; then a place that is the right one
constexpr double kLeastExplained = 0.5; // leaves no more of the score than that
constexpr double kLeastInBoth = 0.25;   // of the score
constexpr int32_t kProof = 2;           // frames, none of them usual where it was; of a turn in place more,
constexpr int32_t kProofOfTurn = 4;     // as gusts turn a camera, too
constexpr int32_t kProofOfSag = 8;      // frames, more usual there, where none is unusual
constexpr int32_t kPauseFrames = 25;
constexpr float kFarSway = 1.25f;    // pixels; where the scene was learned, more may be another place
constexpr float kLeastTurned = 0.3f; // pixels at the sides

bool is_same(const Warp& a, const Warp& b, const SceneMap& map) {
  return farthest(sum_of(a, scaled(b, -1)), map.width, map.height) < kLeastTurned;
}

// Where the frame may show the scene, if not in map->place.
bool find_candidate(const ScoredFrame& frame, SceneMap* map, Warp* candidate) {
  const Warp rest = fit_rest(frame.picture, *map), place = map->place;
  const float far = place.none() ? kFarSway : least_beside(place);
  const bool far_off = std::fabs(map->sway.right) >= far || std::fabs(map->sway.down) >= far;
  *candidate = place;
  Point middle;
  if ((far_off || hides_part_of_scene(frame.sight)) && search_scene(frame.picture, map, &middle))
    *candidate = composed(place, whole(middle));
  if (is_same(*candidate, place, *map) && (far_off || turn_of(rest, *map) >= kLeastTurned))
    (void)step(rest, *map, candidate);
  return !is_same(*candidate, place, *map);
}

bool is_usual(double score, double threshold) {
  return score < kUsualShare * threshold;
}

// Whether nothing comes of it.
bool has_failed(const SceneTrial& trial) {
  return trial.frames >= kMostFrames ||
         (trial.frames >= kFirstFrames && std::isfinite(trial.score) && !(trial.there < kLeastExplained * trial.score));
}

// The score of the highest cell that is in sight there, too: somebody may come in at the border.
double highest_in_both(const SceneMap& map, const Warp& place) {
  float highest = 0;
  for (int32_t cell = 0; cell < map.rows * map.columns; ++cell)
    if (map.excess[cell] > highest && counts_elsewhere(map, cell, place))
      highest = map.excess[cell];
  return static_cast<double>(highest) * static_cast<double>(highest);
}

// Whether it is from where it was learned, and beyond what is followed as sway only by a turn.
bool turns_in_place(const SceneMap& map, const SceneTrial& trial) {
  return map.place.none() && !trial.place.shifts_only() && is_near(trial.place, {0, 0}, kMostSway);
}

// A frame that has no score where the scene was, because a part of that is hidden, is unusual there.
bool is_explained(const ScoredFrame& frame, const SceneMap& map, const SceneTrial& trial) {
  if (!is_usual(trial.there, frame.threshold) || trial.stepped)
    return false;
  if (trial.sagged)
    return trial.there < kLeastExplained * frame.score;
  if (is_usual(frame.score, frame.threshold) || (turns_in_place(map, trial) && frame.score < frame.threshold))
    return false;
  const double in_both = highest_in_both(map, trial.place);
  return !(in_both < kLeastInBoth * frame.score) && trial.there < kLeastExplained * in_both;
}

int32_t frames_of_proof(const SceneMap& map, const SceneTrial& trial) {
  return trial.sagged ? kProofOfSag : turns_in_place(map, trial) ? kProofOfTurn : kProof;
}

bool conclude(const ScoredFrame& frame, const SceneMap& map, SceneTrial* trial) {
  const bool led_back = is_same(trial->place, map.place, map); // what its steps explained on the way proves nothing
  if (!led_back && is_explained(frame, map, *trial))
    ++trial->explained;
  else if (led_back || (!trial->sagged && is_usual(frame.score, frame.threshold))) // wind has brought it back
    trial->explained = 0;
  if (trial->explained >= frames_of_proof(map, *trial))
    return true;
  if (has_failed(*trial)) {
    *trial = {};
    trial->pause = kPauseFrames;
  }
  return false;
}

// Of a frame that is not unusual.
void look_for_sag(const ScoredFrame& frame, const SceneMap& map, SceneTrial* trial) {
  Point middle;
  trial->pause = 0;
  if (!map.place.none() || !has_sagged(frame.picture, frame.score, frame.threshold, map, &trial->sag, &middle))
    return;
  trial->active = trial->sagged = true;
  trial->place = whole(middle);
  trial->score = frame.score;
}

} // namespace

bool is_promising(const SceneTrial& trial) {
  constexpr double kPart = 0.8; // is left
  return trial.active && (trial.frames == 0 || !(trial.there >= kPart * trial.score));
}

void follow_trial(const ScoredFrame& frame, const SceneMap& map, SceneTrial* trial) {
  const Warp rest = fit_rest(frame.picture, map);
  trial->stepped = step(rest, map, &trial->place) && farthest(rest, map.width, map.height) > kLargeStep;
  trial->there = frame.score;
  ++trial->frames;
}

bool try_elsewhere(const ScoredFrame& frame, SceneMap* map, SceneTrial* trial) {
  if (trial->active)
    return conclude(frame, *map, trial);
  if (frame.score < frame.threshold) {
    look_for_sag(frame, *map, trial);
  } else if (trial->pause > 0) {
    --trial->pause;
  } else {
    trial->active = find_candidate(frame, map, &trial->place);
    trial->score = frame.score;
  }
  return false;
}

} // namespace pinhole
