// SPDX-License-Identifier: Apache-2.0
// Between an image of a batch and a picture that the image library works on.
#pragma once

#include "base/tensor.h"
#include "image/image.h"

namespace pinhole {

// The pixels of a view (n = 1, f32, 1 or 3 channels) times `scale`.
FloatImage read_pixels(const View& view, float scale);

// Writes `image` times `scale` over a view of its shape; returns the root mean square of the change.
double write_pixels(const FloatImage& image, float scale, const View& view);

} // namespace pinhole
