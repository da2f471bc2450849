// SPDX-License-Identifier: Apache-2.0
// An unusual frame may be a usual one of a camera that shows the scene elsewhere by now, though its view has not
// jumped: the mount sags, it was turned, or moved while nobody looked, as between two runs. Whether it is so is tried:
// the next frames are scored where the scene might be, too. Who comes into sight is as unusual there.
#pragma once

#include "anomaly/scene_sag.h"

namespace pinhole {

// What is known of a frame that was scored, in map->place.
struct ScoredFrame {
  const View& picture; // as it was scored
  SceneSight sight;
  double score;     // not finite: a part of the scene is hidden, or there is none
  double threshold; // the one that opens an alert
};

struct SceneTrial {
  bool active = false; // the next frame is to be scored in this place before it is where the scene was so far:
  Warp place;
  bool sagged = false;   // no frame was unusual: the scene is seen farther off than sway is followed
  double score = 0;      // that began it
  double there = 0;      // score of the latest frame in the place
  bool stepped = false;  // far from it then
  int32_t frames = 0;    // so many were scored there,
  int32_t explained = 0; // so many of which are usual there alone, since the latest that was usual before, too
  int32_t pause = 0;     // frames until the next trial, after one that failed
  SceneSag sag;          // while there is none
};

// Whether a trial is a reason to wait with an alert: it has just begun, or something of the score is explained.
bool is_promising(const SceneTrial& trial);

// After a frame has been scored in trial->place.
void follow_trial(const ScoredFrame& frame, const SceneMap& map, SceneTrial* trial);

// After it has been scored where the scene was so far: true when it is in trial->place by now. map->light.level is
// overwritten.
bool try_elsewhere(const ScoredFrame& frame, SceneMap* map, SceneTrial* trial);

} // namespace pinhole
