// SPDX-License-Identifier: Apache-2.0
#include "things.h"

#include <cmath>
#include <cstdio>

namespace demo {
namespace {

bool inside(float x, float y, float left, float top, float right, float bottom) {
  return x >= left && x < right && y >= top && y < bottom;
}

float distance(float x, float y, float to_x, float to_y) {
  return std::hypot(x - to_x, y - to_y);
}

bool paint_sign(float x, float y, uint32_t salt, Color* color) {
  if (!inside(x, y, -59, -76, 49, -56))
    return false;
  char number[12];
  std::snprintf(number, sizeof number, "%08u", salt * 2654435761u % 100000000u);
  const float ink = digits(x + 53, y + 73, 2.8f, number);
  *color = ink > 0 ? Color{0.82f, 0.79f, 0.66f} : varied({0.1f, 0.2f, 0.16f}, salt + 1);
  return true;
}

bool paint_building(float x, float y, uint32_t salt, Color* color) {
  if (!inside(x, y, -71, -146, 71, 0))
    return false;
  if (paint_sign(x, y, salt, color))
    return true;
  const float in_x = x + 67, in_y = y + 142;
  if (inside(x, y, 7, -50, 45, 0)) // a shutter
    *color = varied({0.52f, 0.55f, 0.56f}, salt + 2) * (0.7f + 0.3f * std::fmod(in_y, 4.0f) / 4);
  else if (in_y < 66 && std::fmod(in_x, 32.0f) < 20 && std::fmod(in_y, 34.0f) < 24 && in_x > 0 && in_y > 0)
    *color = window(std::fmod(in_x, 32.0f), std::fmod(in_y, 34.0f), x, y, salt);
  else if (lattice(6, 0, salt) < 0.6f)
    *color = bricks(x, y, 11, 5, salt + 50);
  else
    *color = varied({0.6f, 0.56f, 0.46f}, salt + 3) * (1 + 0.14f * fractal(x, y, 40, 5, salt + 55));
  return true;
}

bool paint_tree(float x, float y, uint32_t salt, Color* color) {
  const float crown = distance(x, 1.15f * y, 0, -113) + 16 * fractal(x, y, 22, 4, salt + 60);
  if (crown < 44) {
    const float leaves = fractal(x, y, 9, 4, salt + 70), shade = clamp01(1 - (y + 128) / 110);
    const float light = clamp01(0.5f * shade + 0.6f * leaves + 0.15f);
    *color = mix({0.1f, 0.17f, 0.06f}, varied({0.36f, 0.47f, 0.18f}, salt + 1), light);
    return true;
  }
  if (std::fabs(x - 3 * fractal(0, y, 30, 2, salt + 80)) >= 5 || y <= -98 || y >= 0)
    return false;
  *color = Color{0.3f, 0.22f, 0.15f} * (1 + 0.5f * fractal(3 * x, y / 2, 8, 4, salt + 90));
  return true;
}

bool paint_shelf(float x, float y, uint32_t salt, Color* color) {
  if (!inside(x, y, -42, -110, 42, 0))
    return false;
  const float in_y = y + 110, board = in_y - 27.5f * std::floor(in_y / 27.5f);
  const float width = 10 + 8 * lattice(7, static_cast<int32_t>(in_y / 27.5f), salt), box = std::floor((x + 42) / width);
  const auto column = static_cast<int32_t>(box), row = static_cast<int32_t>(in_y / 27.5f);
  if (board > 24 || std::fabs(x) > 40)
    *color = varied({0.35f, 0.36f, 0.4f}, salt + 1);
  else if (board < 4 + 14 * lattice(column, row, salt + 2))
    *color = {0.09f, 0.09f, 0.1f};
  else
    *color = varied({0.45f, 0.36f, 0.26f}, salt + 10 + static_cast<uint32_t>(7 * column + row)) *
             (1 + 0.2f * fractal(x, y, 8, 3, salt + 60));
  return true;
}

bool paint_fence(float x, float y, uint32_t salt, Color* color) {
  const float in_x = std::fmod(x + 45, 9.0f), in_y = y + 34;
  const bool picket = in_x < 5.5f && in_y > std::fabs(in_x - 2.75f), rail = std::fmod(in_y + 12, 16.0f) < 3;
  if (!inside(x, y, -45, -38, 45, 0) || !(picket || rail))
    return false;
  *color = varied({0.56f, 0.47f, 0.36f}, salt) * (0.85f + 0.3f * fractal(4 * x, y / 3, 12, 4, salt + 100));
  return true;
}

bool paint_pole(float x, float y, uint32_t, Color* color) {
  if (std::fabs(x) < 1.6f && y > -146 && y < 0) {
    *color = {0.24f, 0.24f, 0.25f};
    return true;
  }
  constexpr float kSag[] = {-142, -134};
  for (const float sag : kSag)
    if (std::fabs(y - sag - 0.0009f * (x - 74) * (x - 74)) < 0.6f && x > 0) { // its wires
      *color = {0.12f, 0.12f, 0.13f};
      return true;
    }
  return false;
}

bool paint_car(float x, float y, uint32_t salt, Color* color) {
  const float hub = std::fmin(distance(x, y, -32, -11), distance(x, y, 32, -11));
  if (hub < 11) {
    *color = hub < 5 ? Color{0.6f, 0.6f, 0.62f} : Color{0.06f, 0.06f, 0.06f};
    return true;
  }
  const Color paint = varied({0.6f, 0.24f, 0.2f}, salt + 1);
  const float roof = 1 - std::pow(std::fabs(x) / 36, 4.0f), body = 1 - std::pow(std::fabs(x) / 60, 6.0f);
  if (inside(x, y, -36, -59, 36, -39) && y > -39 - 20 * roof) {
    *color = inside(x, y, -28, -54, 28, -41) && std::fabs(x + 1) > 1.5f ? Color{0.16f, 0.2f, 0.24f} : paint * 0.8f;
    return true;
  }
  if (!inside(x, y, -60, -43, 60, -9) || y >= -39 + 30 * body)
    return false;
  *color = mix(paint, paint * 0.45f, (y + 43) / 34) * (1 + 0.03f * fractal(x, y, 30, 2, salt));
  return true;
}

bool paint_crate(float x, float y, uint32_t salt, Color* color) {
  if (!inside(x, y, -24, -36, 24, 0))
    return false;
  const bool frame = !inside(x, y, -20, -32, 20, -4) || std::fabs(x + 24 - 1.33f * (y + 36)) < 2.5f;
  *color = varied({0.55f, 0.4f, 0.22f}, salt + 1) *
           ((frame ? 1.1f : 0.75f) + 0.25f * fractal(x / 2, 4 * y, 14, 4, salt + 110));
  return true;
}

bool paint_ball(float x, float y, uint32_t salt, Color* color) {
  if (distance(x, y, 0, -13) >= 13)
    return false;
  const Color paint = varied({0.75f, 0.55f, 0.2f}, salt + 1);
  *color = mix(paint, paint * 0.25f, clamp01(distance(x, y, -5, -19) / 22));
  return true;
}

} // namespace

Color varied(Color color, uint32_t salt) {
  const auto factor = [&](int32_t channel) { return 0.6f + 0.8f * lattice(channel, 9, salt); };
  const float light = factor(0);
  return {clamp01(color.r * light * factor(1)), clamp01(color.g * light), clamp01(color.b * light * factor(2))};
}

Color window(float in_x, float in_y, float x, float y, uint32_t salt) {
  if (in_x < 2 || in_x >= 18 || in_y < 2 || in_y >= 22 || std::fabs(in_x - 10) < 0.8f || std::fabs(in_y - 12) < 0.8f)
    return {0.7f, 0.68f, 0.62f};
  const float reflection = 0.5f + 0.5f * fractal(x + 2 * y, y, 40, 3, salt + 40);
  return mix({0.1f, 0.13f, 0.17f}, {0.4f, 0.48f, 0.55f}, clamp01(reflection));
}

bool paint_thing(Thing thing, float x, float y, uint32_t salt, Color* color) {
  switch (thing) {
  case Thing::building:
    return paint_building(x, y, salt, color);
  case Thing::tree:
    return paint_tree(x, y, salt, color);
  case Thing::shelf:
    return paint_shelf(x, y, salt, color);
  case Thing::fence:
    return paint_fence(x, y, salt, color);
  case Thing::pole:
    return paint_pole(x, y, salt, color);
  case Thing::car:
    return paint_car(x, y, salt, color);
  case Thing::crate:
    return paint_crate(x, y, salt, color);
  case Thing::ball:
    return paint_ball(x, y, salt, color);
  }
  return false;
}

} // namespace demo
