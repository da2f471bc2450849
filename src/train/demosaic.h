// SPDX-License-Identifier: Apache-2.0
// From one colour at each pixel to three, in floats and in the ways that cameras do it (image/color.h has the fast one
// for bytes).
#pragma once

#include "image/image.h"

namespace pinhole {

enum class Demosaic : uint8_t {
  bilinear = 0,
  edge_directed = 1, // Hamilton and Adams (US 5,629,734): green along the smoother direction, then colour differences
  gradient_corrected = 2, // Malvar, He and Cutler, ICASSP 2004: 5x5 linear filters
};

// Where red lies in each 2x2 cell, 0 or 1; blue lies across from it.
struct BayerPhase {
  int32_t red_y = 0, red_x = 0;
};

// *mosaic (1 channel) gets of every RGB pixel the colour that a Bayer filter lets through.
Status bayer_mosaic(const FloatImage& rgb, BayerPhase phase, FloatImage* mosaic);

// Linear in the samples, apart from edge_directed's choices of direction; unclipped; mirrored at the edges.
// invalid_argument: more than one channel, a side under 4.
Status demosaic(const FloatImage& mosaic, BayerPhase phase, Demosaic method, FloatImage* rgb);

} // namespace pinhole
