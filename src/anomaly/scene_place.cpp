// SPDX-License-Identifier: Apache-2.0
#include "anomaly/scene_place.h"

#include "base/checked.h"

#include <cmath>

namespace pinhole {
namespace {

Point middle_of(const SceneMap& map) {
  return {static_cast<float>(map.width - 1) / 2, static_cast<float>(map.height - 1) / 2};
}

// Of a pixel.
Point moved(const Warp& by, int32_t x, int32_t y, const SceneMap& map) {
  const Point middle = middle_of(map);
  const Point at = seen_at(by, {static_cast<float>(x) - middle.x, static_cast<float>(y) - middle.y});
  return {at.x + middle.x, at.y + middle.y};
}

// By so many pixels beyond the outermost ones at most.
bool is_within(const Point& at, const SceneMap& map, float beyond = 0.5f) {
  return at.x >= -beyond && at.y >= -beyond && at.x <= static_cast<float>(map.width - 1) + beyond &&
         at.y <= static_cast<float>(map.height - 1) + beyond;
}

// The nearest whole number in 0..most.
int32_t whole(float place, int32_t most) {
  return static_cast<int32_t>(std::rint(max_of(0.0f, min_of(place, static_cast<float>(most)))));
}

int32_t cell_at(const Point& at, const SceneMap& map) {
  return whole(at.y, map.height - 1) / kCellSide * map.columns + whole(at.x, map.width - 1) / kCellSide;
}

// Whether it holds where the camera shows each of the corners.
template <class Holds> bool holds_at_corners(const Window& window, const SceneMap& map, Holds holds) {
  const auto at = [&](int32_t x, int32_t y) { return holds(moved(map.place, x, y, map)); };
  return at(window.left, window.top) && at(window.right - 1, window.top) && at(window.left, window.bottom - 1) &&
         at(window.right - 1, window.bottom - 1);
}

// With a margin around it: beside what is not in sight the model is mistaken, too. None of its own pixels is made up of
// what is repeated at the border, as far as that can be seen.
bool is_in_sight(const Window& window, const SceneMap& map) {
  constexpr int32_t kMargin = 2 * kCellSide;
  constexpr float kHardly = 0.1f; // pixels
  const Window around = {max_of(window.top - kMargin, 0), max_of(window.left - kMargin, 0),
                         min_of(window.bottom + kMargin, map.height), min_of(window.right + kMargin, map.width)};
  return holds_at_corners(window, map, [&](const Point& at) { return is_within(at, map, kHardly); }) &&
         holds_at_corners(around, map, [&](const Point& at) { return is_within(at, map); });
}

// What is ignored may be the scene's, as a tree, or the camera's, as a clock in its picture: that one has not moved.
bool shows_no_ignored(const Window& window, const SceneMap& map) {
  return holds_at_corners(window, map, [&](const Point& at) { return !map.ignored[cell_at(at, map)]; });
}

pinhole_box moved(const Warp& by, const pinhole_box& box, const SceneMap& map) {
  if (by.none() || box.width <= 0 || box.height <= 0)
    return box;
  const float middle_x = static_cast<float>(map.width) / 2, middle_y = static_cast<float>(map.height) / 2;
  const auto half_width = static_cast<float>(box.width) / 2, half_height = static_cast<float>(box.height) / 2;
  const Point at = seen_at(
      by, {static_cast<float>(box.x) + half_width - middle_x, static_cast<float>(box.y) + half_height - middle_y});
  const float reach_x = (1 + by.xx) * half_width + std::fabs(by.xy) * half_height;
  const float reach_y = std::fabs(by.yx) * half_width + (1 + by.yy) * half_height;
  const int32_t left = whole(at.x + middle_x - reach_x, map.width), top = whole(at.y + middle_y - reach_y, map.height);
  return {left, top, whole(at.x + middle_x + reach_x, map.width) - left,
          whole(at.y + middle_y + reach_y, map.height) - top};
}

} // namespace

bool counts(const SceneMap& map, int32_t cell) {
  if (map.ignored[cell] || map.place.none())
    return !map.ignored[cell];
  const Window window = window_of(map, cell);
  return is_in_sight(window, map) && shows_no_ignored(window, map);
}

bool counts_elsewhere(const SceneMap& map, int32_t cell, const Warp& place) {
  const Window window = window_of(map, cell);
  const Point shown = moved(map.place, window.left, window.top, map);
  SceneMap elsewhere = map;
  elsewhere.place = place;
  const Point middle = middle_of(map);
  Point at = seen_at(inverse_of(place), {shown.x - middle.x, shown.y - middle.y});
  at = {at.x + middle.x, at.y + middle.y};
  return is_within(at, map) && counts(elsewhere, cell_at(at, map));
}

int32_t cell_shown_at(const SceneMap& map, int32_t y, int32_t x) {
  if (map.place.none()) // a heat map asks for every pixel
    return y / kCellSide * map.columns + x / kCellSide;
  const Point at = moved(inverse_of(map.place), x, y, map);
  return is_within(at, map) ? cell_at(at, map) : -1;
}

pinhole_box shown_box(const pinhole_box& box, const SceneMap& map) {
  return moved(map.place, box, map);
}

pinhole_box learned_box(const pinhole_box& box, const SceneMap& map) {
  return moved(inverse_of(map.place), box, map);
}

} // namespace pinhole
