// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image.h"

namespace pinhole {

enum class ResizeMethod : uint8_t {
  bilinear, // between pixel centres ((x + 0.5) * ratio - 0.5), edges repeated; no smoothing when it reduces
  area,     // mean over the area that an output pixel covers; an axis that grows is interpolated bilinearly
};

// *out becomes `in` at width x height (both positive, else invalid_argument); it may be &in.
Status resize(const FloatImage& in, int32_t width, int32_t height, ResizeMethod method, FloatImage* out);
// The same, computed in float and rounded once at the end.
Status resize(const Image& in, int32_t width, int32_t height, ResizeMethod method, Image* out);

} // namespace pinhole
