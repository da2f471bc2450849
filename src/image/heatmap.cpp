// SPDX-License-Identifier: Apache-2.0
#include "image/heatmap.h"
#include "image/color.h"

#include <cmath>

namespace pinhole {
namespace {

// Every sixteenth colour of the scale (public domain, S. van der Walt and N. Smith); between them it is nearly
// straight.
constexpr int kSteps = 16;
constexpr Rgb kViridis[kSteps + 1] = {{68, 1, 84},    {72, 24, 106},  {71, 45, 123},  {66, 64, 134},  {59, 82, 139},
                                      {51, 99, 141},  {44, 114, 142}, {38, 130, 142}, {33, 145, 140}, {31, 160, 136},
                                      {40, 174, 128}, {63, 188, 115}, {94, 201, 98},  {132, 212, 75}, {173, 220, 48},
                                      {216, 226, 25}, {253, 231, 37}};

uint8_t mix(uint8_t a, uint8_t b, float share) {
  return static_cast<uint8_t>(std::lrintf(static_cast<float>(a) + share * static_cast<float>(b - a)));
}

Rgb mix(Rgb a, Rgb b, float share) {
  return {mix(a.red, b.red, share), mix(a.green, b.green, share), mix(a.blue, b.blue, share)};
}

float clip(float value) {
  return value > 0 ? (value < 1 ? value : 1) : 0;
}

} // namespace

Rgb viridis(float value) {
  const float at = clip(value) * kSteps;
  const int first = at < kSteps ? static_cast<int>(at) : kSteps - 1;
  return mix(kViridis[first], kViridis[first + 1], at - static_cast<float>(first));
}

Status overlay_heat(const Image& frame, const FloatImage& heat, float low, float high, float opacity, Image* out) {
  if (frame.width != heat.width || frame.height != heat.height || heat.channels != 1)
    return error(Code::invalid_argument, "heat map of %d x %d x %d over a frame of %d x %d", heat.width, heat.height,
                 heat.channels, frame.width, frame.height);
  if (!(high > low) || !(opacity >= 0 && opacity <= 1))
    return error(Code::invalid_argument, "heat map from %g to %g at opacity %g: must ascend, opacity 0 to 1",
                 double{low}, double{high}, double{opacity});
  Image overlay = gray_to_rgb(rgb_to_gray(frame));
  for (size_t i = 0; i < heat.pixels.size(); ++i) {
    const float value = clip((heat.pixels[i] - low) / (high - low));
    uint8_t* rgb = overlay.pixels.data() + 3 * i;
    const Rgb mixed = mix(Rgb{rgb[0], rgb[1], rgb[2]}, viridis(value), value * opacity);
    rgb[0] = mixed.red;
    rgb[1] = mixed.green;
    rgb[2] = mixed.blue;
  }
  *out = std::move(overlay);
  return {};
}

} // namespace pinhole
