// SPDX-License-Identifier: Apache-2.0
// Moves values between a deep tensor {n, h, w, c*r*r} and a wide one {n, h*r, w*r, c}, PyTorch's order of channels:
// wide(y*r + dy, x*r + dx, k) = deep(y, x, k*r*r + dy*r + dx). pixel_shuffle and pixel_unshuffle, both directions.
#pragma once

#include "ops/options.h"
#include "ops/rows.h"

namespace pinhole {

struct RearrangeOptions {
  int32_t factor = 2;
};

// Row y of `wide` from `deep`.
template <class T>
void wide_row_from_deep(const View& deep, const View& wide, int32_t r, int32_t n, int32_t y, bool accumulate) {
  for (int32_t x = 0; x < wide.desc.w; ++x) {
    const T* from = deep.row<T>(n, y / r) + (x / r) * deep.pixel_stride + (y % r) * r + x % r;
    write_run(wide.row<T>(n, y) + x * wide.pixel_stride, wide.desc.c, accumulate,
              [=](int64_t k) { return from[k * r * r]; });
  }
}

// Row y of `deep` from `wide`.
template <class T>
void deep_row_from_wide(const View& wide, const View& deep, int32_t r, int32_t n, int32_t y, bool accumulate) {
  for (int32_t x = 0; x < deep.desc.w; ++x) {
    for (int32_t part = 0; part < r * r; ++part) {
      const T* from = wide.row<T>(n, y * r + part / r) + (int64_t{x} * r + part % r) * wide.pixel_stride;
      T* to = deep.row<T>(n, y) + x * deep.pixel_stride + part;
      for (int32_t k = 0; k < wide.desc.c; ++k)
        to[int64_t{k} * r * r] = accumulate ? to[int64_t{k} * r * r] + from[k] : from[k];
    }
  }
}

constexpr OptionField kRearrangeFields[] = {{"factor", false, 1, offsetof(RearrangeOptions, factor), 1, 64}};

inline int32_t rearrange_factor(const OpOptions& options) {
  return options.as<RearrangeOptions>().factor;
}

} // namespace pinhole
