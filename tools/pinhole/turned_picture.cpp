// SPDX-License-Identifier: Apache-2.0
#include "turned_picture.h"

#include <algorithm>

namespace pinhole::tool {
namespace {

// Calls copy(y, x, row, column): where the pixel (y, x) of a patch that is mirrored, left to right, and transposed lies
// in a picture of that size (train/batches.cpp).
template <class Copy> void for_each_turned(int32_t height, int32_t width, Turn turn, const Copy& copy) {
  for (int32_t y = 0; y < (turn.transpose ? width : height); ++y)
    for (int32_t x = 0; x < (turn.transpose ? height : width); ++x) {
      const int32_t column = turn.transpose ? y : x;
      copy(y, x, turn.transpose ? x : y, turn.flip ? width - 1 - column : column);
    }
}

} // namespace

Status turn_picture(const Image& picture, Turn turn, Image* turned) {
  const int32_t n = picture.channels;
  PINHOLE_RETURN_IF_ERROR(make_image(turn.transpose ? picture.height : picture.width,
                                     turn.transpose ? picture.width : picture.height, n, turned));
  for_each_turned(picture.height, picture.width, turn, [&](int32_t y, int32_t x, int32_t row, int32_t column) {
    std::copy_n(picture.row(row) + column * n, n, turned->row(y) + x * n);
  });
  return {};
}

void add_turned_back(const FloatImage& said, Turn turn, FloatImage* sum) {
  const int32_t n = sum->channels;
  for_each_turned(sum->height, sum->width, turn, [&](int32_t y, int32_t x, int32_t row, int32_t column) {
    for (int32_t c = 0; c < n; ++c)
      sum->row(row)[column * n + c] += said.row(y)[x * n + c];
  });
}

} // namespace pinhole::tool
