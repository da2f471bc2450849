// SPDX-License-Identifier: Apache-2.0
#include "intruder.h"

#include "things.h"

#include <algorithm>
#include <cmath>

namespace demo {
namespace {

// A limb: all points within `radius` of the line from (x0, y0) to (x1, y1).
bool in_limb(float u, float v, float x0, float y0, float x1, float y1, float radius) {
  const float dx = x1 - x0, dy = y1 - y0;
  const float along = clamp01(((u - x0) * dx + (v - y0) * dy) / (dx * dx + dy * dy));
  const float x = u - x0 - along * dx, y = v - y0 - along * dy;
  return x * x + y * y < radius * radius;
}

// The first colour of the body at a point of the walker's coordinates, y downwards from the foot.
bool paint_walker(float x, float y, float stride, uint32_t salt, Color* color) {
  const float swing = 11 * std::sin(stride), v = y + 77;
  if (in_limb(x, v, 0, 6, 0, 8, 6)) {
    *color = v < 5 ? Color{0.14f, 0.1f, 0.07f} : Color{0.62f, 0.45f, 0.36f};
    return true;
  }
  const bool arm = in_limb(x, v, 0, 21, -0.8f * swing, 43, 3.2f), trunk = in_limb(x, v, 0, 22, 0, 42, 9);
  if (!arm && !trunk && !in_limb(x, v, 0, 44, swing, 72, 4.5f) && !in_limb(x, v, 0, 44, -swing, 72, 4.5f))
    return false;
  if (arm)
    *color = varied({0.42f, 0.16f, 0.16f}, salt + 1);
  else if (trunk)
    *color = varied(std::fmod(v, 6.0f) < 3 ? Color{0.62f, 0.58f, 0.5f} : Color{0.3f, 0.1f, 0.12f}, salt + 1);
  else
    *color = varied({0.12f, 0.15f, 0.27f}, salt + 2);
  *color = *color * (1 + 0.25f * fractal(x, y, 6, 3, salt));
  return true;
}

bool paint_dog(float x, float y, float stride, uint32_t salt, Color* color) {
  const float swing = 5 * std::sin(stride);
  const bool legs = in_limb(x, y, -14, -16, -14 + swing, -2, 2.2f) || in_limb(x, y, -14, -16, -14 - swing, -2, 2.2f) ||
                    in_limb(x, y, 12, -16, 12 + swing, -2, 2.2f) || in_limb(x, y, 12, -16, 12 - swing, -2, 2.2f);
  const bool trunk = in_limb(x, y, -12, -19, 12, -21, 7) || in_limb(x, y, 14, -24, 21, -31, 5) ||
                     in_limb(x, y, -17, -22, -25, -30, 1.8f);
  if (!legs && !trunk)
    return false;
  *color = varied({0.4f, 0.3f, 0.2f}, salt + 3) * ((trunk ? 1 : 0.7f) + 0.3f * fractal(x, y, 5, 3, salt));
  return true;
}

bool paint_cart(float x, float y, uint32_t salt, Color* color) {
  const float left = std::hypot(x + 13, y + 5), right = std::hypot(x - 13, y + 5);
  if (std::fmin(left, right) < 5) {
    *color = {0.07f, 0.07f, 0.08f};
    return true;
  }
  if (std::fabs(x) < 20 && y > -34 && y < -8)
    *color = varied({0.6f, 0.58f, 0.55f}, salt + 4) * (std::fmod(y + 40, 8.0f) < 1 ? 0.6f : 1.0f);
  else if (in_limb(x, y, -20, -30, -27, -44, 1.6f))
    *color = {0.3f, 0.3f, 0.3f};
  else
    return false;
  return true;
}

bool paint_body(Body body, float x, float y, float stride, uint32_t salt, Color* color) {
  if (body == Body::walker)
    return paint_walker(x, y, stride, salt, color);
  return body == Body::dog ? paint_dog(x, y, stride, salt, color) : paint_cart(x, y, salt, color);
}

} // namespace

void paint_intruder(const Intruder& intruder, float u, float v, Color* color) {
  const float x = (u - intruder.x) / intruder.scale, y = (v - intruder.y) / intruder.scale;
  Color own = {0, 0, 0};
  if (paint_body(intruder.body, intruder.to_the_left ? -x : x, y, intruder.stride, intruder.salt, &own))
    *color = mix(*color, own, intruder.presence);
}

float scale_of_area(Body body, float pixels) {
  int32_t covered = 0;
  Color color = {0, 0, 0};
  for (float y = -kHeight; y < 0; ++y)
    for (float x = -kReach; x < kReach; ++x)
      covered += paint_body(body, x + 0.5f, y + 0.5f, 0.8f, 0, &color);
  return std::sqrt(pixels / static_cast<float>(std::max(covered, 1)));
}

} // namespace demo
