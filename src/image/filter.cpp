// SPDX-License-Identifier: Apache-2.0
#include "image/filter.h"

#include <cmath>

namespace pinhole {
namespace {

std::vector<float> gaussian_weights(double sigma) {
  const int radius = static_cast<int>(std::lround(4 * sigma));
  std::vector<double> weights;
  weights.reserve(size_t{2} * static_cast<size_t>(radius) + 1);
  double sum = 0;
  for (int i = -radius; i <= radius; ++i) {
    weights.push_back(radius == 0 ? 1 : std::exp(-0.5 * i * i / (sigma * sigma)));
    sum += weights.back();
  }
  std::vector<float> normalised;
  normalised.reserve(weights.size());
  for (const double weight : weights)
    normalised.push_back(static_cast<float>(weight / sum));
  return normalised;
}

void blur_columns(const FloatImage& in, const std::vector<float>& weights, FloatImage* out) {
  const int32_t radius = static_cast<int32_t>(weights.size() / 2);
  const int64_t values = int64_t{in.width} * in.channels;
  for (int32_t y = 0; y < in.height; ++y) {
    float* to = out->row(y);
    for (int32_t k = 0; k <= 2 * radius; ++k) {
      const float* from = in.row(mirror_doubled(y + k - radius, in.height));
      const float weight = weights[static_cast<size_t>(k)];
      for (int64_t i = 0; i < values; ++i)
        to[i] += weight * from[i];
    }
  }
}

void blur_rows(const FloatImage& in, const std::vector<float>& weights, FloatImage* out) {
  const int32_t radius = static_cast<int32_t>(weights.size() / 2);
  const int64_t channels = in.channels, values = in.width * channels;
  std::vector<float> extended(static_cast<size_t>(values + 2 * radius * channels));
  for (int32_t y = 0; y < in.height; ++y) {
    const float* from = in.row(y);
    float* fill = extended.data();
    for (int32_t x = -radius; x < in.width + radius; ++x)
      for (int64_t c = 0; c < channels; ++c)
        *fill++ = from[mirror_doubled(x, in.width) * channels + c];
    float* to = out->row(y);
    for (size_t k = 0; k < weights.size(); ++k) {
      const float* shifted = extended.data() + static_cast<int64_t>(k) * channels;
      for (int64_t i = 0; i < values; ++i)
        to[i] += weights[k] * shifted[i];
    }
  }
}

} // namespace

Status gaussian_blur(const FloatImage& in, double sigma, FloatImage* out) {
  if (!(sigma >= 0 && sigma <= 100))
    return error(Code::invalid_argument, "blur of sigma %g pixels: must be 0 to 100", sigma);
  const std::vector<float> weights = gaussian_weights(sigma);
  FloatImage half, whole;
  PINHOLE_RETURN_IF_ERROR(make_image(in.width, in.height, in.channels, &half));
  PINHOLE_RETURN_IF_ERROR(make_image(in.width, in.height, in.channels, &whole));
  blur_columns(in, weights, &half);
  blur_rows(half, weights, &whole);
  *out = std::move(whole);
  return {};
}

} // namespace pinhole
