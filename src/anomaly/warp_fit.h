// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "anomaly/sway.h"
#include "anomaly/warp.h"

namespace pinhole {

// By which small warp `seen` shows `expected`, so lit: one step of the affine registration of Lucas and Kanade (Baker
// and Matthews 2004), for what sway leaves of a turn. Views as follow_sway's. No warp where nothing tells it, or where
// a number is not finite.
Warp fit_warp(const Lit& lit, const View& seen, const View& expected);

} // namespace pinhole
