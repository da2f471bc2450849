// SPDX-License-Identifier: Apache-2.0
// Colour of one pixel, in floats on the 0..255 scale. Luma by ITU-R BT.601; YUV in BT.601 limited range.
#pragma once

#include <cstdint>

namespace pinhole {

struct Pixel {
  float r, g, b, luma;
};

constexpr float kLumaOfRed = 0.299f, kLumaOfGreen = 0.587f, kLumaOfBlue = 0.114f;

inline Pixel gray_pixel(float v) {
  return {v, v, v, v};
}
inline Pixel rgb_pixel(float r, float g, float b) {
  return {r, g, b, kLumaOfRed * r + kLumaOfGreen * g + kLumaOfBlue * b};
}
inline Pixel yuv_pixel(float y, float u, float v) {
  const float luma = (y - 16) * (255.0f / 219), cb = u - 128, cr = v - 128;
  Pixel pixel = rgb_pixel(luma + 1.596027f * cr, luma - 0.391762f * cb - 0.812968f * cr, luma + 2.017232f * cb);
  pixel.luma = luma;
  return pixel;
}

struct Yuv {
  float y, u, v;
};
inline Yuv to_yuv(const Pixel& p) {
  const float chroma = 112.0f / 255;
  return {16 + p.luma * (219.0f / 255), 128 + chroma * (p.b - p.luma) / 0.886f, 128 + chroma * (p.r - p.luma) / 0.701f};
}

// Clamped and rounded to the nearest; a NaN becomes 0.
inline uint8_t to_byte(float v) {
  return static_cast<uint8_t>(v > 0 ? (v < 255 ? v + 0.5f : 255.0f) : 0.0f);
}
inline uint16_t to_word(float v) {
  return static_cast<uint16_t>(v > 0 ? (v < 65535 ? v + 0.5f : 65535.0f) : 0.0f);
}

} // namespace pinhole
