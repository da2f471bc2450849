// SPDX-License-Identifier: Apache-2.0
// An unusual frame may be a usual one of a camera that shows the scene elsewhere by now, though its view has not
// jumped: the mount sags, it was turned, or moved while nobody looked, as between two runs. Whether it is so is tried:
// the next frames are scored where the scene might be. Who comes into sight is as unusual there.
#pragma once

#include "anomaly/scene_step.h"

namespace pinhole {

struct SceneTrial {
  bool active = false; // the next frame is to be scored at:
  Warp place;
  bool proven = false; // it is usual there; are frames still unusual where it was looked for before? Scored there again
  double score = 0;    // that began it
  int32_t frames = 0;  // so many were scored at the place, or after that
  int32_t usual = 0;   // of them, the latest in a row
  int32_t pause = 0;   // frames until the next trial, after one that failed
};

// What is known of the frame that was scored last.
struct ScoredFrame {
  const View& picture; // as it was scored
  SceneSight sight;
  int32_t camera;   // its state, by its own events
  double score;     // not finite: it says nothing
  double threshold; // the one that opens an alert
};

// Of a frame that was scored at trial->place while a trial is active and not proven, at `place` otherwise: true when
// the scene is at trial->place. map->light.level is overwritten.
bool try_elsewhere(const ScoredFrame& frame, const Warp& place, SceneMap* map, SceneTrial* trial);

} // namespace pinhole
