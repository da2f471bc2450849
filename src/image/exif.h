// SPDX-License-Identifier: Apache-2.0
// The one EXIF field that changes the picture: which way up the camera was held.
#pragma once

#include "image/image.h"

namespace pinhole {

// Orientation 1..8 in the payload of a JPEG APP1 segment (from "Exif\0\0" on); 1 when there is none or it is damaged.
int exif_orientation(const uint8_t* payload, size_t size);

// Turns and mirrors a stored picture so that it stands upright; 1 and numbers outside 2..8 change nothing.
Status apply_orientation(int orientation, Image* image);

} // namespace pinhole
