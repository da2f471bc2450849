// SPDX-License-Identifier: Apache-2.0
#include "train/camera_noise.h"

#include "image/filter.h"
#include "train/view_pixels.h"

#include <cmath>

namespace pinhole {
namespace {

// Which of the key's numbers is what; 2 is the JPEG quality.
enum : uint32_t { kSigma = 0, kBlur = 1, kLightShare = 3, kColourBlur = 4, kColourGain = 5 };

double root_mean_square(const FloatImage& image) {
  double sum = 0;
  for (const float value : image.pixels)
    sum += static_cast<double>(value) * static_cast<double>(value);
  return std::sqrt(sum / static_cast<double>(image.pixels.size()));
}

// Smooths, then brings the root mean square to `wanted`.
Status smooth_to(double blur, double wanted, FloatImage* noise) {
  PINHOLE_RETURN_IF_ERROR(gaussian_blur(*noise, blur, noise));
  const double now = root_mean_square(*noise);
  const auto factor = static_cast<float>(now > 0 ? wanted / now : 0);
  for (float& value : noise->pixels)
    value *= factor;
  return {};
}

// Splits noise into what its channels share and what is left of each; *noise keeps the rest.
FloatImage take_brightness(FloatImage* noise) {
  FloatImage shared = *noise;
  const auto channels = static_cast<size_t>(noise->channels);
  for (size_t i = 0; i < noise->pixels.size(); i += channels) {
    float mean = 0;
    for (size_t c = 0; c < channels; ++c)
      mean += noise->pixels[i + c] / static_cast<float>(channels);
    for (size_t c = 0; c < channels; ++c) {
      shared.pixels[i + c] = mean;
      noise->pixels[i + c] -= mean;
    }
  }
  return shared;
}

} // namespace

Status add_camera_noise(const Corruption& corruption, const NoiseKey& key, const View& image, float* level) {
  const float sigma = draw(corruption.first, key, kSigma) / 255, blur = draw(corruption.second, key, kBlur);
  const float light_share = draw({0, 1}, key, kLightShare);
  const FloatImage clean = read_pixels(image, 1);
  Corruption white; // of unit strength at x = 0.5; only its course over the image counts
  white.kind = CorruptionKind::sensor;
  white.first = {2 * light_share, 2 * light_share};
  white.second = {1 - light_share, 1 - light_share};
  corrupt(white, key, image);
  FloatImage colour = read_pixels(image, 1);
  for (size_t i = 0; i < clean.pixels.size(); ++i)
    colour.pixels[i] -= clean.pixels[i];
  FloatImage noise = take_brightness(&colour);
  PINHOLE_RETURN_IF_ERROR(smooth_to(static_cast<double>(blur), 1, &noise));
  if (image.desc.c > 1) {
    const double more = static_cast<double>(draw(corruption.colour_blur, key, kColourBlur));
    const double gain = static_cast<double>(draw(corruption.colour_gain, key, kColourGain));
    PINHOLE_RETURN_IF_ERROR(smooth_to(static_cast<double>(blur) + more, gain, &colour));
    for (size_t i = 0; i < noise.pixels.size(); ++i)
      noise.pixels[i] += colour.pixels[i];
  }
  const double strength = root_mean_square(noise);
  const auto factor = static_cast<float>(strength > 0 ? static_cast<double>(sigma) / strength : 0);
  for (size_t i = 0; i < noise.pixels.size(); ++i)
    noise.pixels[i] = clean.pixels[i] + factor * noise.pixels[i];
  write_pixels(noise, 1, image);
  *level = sigma;
  return {};
}

} // namespace pinhole
