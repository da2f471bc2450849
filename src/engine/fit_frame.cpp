// SPDX-License-Identifier: Apache-2.0
#include "engine/fit_frame.h"

#include "base/checked.h"
#include "engine/frame.h"

namespace pinhole {
namespace {

constexpr int32_t kChunk = 64; // pixels of the frame that are unpacked at a time

// Output cells that source pixel `from` of `sources` touches, on a line cut into `cells`: cell o covers
// [o * sources, (o + 1) * sources), pixel i covers [i * cells, (i + 1) * cells), so all edges are whole numbers.
struct Overlap {
  int64_t begin, end; // of the pixel
  int32_t first, last;
  Overlap(int32_t from, int32_t sources, int32_t cells)
      : begin(int64_t{from} * cells), end(begin + cells), first(static_cast<int32_t>(begin / sources)),
        last(static_cast<int32_t>((end - 1) / sources)) {}
  // The share of cell `o` that the pixel fills.
  float share(int32_t o, int32_t sources) const {
    const int64_t low = max_of(begin, int64_t{o} * sources), high = min_of(end, (int64_t{o} + 1) * sources);
    return static_cast<float>(high - low) / static_cast<float>(sources);
  }
};

// Adds one row of the frame, times `weight`, to a row of the view.
void add_row(const pinhole_frame& frame, int32_t y, float weight, float* to, const View& view) {
  const int32_t channels = view.desc.c;
  float pixels[3 * kChunk];
  for (int32_t x0 = 0; x0 < frame.width; x0 += kChunk) {
    const int32_t count = min_of(kChunk, frame.width - x0);
    unpack_pixels(frame, y, x0, count, channels, 1, 0, pixels, channels);
    for (int32_t i = 0; i < count; ++i) {
      const Overlap columns(x0 + i, frame.width, view.desc.w);
      for (int32_t o = columns.first; o <= columns.last; ++o)
        for (int32_t c = 0; c < channels; ++c)
          to[o * view.pixel_stride + c] += weight * columns.share(o, frame.width) * pixels[i * channels + c];
    }
  }
}

template <class Body> void for_each_value(const View& view, Body body) {
  for (int32_t y = 0; y < view.desc.h; ++y)
    for (int32_t x = 0; x < view.desc.w; ++x)
      for (int32_t c = 0; c < view.desc.c; ++c)
        body(&view.row<float>(0, y)[x * view.pixel_stride + c]);
}

} // namespace

void fit_frame(const pinhole_frame& frame, const View& view, float scale, float offset) {
  for_each_value(view, [](float* value) { *value = 0; });
  for (int32_t y = 0; y < frame.height; ++y) {
    const Overlap rows(y, frame.height, view.desc.h);
    for (int32_t o = rows.first; o <= rows.last; ++o)
      add_row(frame, y, rows.share(o, frame.height), view.row<float>(0, o), view);
  }
  for_each_value(view, [=](float* value) { *value = *value * scale + offset; });
}

} // namespace pinhole
