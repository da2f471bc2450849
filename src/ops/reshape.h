// SPDX-License-Identifier: Apache-2.0
// The same values as an image {n, h, w, c} and as a vector {n, 1, 1, h*w*c}: flatten and unflatten, both directions.
#pragma once

#include "ops/define_op.h"
#include "ops/rows.h"

namespace pinhole {

// Row y of image n into its place in the vector.
template <class T>
void vector_from_image_row(const View& image, const View& vector, int32_t n, int32_t y, bool accumulate) {
  const Runs runs = runs_of_row(image);
  T* to = vector.row<T>(n, 0) + int64_t{y} * image.desc.w * image.desc.c;
  for (int32_t r = 0; r < runs.count; ++r)
    copy_run(image.row<T>(n, y) + r * image.pixel_stride, to + r * runs.length, runs.length, accumulate);
}

// The reverse.
template <class T>
void image_row_from_vector(const View& vector, const View& image, int32_t n, int32_t y, bool accumulate) {
  const Runs runs = runs_of_row(image);
  const T* from = vector.row<T>(n, 0) + int64_t{y} * image.desc.w * image.desc.c;
  for (int32_t r = 0; r < runs.count; ++r)
    copy_run(from + r * runs.length, image.row<T>(n, y) + r * image.pixel_stride, runs.length, accumulate);
}

} // namespace pinhole
