// SPDX-License-Identifier: Apache-2.0
// What the things of a layout look like.
#pragma once

#include "layout.h"
#include "texture.h"

namespace demo {

struct Surface {
  Color color; // reflectance
  bool sways;  // leaves
};

// At a point of the 320 x 240 view; points outside of it are there too.
Surface backdrop(const Layout& layout, float x, float y);

} // namespace demo
