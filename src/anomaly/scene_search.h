// SPDX-License-Identifier: Apache-2.0
// Where a picture shows the learned scene, when nothing else says it: after a restart of a camera that was moved, or
// where its mount sags.
#pragma once

#include "anomaly/scene_map.h"

namespace pinhole {

// By its detail, up to a quarter of the picture either way: to about a pixel. `picture` as the map's functions take it,
// map->levels are its own; map->light.level is overwritten. False: it is seen nowhere, or there is too little to see.
// *middle: where it shows what was learned in its middle, in pixels from there.
bool search_scene(const View& picture, SceneMap* map, Point* middle);

} // namespace pinhole
