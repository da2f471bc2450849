// SPDX-License-Identifier: Apache-2.0
// By how much the known view is displaced.
#pragma once

#include "anomaly/camera_view.h"
#include "anomaly/overlay.h"

namespace pinhole {

// Correlation of the details as they are, over the steady cells.
float match_in_place(const pinhole_camera_look& look, const pinhole_camera_view& view);

// Climbs from no shift to the next best one; with `everywhere`, from the best shift of up to 12 columns and 8 rows.
Shift find_shift(const pinhole_camera_look& look, const pinhole_camera_view& view, bool everywhere);

// As agreeing_share of an overlay.
float agreeing_share(const pinhole_camera_look& look, const pinhole_camera_view& view, const Shift& shift);

} // namespace pinhole
