// SPDX-License-Identifier: Apache-2.0
// What of a camera's picture runs on while the camera hangs: a clock that a recorder draws.
#pragma once

#include "anomaly/scene_map.h"
#include "pinhole/alerts.h"

namespace pinhole {

// The camera ignores what the map ignores, and what touches it.
void ignore_as(const SceneMap& map, pinhole_camera* camera);

// Whether the latest look differs from the one before in no cell that counts. A mask of much of the view is no clock's:
// all cells count then.
bool is_like_previous(const pinhole_camera& camera);

} // namespace pinhole
