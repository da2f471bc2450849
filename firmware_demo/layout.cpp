// SPDX-License-Identifier: Apache-2.0
#include "layout.h"

#include "dice.h"

#include <algorithm>

namespace demo {
namespace {

constexpr float kViewWidth = 320, kViewHeight = 240;

void place(Thing thing, float y, float scale, Dice* dice, Layout* layout) {
  const float x = dice->between(10, kViewWidth - 10);
  const bool mirrored = dice->chance(0.5f) && thing != Thing::building; // its sign can be read
  layout->things.push_back({thing, x, y, scale, mirrored, dice->next() >> 8});
}

// Along the edge of the ground, large.
void place_far_things(Dice* dice, Layout* layout) {
  constexpr Thing kOutside[] = {Thing::building, Thing::tree, Thing::tree, Thing::fence};
  constexpr Thing kInside[] = {Thing::shelf, Thing::shelf, Thing::pole, Thing::fence};
  const auto& things = layout->backing == Backing::hall ? kInside : kOutside;
  const int32_t count = dice->whole(2, 5);
  for (int32_t i = 0; i < count; ++i)
    place(things[dice->whole(0, 3)], layout->horizon + dice->between(18, 34), dice->between(0.7f, 1.2f), dice, layout);
  if (dice->chance(0.6f))
    place(Thing::pole, layout->horizon + dice->between(20, 40), dice->between(0.8f, 1.1f), dice, layout);
}

// On the ground, the nearer the larger.
void place_near_things(Dice* dice, Layout* layout) {
  constexpr Thing kThings[] = {Thing::car, Thing::crate, Thing::ball, Thing::crate, Thing::fence};
  const int32_t count = dice->whole(2, 6);
  for (int32_t i = 0; i < count; ++i) {
    const float y = dice->between(layout->horizon + 35, kViewHeight - 4);
    const float nearness = (y - layout->horizon) / (kViewHeight - layout->horizon);
    place(kThings[dice->whole(0, 4)], y, (0.6f + 0.6f * nearness) * dice->between(0.8f, 1.2f), dice, layout);
  }
}

} // namespace

Layout make_layout(uint64_t seed) {
  Dice dice(seed, kLayoutStream);
  Layout layout = {static_cast<Backing>(dice.whole(0, 2)), dice.between(105, 160), dice.next() >> 8, {}};
  place_far_things(&dice, &layout);
  place_near_things(&dice, &layout);
  std::stable_sort(layout.things.begin(), layout.things.end(),
                   [](const Placed& a, const Placed& b) { return a.y < b.y; });
  return layout;
}

} // namespace demo
