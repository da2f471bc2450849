// SPDX-License-Identifier: Apache-2.0
#include "texture.h"

#include "base/philox.h"

#include <cmath>
#include <cstring>

namespace demo {
namespace {

float smooth(float t) {
  return t * t * (3 - 2 * t);
}

float value_noise(float x, float y, uint32_t salt) {
  const float column = std::floor(x), row = std::floor(y);
  const auto i = static_cast<int32_t>(column), j = static_cast<int32_t>(row);
  const float u = smooth(x - column), v = smooth(y - row);
  const float above = lattice(i, j, salt) * (1 - u) + lattice(i + 1, j, salt) * u;
  const float below = lattice(i, j + 1, salt) * (1 - u) + lattice(i + 1, j + 1, salt) * u;
  return above * (1 - v) + below * v;
}

} // namespace

// Murmur's finalizer over a sum of products: a scene asks for about a hundred million of these.
float lattice(int32_t x, int32_t y, uint32_t salt) {
  uint32_t h = static_cast<uint32_t>(x) * 0x9E3779B1u + static_cast<uint32_t>(y) * 0x85EBCA77u + salt * 0xC2B2AE3Du;
  h = (h ^ h >> 16) * 0x7FEB352Du;
  h = (h ^ h >> 15) * 0x846CA68Bu;
  return pinhole::uniform_from(h ^ h >> 16);
}

float fractal(float x, float y, float scale, int octaves, uint32_t salt) {
  float sum = 0, strength = 1;
  for (int i = 0; i < octaves; ++i) {
    sum += strength * (2 * value_noise(x / scale, y / scale, salt + static_cast<uint32_t>(i)) - 1);
    scale *= 0.5f;
    strength *= 0.5f;
  }
  return sum * 0.6f;
}

Color bricks(float x, float y, float width, float height, uint32_t salt) {
  const float course = std::floor(y / height);
  const float shifted = x + (static_cast<int32_t>(course) & 1 ? width / 2 : 0);
  const float column = std::floor(shifted / width);
  const float in_x = shifted - column * width, in_y = y - course * height;
  const float grain = fractal(x, y, 3, 3, salt);
  if (in_x < 1 || in_y < 1)
    return Color{0.55f, 0.52f, 0.47f} * (1 + 0.1f * grain);
  const float tone = lattice(static_cast<int32_t>(column), static_cast<int32_t>(course), salt + 99);
  return mix({0.36f, 0.16f, 0.11f}, {0.58f, 0.31f, 0.21f}, tone) * (1 + 0.18f * grain);
}

float digits(float x, float y, float size, const char* text) {
  // 3 x 5 dots, from the top left one in bit 14 to the bottom right one in bit 0.
  constexpr uint16_t kFont[10] = {0x7B6F, 0x2C97, 0x73E7, 0x73CF, 0x5BC9, 0x79CF, 0x79EF, 0x7292, 0x7BEF, 0x7BCF};
  if (x < 0 || y < 0)
    return 0;
  const auto dot_x = static_cast<size_t>(x / size), dot_y = static_cast<size_t>(y / size);
  const size_t place = dot_x / 4, column = dot_x % 4;
  if (place >= std::strlen(text) || column == 3 || dot_y >= 5 || text[place] < '0' || text[place] > '9')
    return 0;
  return static_cast<float>(kFont[text[place] - '0'] >> (14 - (dot_y * 3 + column)) & 1);
}

} // namespace demo
