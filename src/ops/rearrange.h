// SPDX-License-Identifier: Apache-2.0
// Moves values between a deep tensor {n, h, w, c*r*r} and a wide one {n, h*r, w*r, c}, PyTorch's order of channels:
// wide(y*r + dy, x*r + dx, k) = deep(y, x, k*r*r + dy*r + dx). pixel_shuffle and pixel_unshuffle, both directions.
#pragma once

#include "ops/options.h"
#include "ops/rows.h"

#include <type_traits>

namespace pinhole {

struct RearrangeOptions {
  int32_t factor = 2;
};

// Calls body(factor) with the factor as a constant where it is the usual 2, so that its loops unroll.
template <class Body> void with_factor(int32_t factor, Body&& body) {
  if (factor == 2)
    body(std::integral_constant<int32_t, 2>());
  else
    body(factor);
}

// Row y of `wide` from `deep`. The channels of the r pixels that one deep pixel becomes lie in runs of r.
template <class T>
void wide_row_from_deep(const View& deep, const View& wide, int32_t factor, int32_t n, int32_t y, bool accumulate) {
  with_factor(factor, [&](auto r) {
    const T* from = deep.row<T>(n, y / r) + (y % r) * r;
    T* to = wide.row<T>(n, y);
    const int64_t step = wide.pixel_stride;
    for (int32_t x = 0; x < deep.desc.w; ++x, from += deep.pixel_stride, to += r * step)
      for (int32_t k = 0; k < wide.desc.c; ++k)
        for (int32_t dx = 0; dx < r; ++dx) {
          T* pixel = to + dx * step + k;
          const T value = from[k * r * r + dx];
          *pixel = accumulate ? *pixel + value : value;
        }
  });
}

// Row y of `deep` from `wide`.
template <class T>
void deep_row_from_wide(const View& wide, const View& deep, int32_t factor, int32_t n, int32_t y, bool accumulate) {
  with_factor(factor, [&](auto r) {
    for (int32_t dy = 0; dy < r; ++dy) {
      const T* from = wide.row<T>(n, y * r + dy);
      T* to = deep.row<T>(n, y) + dy * r;
      const int64_t step = wide.pixel_stride;
      for (int32_t x = 0; x < deep.desc.w; ++x, from += r * step, to += deep.pixel_stride)
        for (int32_t k = 0; k < wide.desc.c; ++k)
          for (int32_t dx = 0; dx < r; ++dx) {
            T* channel = to + k * r * r + dx;
            const T value = from[dx * step + k];
            *channel = accumulate ? *channel + value : value;
          }
    }
  });
}

constexpr OptionField kRearrangeFields[] = {{"factor", false, 1, offsetof(RearrangeOptions, factor), 1, 64}};

inline int32_t rearrange_factor(const OpOptions& options) {
  return options.as<RearrangeOptions>().factor;
}

} // namespace pinhole
