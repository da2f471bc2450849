// SPDX-License-Identifier: Apache-2.0
// Contact strips for people: noisy | denoised | clean.
#pragma once

#include "image/image.h"

namespace pinhole {

enum class StripDirection : uint8_t { across, down };

// The pictures side by side (or below each other) with white lines of 2 pixels between them. Each is enlarged `scale`
// times (1..16) by repeating pixels; a smaller one is filled up with white; one RGB picture makes the strip RGB.
// invalid_argument: no pictures, or a scale out of range. Strips of strips make tables.
Status compose_strip(const std::vector<Image>& images, StripDirection direction, int32_t scale, Image* strip);

} // namespace pinhole
