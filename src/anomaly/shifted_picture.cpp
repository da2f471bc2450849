// SPDX-License-Identifier: Apache-2.0
#include "anomaly/shifted_picture.h"

#include "anomaly/cubic.h"
#include "base/checked.h"

#include <cmath>

namespace pinhole {
namespace {

// Where the samples for a place begin, and their weights, on a line that is moved.
struct Line {
  int32_t first; // sample of place 0; beyond the line's ends they are those at its ends
  Cubic cubic;
  explicit Line(float by) : first(static_cast<int32_t>(std::floor(-by)) - 1), cubic(-by - std::floor(-by)) {}
  static int32_t within(int32_t at, int32_t size) { return max_of(0, min_of(at, size - 1)); }
};

void shift_row(const View& from, const Line& along, const Line& across, int32_t y, int32_t channel, float* to,
               int64_t stride) {
  const Desc& desc = from.desc;
  const float* rows[4];
  for (int32_t i = 0; i < 4; ++i)
    rows[i] = from.row<float>(0, Line::within(y + along.first + i, desc.h)) + channel;
  const auto column = [&](int32_t x) {
    const int64_t at = Line::within(x, desc.w) * from.pixel_stride;
    float sum = 0;
    for (int32_t i = 0; i < 4; ++i)
      sum += along.cubic.weight[i] * rows[i][at];
    return sum;
  };
  const float* weight = across.cubic.weight;
  float a = column(across.first), b = column(across.first + 1), c = column(across.first + 2);
  for (int32_t x = 0; x < desc.w; ++x) {
    const float d = column(x + across.first + 3);
    to[x * stride] = weight[0] * a + weight[1] * b + weight[2] * c + weight[3] * d;
    a = b, b = c, c = d;
  }
}

} // namespace

void copy_picture(const View& from, const View& to) {
  for (int32_t y = 0; y < from.desc.h; ++y)
    for (int32_t x = 0; x < from.desc.w; ++x)
      for (int32_t c = 0; c < from.desc.c; ++c)
        to.row<float>(0, y)[x * to.pixel_stride + c] = from.row<float>(0, y)[x * from.pixel_stride + c];
}

void shift_picture(const View& from, float right, float down, const View& to) {
  const Line along(down), across(right);
  for (int32_t y = 0; y < from.desc.h; ++y)
    for (int32_t channel = 0; channel < from.desc.c; ++channel)
      shift_row(from, along, across, y, channel, to.row<float>(0, y) + channel, to.pixel_stride);
}

} // namespace pinhole
