// SPDX-License-Identifier: Apache-2.0
// A mount that sags takes its scene beyond what is followed as sway, and for a long time no frame is unusual enough for
// a trial: the first that was would be an alert.
#pragma once

#include "anomaly/scene_step.h"

namespace pinhole {

struct SceneSag {
  int32_t frames = 0;
  float right = 0, down = 0; // sums of where they show the scene's middle
  double scores = 0;
};

// After a frame has been scored where the scene was learned, below the threshold: whether 25 such frames show it
// farther off, in the mean, than sway is followed, and are not quite as usual as could be. *middle: where, in pixels of
// the model's picture.
bool has_sagged(const View& picture, double score, double threshold, const SceneMap& map, SceneSag* sag, Point* middle);

} // namespace pinhole
