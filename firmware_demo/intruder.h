// SPDX-License-Identifier: Apache-2.0
// Somebody who walks through the scene.
#pragma once

#include "texture.h"

namespace demo {

constexpr float kWalkerWidth = 44;
constexpr int32_t kWalkerHeight = 78;

struct Walker {
  float x, y;   // middle of the head's top, in pixels
  float stride; // phase of the legs, radians
};

// Changes *color where the point (u, v) lies on the walker.
void paint_walker(const Walker& walker, float u, float v, uint32_t salt, Color* color);

} // namespace demo
