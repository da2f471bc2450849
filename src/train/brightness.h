// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image.h"

namespace pinhole {

// Multiplies all pixels by one factor, 1/4 to 4, so that their mean becomes `mean` (of 0..1); what exceeds 255 is cut.
// A detector's heat then does not depend on how the picture was exposed.
void set_brightness(float mean, Image* image);

} // namespace pinhole
