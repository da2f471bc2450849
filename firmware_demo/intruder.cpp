// SPDX-License-Identifier: Apache-2.0
#include "intruder.h"

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

} // namespace

void paint_walker(const Walker& walker, float u, float v, uint32_t salt, Color* color) {
  const float x = u - walker.x, y = v - walker.y; // the surfaces move with the walker
  const float swing = 11 * std::sin(walker.stride);
  const float cloth = 1 + 0.25f * fractal(x, y, 6, 3, salt + 700);
  if (in_limb(x, y, 0, 44, swing, 72, 4.5f) || in_limb(x, y, 0, 44, -swing, 72, 4.5f))
    *color = Color{0.12f, 0.15f, 0.27f} * cloth;
  if (in_limb(x, y, 0, 22, 0, 42, 9))
    *color = (std::fmod(y, 6.0f) < 3 ? Color{0.62f, 0.58f, 0.5f} : Color{0.3f, 0.1f, 0.12f}) * cloth;
  if (in_limb(x, y, 0, 21, -0.8f * swing, 43, 3.2f))
    *color = Color{0.42f, 0.16f, 0.16f} * cloth;
  if (in_limb(x, y, 0, 6, 0, 8, 6))
    *color = y < 5 ? Color{0.14f, 0.1f, 0.07f} * cloth : Color{0.62f, 0.45f, 0.36f};
}

} // namespace demo
