// SPDX-License-Identifier: Apache-2.0
// Pictures that are moved by parts of a pixel. All f32, n = 1, of one shape, and not overlapping.
#pragma once

#include "base/tensor.h"

namespace pinhole {

void copy_picture(const View& from, const View& to);

// What is at (x, y) goes to (x + right, y + down), by cubic interpolation; beyond its border a picture goes on as it
// ends there. By whole pixels nothing is lost.
void shift_picture(const View& from, float right, float down, const View& to);

} // namespace pinhole
