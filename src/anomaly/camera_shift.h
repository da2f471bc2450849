// SPDX-License-Identifier: Apache-2.0
// By how much the known view is displaced.
#pragma once

#include "anomaly/camera_view.h"

namespace pinhole {

struct Shift {
  float columns = 0, rows = 0; // in cells, to fractions of one; what was at (x, y) is now at (x + columns, y + rows)
  float match = 0;             // correlation of the detail at the best whole shift, -1..1
};

// Correlation of the details as they are, over the steady cells.
float match_in_place(const pinhole_camera_look& look, const pinhole_camera_view& view);

// Climbs from no shift to the next best one; with `everywhere`, from the best shift of up to 12 columns and 8 rows.
Shift find_shift(const pinhole_camera_look& look, const pinhole_camera_view& view, bool everywhere);

// Share of the telling blocks whose picture is found at this shift, and rather there than in place. Something that
// moved before the camera changes a few blocks, the camera itself all of them.
float agreeing_share(const pinhole_camera_look& look, const pinhole_camera_view& view, const Shift& shift);

} // namespace pinhole
