// SPDX-License-Identifier: Apache-2.0
// The sums over a batch that batch normalisation needs: mean and variance forward, two sums of gradients backward.
#pragma once

#include "ops/channel_sums.h"

#include <cmath>
#include <cstring>

namespace pinhole {

// Two partial sums per row group and channel, and room behind them for two results per channel.
inline ChannelPartials<2> channel_partials(const Call& call) {
  return {static_cast<double*>(call.scratch), call.in[0].desc.c};
}
inline size_t channel_scratch_bytes(const Call& call) {
  const Desc& desc = call.in[0].desc;
  return call.training ? ChannelPartials<2>::bytes(desc) + 2 * static_cast<size_t>(desc.c) * sizeof(double) : 0;
}

// Calls value(pixel's address in `view`, the same pixel's in `other`) for every pixel of a group.
template <class T, class Pixel>
void for_pixels_of_group(const View& view, const View& other, int64_t group, Pixel pixel) {
  for_rows_of_group(view.desc, group, [&](int32_t n, int32_t y) {
    for (int32_t x = 0; x < view.desc.w; ++x)
      pixel(view.row<T>(n, y) + x * view.pixel_stride, other.row<T>(n, y) + x * other.pixel_stride);
  });
}

// Sum 0: the group's mean; sum 1: squared distances from it. Two passes over the group, so nothing cancels.
template <class T> void sum_moments(const Call& call, int64_t begin, int64_t end) {
  const View& in = call.in[0];
  const int32_t channels = in.desc.c;
  for (int64_t group = begin; group < end; ++group) {
    double *mean = channel_partials(call).partial(group, 0), *squares = channel_partials(call).partial(group, 1);
    std::memset(mean, 0, 2 * sizeof(double) * static_cast<size_t>(channels));
    for_pixels_of_group<T>(in, in, group, [=](const T* x, const T*) {
      for (int32_t c = 0; c < channels; ++c)
        mean[c] += static_cast<double>(x[c]);
    });
    for (int32_t c = 0; c < channels; ++c)
      mean[c] /= static_cast<double>(pixels_of_group(in.desc, group));
    for_pixels_of_group<T>(in, in, group, [=](const T* x, const T*) {
      for (int32_t c = 0; c < channels; ++c) {
        const double distance = static_cast<double>(x[c]) - mean[c];
        squares[c] += distance * distance;
      }
    });
  }
}

struct Moments {
  double count, mean, squares; // pixels, their mean, and the sum of squared distances from it
};

// All groups of one channel as one, in order (Chan, Golub & LeVeque 1983).
inline Moments combined_moments(const Desc& desc, const ChannelPartials<2>& partials, int32_t channel) {
  Moments all = {0, 0, 0};
  for (int64_t group = 0; group < row_groups(desc).count; ++group) {
    const double count = static_cast<double>(pixels_of_group(desc, group));
    const double shift = partials.partial(group, 0)[channel] - all.mean, total = all.count + count;
    all.squares += partials.partial(group, 1)[channel] + shift * shift * (all.count * count / total);
    all.mean += shift * (count / total);
    all.count = total;
  }
  return all;
}

// Sum 0: d_y; sum 1: d_y times the normalised x. Saved mean and inverse deviation are out[1] and out[2].
template <class T> void sum_gradients(const Call& call, int64_t begin, int64_t end) {
  const T *mean = call.out[1].base<T>(), *inverse = call.out[2].base<T>();
  const int32_t channels = call.in[0].desc.c;
  for (int64_t group = begin; group < end; ++group) {
    double *plain = channel_partials(call).partial(group, 0), *normal = channel_partials(call).partial(group, 1);
    std::memset(plain, 0, 2 * sizeof(double) * static_cast<size_t>(channels));
    for_pixels_of_group<T>(call.in[0], call.d_out[0], group, [=](const T* x, const T* dy) {
      for (int32_t c = 0; c < channels; ++c) {
        plain[c] += static_cast<double>(dy[c]);
        normal[c] += static_cast<double>(dy[c]) * static_cast<double>((x[c] - mean[c]) * inverse[c]);
      }
    });
  }
}

} // namespace pinhole
