// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "anomaly/pose.h"
#include "anomaly/sway.h"

namespace pinhole {

// By which small pose `seen` shows `expected`, so lit: one step of least squares, for what sway leaves of a turn. Views
// as follow_sway's. No pose where nothing tells it, or a number is not finite.
Pose fit_pose(const Lit& lit, const View& seen, const View& expected);

} // namespace pinhole
