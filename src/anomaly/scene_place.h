// SPDX-License-Identifier: Apache-2.0
// What of a scene a camera that was moved still shows, and where.
#pragma once

#include "anomaly/scene_map.h"

namespace pinhole {

// Whether a cell is neither ignored, nor, where the camera has moved, out of its sight, nor where it shows what is
// ignored.
bool counts(const SceneMap& map, int32_t cell);

// Whether what the camera shows at a cell would count, were the scene seen in another place.
bool counts_elsewhere(const SceneMap& map, int32_t cell, const Warp& place);

// The cell that the camera shows at a pixel of the model's picture; -1: none.
int32_t cell_shown_at(const SceneMap& map, int32_t y, int32_t x);

// Where the camera shows a box of the scene, in pixels of the model's picture, and which of the scene it shows there:
// the box around it, as far as it is in the picture.
pinhole_box shown_box(const pinhole_box& box, const SceneMap& map);
pinhole_box learned_box(const pinhole_box& box, const SceneMap& map);

} // namespace pinhole
