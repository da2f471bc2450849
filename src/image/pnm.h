// SPDX-License-Identifier: Apache-2.0
// PGM and PPM: P2, P3 (text) and P5, P6 (binary), 8 and 16 bit.
#pragma once

#include "image/image.h"

namespace pinhole {

// As decode_image. Values are scaled from 0..maxval to 0..255 with rounding; a value over maxval is an error.
// What follows the first picture in the file is ignored.
Status decode_pnm(const void* bytes, size_t size, Image* image, const ImageLimits& limits = {});

// *bytes becomes a binary PGM (1 channel) or PPM (3 channels).
void encode_pnm(const Image& image, std::vector<uint8_t>* bytes);

} // namespace pinhole
