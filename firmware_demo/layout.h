// SPDX-License-Identifier: Apache-2.0
// What stands where in the simulated scene: drawn from a seed, so that no two scenes have more in common than two
// places have.
#pragma once

#include <cstdint>
#include <vector>

namespace demo {

enum class Backing : uint8_t { yard, hall, street }; // hills and sky; a panelled wall; a house front
enum class Thing : uint8_t { building, tree, shelf, fence, pole, car, crate, ball };

struct Placed {
  Thing thing;
  float x, y;  // middle of its foot, in pixels of the 320 x 240 view
  float scale; // 1: as large as it was drawn
  bool mirrored;
  uint32_t salt;
};

struct Layout {
  Backing backing;
  float horizon; // row at which the ground begins, about
  uint32_t salt;
  std::vector<Placed> things; // the farthest first
};

Layout make_layout(uint64_t seed);

} // namespace demo
