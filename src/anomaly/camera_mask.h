// SPDX-License-Identifier: Apache-2.0
// What of a camera's picture says nothing of the camera: a clock that a recorder draws, which runs on while the camera
// hangs; a screen that is switched off, which covers nothing.
#pragma once

#include "anomaly/scene_map.h"
#include "pinhole/alerts.h"

namespace pinhole {

// The camera ignores what the map ignores, and what touches it.
void ignore_as(const SceneMap& map, pinhole_camera* camera);

// Whether the latest look differs from the one before in no cell that counts. A mask of more than about a fifth of the
// view is no clock's: all cells count then.
bool is_like_previous(const pinhole_camera& camera);

} // namespace pinhole
