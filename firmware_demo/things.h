// SPDX-License-Identifier: Apache-2.0
// The things that stand in a simulated scene. Points are in pixels from the middle of the thing's foot, y downwards, so
// that it stands where y is negative; `salt` tells its textures and colours from another's.
#pragma once

#include "layout.h"
#include "texture.h"

namespace demo {

// Changes *color where the thing is; false where it is not.
bool paint_thing(Thing thing, float x, float y, uint32_t salt, Color* color);

// The colour, made lighter or darker, redder or bluer.
Color varied(Color color, uint32_t salt);

// A window of 20 x 24 at (in_x, in_y) in it; it mirrors the clouds at (x, y).
Color window(float in_x, float in_y, float x, float y, uint32_t salt);

} // namespace demo
