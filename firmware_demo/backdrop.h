// SPDX-License-Identifier: Apache-2.0
// What stands still in the simulated scene.
#pragma once

#include "texture.h"

namespace demo {

// Reflectance at a point of the 320 x 240 view.
Color backdrop(float x, float y, uint32_t salt);

} // namespace demo
