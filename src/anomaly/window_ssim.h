// SPDX-License-Identifier: Apache-2.0
// Structural similarity of a window: notices a lost texture or a shifted edge whose pixels are hardly brighter or
// darker than they should be.
#pragma once

#include "anomaly/gain_fit.h"

namespace pinhole {

// Rows top .. bottom - 1, columns left .. right - 1.
struct Window {
  int32_t top, left, bottom, right;
};

// SSIM of picture and gain * reconstruction + offset over the window (Wang, Bovik, Sheikh and Simoncelli 2004, with
// equal weights; K 0.01 and 0.03, values 0..1): -1..1, 1 when both are the same. Mean over the channels. Over the
// pixels that are not ignored; 1 where all of them are.
float window_ssim(const GainFit& fit, const View& picture, const View& reconstruction, const Window& window,
                  const IgnoredCells& ignored = {});

} // namespace pinhole
