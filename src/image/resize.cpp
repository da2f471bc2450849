// SPDX-License-Identifier: Apache-2.0
#include "image/resize.h"

#include <algorithm>
#include <cmath>

namespace pinhole {
namespace {

// An output position is the weighted sum of `weights.size()` input positions from `first` on.
struct Taps {
  int32_t first;
  std::vector<float> weights;
};

Taps bilinear_taps(int32_t at, double ratio, int32_t in_size) {
  const double centre = std::clamp((at + 0.5) * ratio - 0.5, 0.0, in_size - 1.0);
  const int32_t first = std::min(static_cast<int32_t>(centre), std::max(in_size - 2, 0));
  const float second = static_cast<float>(centre - first);
  return in_size == 1 ? Taps{0, {1.0F}} : Taps{first, {1.0F - second, second}};
}

Taps area_taps(int32_t at, double ratio, int32_t in_size) {
  const double begin = at * ratio, end = std::min((at + 1) * ratio, static_cast<double>(in_size));
  Taps taps = {std::min(static_cast<int32_t>(begin), in_size - 1), {}};
  for (int32_t i = taps.first; i < end; ++i)
    taps.weights.push_back(static_cast<float>((std::min(end, i + 1.0) - std::max(begin, double{1} * i)) / ratio));
  return taps;
}

std::vector<Taps> make_taps(int32_t in_size, int32_t out_size, ResizeMethod method) {
  const double ratio = static_cast<double>(in_size) / out_size;
  std::vector<Taps> taps;
  taps.reserve(static_cast<size_t>(out_size));
  for (int32_t at = 0; at < out_size; ++at)
    taps.push_back(method == ResizeMethod::area && ratio > 1 ? area_taps(at, ratio, in_size)
                                                             : bilinear_taps(at, ratio, in_size));
  return taps;
}

void resize_rows(const FloatImage& in, const std::vector<Taps>& taps, FloatImage* out) {
  const int32_t channels = in.channels;
  for (int32_t y = 0; y < out->height; ++y)
    for (int32_t x = 0; x < out->width; ++x) {
      const Taps& tap = taps[static_cast<size_t>(x)];
      for (int32_t c = 0; c < channels; ++c) {
        const float* from = in.row(y) + tap.first * channels + c;
        float sum = 0;
        for (size_t k = 0; k < tap.weights.size(); ++k)
          sum += tap.weights[k] * from[k * static_cast<size_t>(channels)];
        out->row(y)[x * channels + c] = sum;
      }
    }
}

void resize_columns(const FloatImage& in, const std::vector<Taps>& taps, FloatImage* out) {
  for (int32_t y = 0; y < out->height; ++y) {
    const Taps& tap = taps[static_cast<size_t>(y)];
    float* to = out->row(y);
    for (size_t k = 0; k < tap.weights.size(); ++k) {
      const float* from = in.row(tap.first + static_cast<int32_t>(k));
      for (int32_t i = 0; i < out->width * out->channels; ++i)
        to[i] += tap.weights[k] * from[i];
    }
  }
}

} // namespace

Status resize(const FloatImage& in, int32_t width, int32_t height, ResizeMethod method, FloatImage* out) {
  FloatImage narrow, whole;
  PINHOLE_RETURN_IF_ERROR(make_image(width, in.height, in.channels, &narrow));
  PINHOLE_RETURN_IF_ERROR(make_image(width, height, in.channels, &whole));
  resize_rows(in, make_taps(in.width, width, method), &narrow);
  resize_columns(narrow, make_taps(in.height, height, method), &whole);
  *out = std::move(whole);
  return {};
}

Status resize(const Image& in, int32_t width, int32_t height, ResizeMethod method, Image* out) {
  FloatImage resized;
  PINHOLE_RETURN_IF_ERROR(resize(to_float(in), width, height, method, &resized));
  *out = to_bytes(resized);
  return {};
}

} // namespace pinhole
