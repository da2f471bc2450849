// SPDX-License-Identifier: Apache-2.0
// A frame of any size into a tensor of a fixed one.
#pragma once

#include "base/tensor.h"
#include "pinhole/pinhole.h"

namespace pinhole {

// Every pixel of `view` (n = 1, f32, 1 or 3 channels, all rows there) becomes the mean over the part of the frame that
// it covers, pixels cut by its edge counting in part, times `scale` plus `offset`. The frame is checked before.
void fit_frame(const pinhole_frame& frame, const View& view, float scale, float offset);

} // namespace pinhole
