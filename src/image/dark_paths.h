// SPDX-License-Identifier: Apache-2.0
// Thin dark marks on a surface with streaks down the picture, as ground, brushed or rolled metal has them: cracks.
#pragma once

#include "image/image.h"

#include <array>
#include <cstddef>

namespace pinhole {

// How much darker each pixel is than its surroundings, in their deviations: the logarithm of `gray` (1 channel,
// 0..255), less its mean over the `rows` rows around in the same column (so that streaks are gone) and less what is
// smooth, over its local root mean square. 0 where nothing is to be seen and within `edge` pixels of the picture's
// edge; positive: darker. `rows`: odd, 3 to 199. *out: 1 channel, the same size.
Status local_darkness(const FloatImage& gray, int32_t rows, int32_t edge, FloatImage* out);

// Where a path goes: along a row, down the picture (along the streaks), or along one of the diagonals.
enum PathDirection : size_t { kAcross, kDown, kFalling, kRising };
constexpr size_t kPathDirections = 4;

// For each direction, at each pixel the largest mean of `values` (1 channel) over the paths of 2 `half_length` + 1
// pixels whose middle it is. Each step of a path goes in its direction, or 45 degrees to either side (path openings:
// Talbot and Appleton, Image and Vision Computing 25, 2007; as sums of evidence: Amhaz et al., IEEE Transactions on
// Intelligent Transportation Systems 17, 2016). What leaves the picture counts as very bright. *out: 1 channel each,
// the same size.
using PathMeans = std::array<FloatImage, kPathDirections>;
Status path_means(const FloatImage& values, int32_t half_length, PathMeans* out);

} // namespace pinhole
