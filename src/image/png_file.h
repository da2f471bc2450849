// SPDX-License-Identifier: Apache-2.0
// PNG by libpng. Not called png.h, which is libpng's own header.
#pragma once

#include "image/image.h"

namespace pinhole {

// As decode_image: every bit depth, palette and interlacing; 16 bits are scaled to 8, transparency is laid over black
// (and noted). Gamma and colour profiles are ignored.
Status decode_png(const void* bytes, size_t size, Image* image, std::string* note = nullptr,
                  const ImageLimits& limits = {});

// *bytes becomes a complete 8-bit PNG file without a time stamp: equal pictures give equal bytes.
Status encode_png(const Image& image, std::vector<uint8_t>* bytes);

} // namespace pinhole
