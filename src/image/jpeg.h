// SPDX-License-Identifier: Apache-2.0
// JPEG by libjpeg-turbo: baseline, progressive and arithmetic, gray or colour in every subsampling.
#pragma once

#include "image/image.h"

namespace pinhole {

// As decode_image. Bytes that end before the end-of-image marker, and entropy data that is damaged, are errors that
// name the row: a picture that is part gray filler must not pass for a frame. CMYK is refused.
Status decode_jpeg(const void* bytes, size_t size, Image* image, std::string* note = nullptr,
                   const ImageLimits& limits = {});

// How chroma is stored: width and height of a chroma sample in pixels are 1x1, 2x1, 1x2, 2x2, 4x1.
enum class ChromaSampling : uint8_t { s444, s422, s440, s420, s411 };

struct JpegOptions {
  int quality = 90; // 1..100, the Independent JPEG Group's scale
  ChromaSampling sampling = ChromaSampling::s420;
  bool progressive = false;
  bool arithmetic = false;
};

// *bytes becomes a complete JPEG file. Equal pictures and options give equal bytes.
// invalid_argument: quality out of range, a side over 65,500.
Status encode_jpeg(const Image& image, const JpegOptions& options, std::vector<uint8_t>* bytes);

} // namespace pinhole
