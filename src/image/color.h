// SPDX-License-Identifier: Apache-2.0
// What cameras deliver <-> gray and RGB. Integer arithmetic: the same bytes on every machine.
#pragma once

#include "image/image.h"

namespace pinhole {

// ITU-R BT.601 luma in 16-bit fixed point, as Pillow's mode "L"; a gray picture is copied.
Image rgb_to_gray(const Image& image);
// Three equal channels; an RGB picture is copied.
Image gray_to_rgb(const Image& image);

enum class YuvMatrix : uint8_t { bt601, bt709 };
enum class YuvRange : uint8_t {
  limited, // Y 16..235, chroma 16..240: most cameras and all video
  full,    // 0..255: JPEG, many USB cameras
};
struct YuvFormat {
  YuvMatrix matrix = YuvMatrix::bt601;
  YuvRange range = YuvRange::limited;
};

// The calls below take rows that start `pitch` bytes apart and fail with invalid_argument when a size is not positive
// or a pitch is shorter than a row. Chroma is repeated, not interpolated: pixels of one pair or block share it.

// A plane of height rows of Y, then a plane of (height + 1) / 2 rows of (width + 1) / 2 pairs U, V.
Status nv12_to_rgb(const uint8_t* luma, int64_t luma_pitch, const uint8_t* chroma, int64_t chroma_pitch, int32_t width,
                   int32_t height, YuvFormat format, Image* image);
// Rows of (width + 1) / 2 groups Y, U, Y, V.
Status yuyv_to_rgb(const uint8_t* data, int64_t pitch, int32_t width, int32_t height, YuvFormat format, Image* image);

// Named by the colours of the upper left 2 x 2 pixels, row by row.
enum class BayerOrder : uint8_t { rggb, bggr, grbg, gbrg };

// Raw sensor mosaic -> RGB, bilinear, edges mirrored (c b | a | b c). Both sides at least 2.
Status bayer8_to_rgb(const uint8_t* data, int64_t pitch, int32_t width, int32_t height, BayerOrder order, Image* image);

} // namespace pinhole
