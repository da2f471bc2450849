// SPDX-License-Identifier: Apache-2.0
// Thin dark marks on a surface with streaks down the picture, as ground, brushed or rolled metal has them: cracks.
#pragma once

#include "image/image.h"

namespace pinhole {

// How much darker each pixel is than its surroundings, in their deviations: the logarithm of `gray` (1 channel,
// 0..255), less its mean over the `rows` rows around in the same column (so that streaks are gone) and less what is
// smooth, over its local root mean square. 0 where nothing is to be seen and within `edge` pixels of the picture's
// edge; positive: darker. `rows`: odd, 3 to 199. *out: 1 channel, the same size.
Status local_darkness(const FloatImage& gray, int32_t rows, int32_t edge, FloatImage* out);

// At each pixel the largest mean of `values` (1 channel) over the paths of 2 `half_length` + 1 pixels whose middle it
// is. A path goes in one of the four directions of the grid, each step straight on or 45 degrees to either side (path
// openings: Talbot and Appleton, Image and Vision Computing 25, 2007; as sums of evidence: Amhaz et al., IEEE
// Transactions on Intelligent Transportation Systems 17, 2016). What leaves the picture counts as very bright.
// *out must not be &values.
Status path_means(const FloatImage& values, int32_t half_length, FloatImage* out);

} // namespace pinhole
