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

} // namespace pinhole
