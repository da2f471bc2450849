// SPDX-License-Identifier: Apache-2.0
// A mount that sags, by warmth or its own weight, shows the scene ever farther from where it was learned, in the end
// farther than sway is followed.
#pragma once

#include "anomaly/scene_map.h"

namespace pinhole {

// Running mean of the sway, of undisturbed frames.
struct SceneCreep {
  float right = 0, down = 0;
};

// After an undisturbed frame that raises no alert: what sway has lastingly become goes to map->crept, by whole pixels.
void follow_creep(SceneMap* map, SceneCreep* creep);

} // namespace pinhole
