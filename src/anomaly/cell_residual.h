// SPDX-License-Identifier: Apache-2.0
// How far a cell of the picture is from what is expected there, in the light that falls on it.
#pragma once

#include "anomaly/scene_map.h"
#include "anomaly/window_ssim.h"

namespace pinhole {

// Root mean square over the pixels and channels of a cell (at most kCellSide on each side) of what is seen beyond
// map.light times the fitted reconstruction; without what a small error of that light explains, and without what a
// sensor that saturates lacks where map.lift says that there is more light than was learned.
float cell_residual(const SceneMap& map, const GainFit& fit, const View& picture, const View& reconstruction,
                    const Window& cell);

} // namespace pinhole
