// SPDX-License-Identifier: Apache-2.0
// Whether the learned scene is there to be seen at all. Where nothing is seen, nothing is odd: a covered camera scores
// low, and one that is covered from the first frame on knows no other view. So each frame's light and dark places are
// held against those that were learned.
#pragma once

#include "base/tensor.h"

namespace pinhole {

struct SceneMap;

struct SceneSight {
  float lost = 0; // share of the blocks of cells with learned detail in which it is not seen; 0 when they are too few
  float structure = 0; // energy, without noise, of what is seen there instead, against what was learned there (median)
  float moved = 0;     // share of the picture's width by which the scene is known to be seen elsewhere; 0: it is not
};

// Both: `picture` as the map's other functions take it, map->levels are its own; map->light.level is overwritten.

// Takes the detail of a normal frame, the last of map->frames, into map->detail.
void learn_detail(const View& picture, SceneMap* map);

SceneSight look_for_scene(const View& picture, SceneMap* map);

} // namespace pinhole
