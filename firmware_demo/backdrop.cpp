// SPDX-License-Identifier: Apache-2.0
#include "backdrop.h"

#include <cmath>

namespace demo {
namespace {

constexpr float kHorizon = 150;

bool inside(float x, float y, float left, float top, float right, float bottom) {
  return x >= left && x < right && y >= top && y < bottom;
}

float distance(float x, float y, float to_x, float to_y) {
  return std::hypot(x - to_x, y - to_y);
}

Color sky_and_hills(float x, float y, uint32_t salt) {
  const Color sky = mix({0.45f, 0.58f, 0.78f}, {0.75f, 0.78f, 0.8f}, y / kHorizon);
  const float cloud = clamp01(0.2f + 1.4f * fractal(x, 2.2f * y, 90, 5, salt));
  const float ridge = 92 + 22 * fractal(x, 0, 120, 5, salt + 10);
  if (y < ridge)
    return mix(sky, {0.86f, 0.86f, 0.85f}, cloud);
  return Color{0.22f, 0.29f, 0.2f} * (1 + 0.5f * fractal(x, y, 20, 5, salt + 20));
}

Color ground(float x, float y, uint32_t salt) {
  // The plane seen in perspective: (u, v) are metres on it.
  const float depth = 1600 / (y - kHorizon + 14), u = (x - 160) * depth / 120, v = depth * 1.5f;
  const float in_u = u - 12 * std::floor(u / 12), in_v = v - 12 * std::floor(v / 12);
  const Color stone = Color{0.42f, 0.4f, 0.37f} * (1 + 0.22f * fractal(x, 2 * y, 24, 6, salt + 30));
  return in_u < 0.7f || in_v < 0.7f ? stone * 0.6f : stone;
}

Color window(float x, float y, uint32_t salt) {
  const float in_x = std::fmod(x, 32.0f), in_y = std::fmod(y, 34.0f);
  if (in_x < 2 || in_x >= 18 || in_y < 2 || in_y >= 22 || std::fabs(in_x - 10) < 0.8f || std::fabs(in_y - 12) < 0.8f)
    return {0.7f, 0.68f, 0.62f};
  const float reflection = 0.5f + 0.5f * fractal(x + 2 * y, y, 40, 3, salt + 40);
  return mix({0.1f, 0.13f, 0.17f}, {0.4f, 0.48f, 0.55f}, clamp01(reflection));
}

Color building(float x, float y, uint32_t salt) {
  const float in_x = x - 12, in_y = y - 30;
  if (inside(x, y, 20, 96, 128, 116)) { // the sign
    const float ink = digits(x - 26, y - 99, 2.8f, "27 182818");
    return ink > 0 ? Color{0.82f, 0.79f, 0.66f} : Color{0.1f, 0.2f, 0.16f};
  }
  if (inside(x, y, 86, 122, 124, 172)) // a shutter
    return Color{0.52f, 0.55f, 0.56f} * (0.7f + 0.3f * std::fmod(y, 4.0f) / 4);
  if (in_y < 66 && std::fmod(in_x, 32.0f) < 20 && std::fmod(in_y, 34.0f) < 24 && in_x > 0 && in_y > 0)
    return window(in_x, in_y, salt);
  return bricks(x, y, 11, 5, salt + 50);
}

Color tree(float x, float y, uint32_t salt, Color behind) {
  const float crown = distance(x, 1.15f * y, 212, 92) + 16 * fractal(x, y, 22, 4, salt + 60);
  if (crown < 44) {
    const float leaves = fractal(x, y, 9, 4, salt + 70), shade = clamp01(1 - (y - 50) / 110);
    return mix({0.1f, 0.17f, 0.06f}, {0.36f, 0.47f, 0.18f}, clamp01(0.5f * shade + 0.6f * leaves + 0.15f));
  }
  if (std::fabs(x - 212 - 3 * fractal(0, y, 30, 2, salt + 80)) < 5 && y > 80 && y < 178)
    return Color{0.3f, 0.22f, 0.15f} * (1 + 0.5f * fractal(3 * x, y / 2, 8, 4, salt + 90));
  return behind;
}

Color fence(float x, float y, uint32_t salt, Color behind) {
  const float in_x = std::fmod(x, 9.0f);
  const bool picket = in_x < 5.5f && y > 138 + std::fabs(in_x - 2.75f), rail = std::fmod(y - 142, 16.0f) < 3;
  if (!inside(x, y, 236, 134, 320, 172) || !(picket || rail))
    return behind;
  return Color{0.56f, 0.47f, 0.36f} * (0.85f + 0.3f * fractal(4 * x, y / 3, 12, 4, salt + 100));
}

Color car(float x, float y, uint32_t salt, Color behind) {
  if (distance(x, y, 48, 206) < 11 || distance(x, y, 112, 206) < 11) {
    const float hub = std::fmin(distance(x, y, 48, 206), distance(x, y, 112, 206));
    return hub < 5 ? Color{0.6f, 0.6f, 0.62f} : Color{0.06f, 0.06f, 0.06f};
  }
  const float roof = 1 - std::pow(std::fabs(x - 80) / 36, 4.0f), body = 1 - std::pow(std::fabs(x - 80) / 60, 6.0f);
  if (inside(x, y, 44, 158, 116, 178) && y > 178 - 20 * roof)
    return inside(x, y, 52, 163, 108, 176) && std::fabs(x - 79) > 1.5f ? Color{0.16f, 0.2f, 0.24f}
                                                                       : Color{0.5f, 0.12f, 0.1f};
  if (inside(x, y, 20, 174, 140, 208) && y < 178 + 30 * body)
    return mix({0.68f, 0.2f, 0.16f}, {0.3f, 0.06f, 0.05f}, (y - 174) / 34) * (1 + 0.03f * fractal(x, y, 30, 2, salt));
  return behind;
}

Color small_things(float x, float y, uint32_t salt, Color behind) {
  if (std::fabs(x - 176) < 1.6f && y > 24 && y < 170) // a pole and its wires
    return {0.24f, 0.24f, 0.25f};
  constexpr float kSag[] = {28, 36};
  for (const float sag : kSag)
    if (std::fabs(y - sag - 0.0009f * (x - 250) * (x - 250)) < 0.6f && x > 176)
      return {0.12f, 0.12f, 0.13f};
  if (inside(x, y, 252, 186, 300, 222)) { // a crate
    const bool frame = !inside(x, y, 256, 190, 296, 218) || std::fabs(x - 252 - 1.33f * (y - 186)) < 2.5f;
    return Color{0.55f, 0.4f, 0.22f} * ((frame ? 1.1f : 0.75f) + 0.25f * fractal(x / 2, 4 * y, 14, 4, salt + 110));
  }
  if (const float d = distance(x, y, 196, 214); d < 13) // a ball
    return mix({0.85f, 0.6f, 0.15f}, {0.25f, 0.13f, 0.03f}, clamp01(distance(x, y, 191, 208) / 22));
  return behind;
}

} // namespace

Color backdrop(float x, float y, uint32_t salt) {
  Color color = y < kHorizon + 20 ? sky_and_hills(x, y, salt) : ground(x, y, salt);
  color = tree(x, y, salt, color);
  color = fence(x, y, salt, color);
  if (inside(x, y, 8, 26, 150, 172))
    color = building(x, y, salt);
  color = car(x, y, salt, color);
  return small_things(x, y, salt, color);
}

} // namespace demo
