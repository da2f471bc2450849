// SPDX-License-Identifier: Apache-2.0
#include "anomaly/scene_creep.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr float kFrames = 128;    // time constant: gusts of wind are no creep
constexpr float kLasting = 0.75f; // pixels; the quarter that is left on the other side is far from going back

void follow(const SceneMap& map, float sway, float* mean, float* crept) {
  *mean += (sway - *mean) / kFrames;
  const float step = std::fabs(*mean) > kLasting ? std::copysign(1.0f, *mean) : 0;
  if (step == 0 || !is_creep(*crept + step, map))
    return;
  *crept += step;
  *mean -= step;
}

} // namespace

void follow_creep(SceneMap* map, SceneCreep* creep) {
  follow(*map, map->sway.right, &creep->right, &map->crept.right);
  follow(*map, map->sway.down, &creep->down, &map->crept.down);
}

} // namespace pinhole
