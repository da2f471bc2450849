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

// Adds `count` pixels of a row of the frame from `x0` on, times `weight`, to the cells of a row of the view: walks
// along both, in the whole numbers of Overlap, and divides only for pixels that the edge of a cell cuts.
template <int32_t kChannels> void add_pixels(const float* pixels, int32_t x0, int32_t count, int32_t sources,
                                             float weight, float* to, const View& view) {
  const int32_t cells = view.desc.w;
  const auto share = [=](int64_t length) {
    return weight * (static_cast<float>(length) / static_cast<float>(sources));
  };
  const float whole = share(cells);
  int64_t place = int64_t{x0} * cells, end = place + cells; // what of pixel i is still to be added
  int32_t i = 0;
  for (int32_t o = static_cast<int32_t>(place / sources); i < count; ++o) {
    const int64_t edge = (int64_t{o} + 1) * sources;
    float *cell = to + o * view.pixel_stride, sums[kChannels];
    const auto add = [&](float part) {
      for (int32_t c = 0; c < kChannels; ++c)
        sums[c] += part * pixels[i * kChannels + c];
    };
    for (int32_t c = 0; c < kChannels; ++c)
      sums[c] = cell[c];
    for (; i < count && end <= edge; ++i, place = end, end += cells)
      add(end - place == cells ? whole : share(end - place));
    if (i < count && place < edge) {
      add(share(edge - place));
      place = edge;
    }
    for (int32_t c = 0; c < kChannels; ++c)
      cell[c] = sums[c];
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
  const int32_t channels = view.desc.c;
  const auto add = channels == 1 ? add_pixels<1> : add_pixels<3>;
  float pixels[3 * kChunk];
  for (int32_t y = 0; y < frame.height; ++y) {
    const Overlap rows(y, frame.height, view.desc.h);
    for (int32_t x0 = 0; x0 < frame.width; x0 += kChunk) {
      const int32_t count = min_of(kChunk, frame.width - x0);
      unpack_pixels(frame, y, x0, count, channels, 1, 0, pixels, channels);
      for (int32_t o = rows.first; o <= rows.last; ++o)
        add(pixels, x0, count, frame.width, rows.share(o, frame.height), view.row<float>(0, o), view);
    }
  }
  for_each_value(view, [=](float* value) { *value = *value * scale + offset; });
}

} // namespace pinhole
