// SPDX-License-Identifier: Apache-2.0
// Frames in the caller's memory <-> pixels of a tensor. No allocation, no copy of the frame.
#pragma once

#include "base/status.h"
#include "base/tensor.h"
#include "pinhole/pinhole.h"

namespace pinhole {

constexpr int32_t kMaxFrameSide = 16384;

// Format known, sizes in range and legal for it, planes there, pitches wide enough. `which` names the frame in the
// text.
Status check_frame(const pinhole_frame& frame, const char* which);

// Whether two checked frames have a byte in common. Those that lie in one buffer side by side have none, as long as
// their pitches are the same.
bool frames_overlap(const pinhole_frame& one, const pinhole_frame& other);

// Whether a checked frame has a byte in these.
bool frame_lies_in(const pinhole_frame& frame, const void* data, size_t bytes);

// "rgb24" for PINHOLE_RGB24, and so on; "unknown" for a number that is no format.
const char* frame_format_name(int32_t format);

// Pixels x..x+count-1 of row y as `channels` (1: luma, 3: RGB) floats each, in 0..255 * scale + offset; pixel i goes to
// to[i * pixel_stride].
void unpack_pixels(const pinhole_frame& frame, int32_t y, int32_t x, int32_t count, int32_t channels, float scale,
                   float offset, float* to, int64_t pixel_stride);

// The reverse over a whole row: `from` holds frame.width pixels; values are clamped to the format's range and rounded.
// Chroma of NV12 is taken from even rows.
void pack_row(const pinhole_frame& frame, int32_t y, int32_t channels, float scale, float offset, const float* from,
              int64_t pixel_stride);

// Reflects an index at the last pixel of n: n -> n-2, n+1 -> n-3, ... (any distance, n == 1 included).
constexpr int32_t mirror_index(int32_t i, int32_t n) {
  const int32_t period = n > 1 ? 2 * n - 2 : 1;
  const int32_t phase = i % period;
  return phase < n ? phase : period - phase;
}

// Fills rows `rows` of a one-image view that is at least as large as the frame; what lies beyond the frame's right and
// bottom edges mirrors it (the edge pixel is not repeated).
void load_rows(const pinhole_frame& frame, const View& view, RowRange rows, float scale, float offset);

// Writes the rows that lie inside the frame.
void store_rows(const pinhole_frame& frame, const View& view, RowRange rows, float scale, float offset);

// Standard deviation of the noise, 0..255 scale. Gray frames: of white noise. Colour frames: also of noise that the
// camera has smoothed. 0 where there is nothing to measure: under 18 pixels wide or high, or all clipped.
float estimate_noise_level(const pinhole_frame& frame);

} // namespace pinhole
