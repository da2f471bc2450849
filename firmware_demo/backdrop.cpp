// SPDX-License-Identifier: Apache-2.0
// Far surfaces first: sky, walls, ground; then the things, each in coordinates whose origin is the middle of its foot.
#include "backdrop.h"

#include "things.h"

#include <cmath>

namespace demo {
namespace {

Color sky_and_hills(float x, float y, float horizon, uint32_t salt) {
  const Color sky = mix({0.45f, 0.58f, 0.78f}, {0.75f, 0.78f, 0.8f}, clamp01(y / horizon));
  const float cloud = clamp01(0.2f + 1.4f * fractal(x, 2.2f * y, 90, 5, salt));
  const float ridge = horizon - 58 + 22 * fractal(x, 0, 120, 5, salt + 10);
  if (y < ridge)
    return mix(sky, {0.86f, 0.86f, 0.85f}, cloud);
  return Color{0.22f, 0.29f, 0.2f} * (1 + 0.5f * fractal(x, y, 20, 5, salt + 20));
}

// Panels with seams, a coloured band, marks of use.
Color panelled_wall(float x, float y, float horizon, uint32_t salt) {
  const float width = 26 + 30 * lattice(1, 0, salt), in_x = x - width * std::floor(x / width);
  if (in_x < 1.2f)
    return {0.3f, 0.31f, 0.32f};
  const bool band = y > horizon - 12 && y < horizon + 2;
  const Color paint = band ? varied({0.45f, 0.4f, 0.2f}, salt + 3) : varied({0.62f, 0.63f, 0.6f}, salt + 4) * 0.9f;
  return paint * (1 + 0.16f * fractal(x, y, 60, 5, salt + 20) + 0.05f * fractal(x, y, 4, 2, salt + 21));
}

Color house_front(float x, float y, uint32_t salt) {
  const float pitch_x = 40 + 24 * lattice(2, 0, salt), pitch_y = 44 + 20 * lattice(3, 0, salt);
  const float in_x = x - pitch_x * std::floor(x / pitch_x), in_y = y - pitch_y * std::floor(y / pitch_y);
  if (in_x < 20 && in_y < 24)
    return window(in_x, in_y, x, y, salt);
  return bricks(x, y, 13, 6, salt + 50);
}

Color ground(float x, float y, float horizon, uint32_t salt) {
  // The plane seen in perspective: (u, v) are metres on it.
  const float depth = 1600 / (y - horizon + 14), u = (x - 160) * depth / 120, v = depth * 1.5f;
  const float tile = 8 + 8 * lattice(4, 0, salt);
  const float in_u = u - tile * std::floor(u / tile), in_v = v - tile * std::floor(v / tile);
  const Color stone = varied({0.42f, 0.4f, 0.37f}, salt + 5) * (1 + 0.22f * fractal(x, 2 * y, 24, 6, salt + 30));
  return in_u < 0.7f || in_v < 0.7f ? stone * 0.6f : stone;
}

} // namespace

Surface backdrop(const Layout& layout, float x, float y) {
  Surface surface = {{}, false};
  if (y >= layout.horizon + 20)
    surface.color = ground(x, y, layout.horizon, layout.salt);
  else if (layout.backing == Backing::yard)
    surface.color = sky_and_hills(x, y, layout.horizon, layout.salt);
  else if (layout.backing == Backing::hall)
    surface.color = panelled_wall(x, y, layout.horizon, layout.salt);
  else
    surface.color = house_front(x, y, layout.salt);
  for (const Placed& placed : layout.things) {
    const float u = (x - placed.x) / placed.scale, v = (y - placed.y) / placed.scale;
    if (paint_thing(placed.thing, placed.mirrored ? -u : u, v, placed.salt, &surface.color))
      surface.sways = placed.thing == Thing::tree && v < -75;
  }
  return surface;
}

} // namespace demo
