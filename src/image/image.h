// SPDX-License-Identifier: Apache-2.0
// Pictures in memory, and the files that they come from. This component may allocate and use the standard library;
// nothing of the core includes it.
#pragma once

#include "base/status.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace pinhole {

// height rows of width pixels of `channels` values, top to bottom, without gaps. Owns its pixels.
template <class T> struct BasicImage {
  int32_t width = 0, height = 0;
  int32_t channels = 0;  // 1: gray; 3: red, green, blue
  std::vector<T> pixels; // height * width * channels values

  T* row(int32_t y) { return pixels.data() + int64_t{y} * width * channels; }
  const T* row(int32_t y) const { return pixels.data() + int64_t{y} * width * channels; }
  bool same_shape(const BasicImage& other) const {
    return width == other.width && height == other.height && channels == other.channels;
  }
};
using Image = BasicImage<uint8_t>;    // 0..255, as stored in files (no gamma is applied or removed)
using FloatImage = BasicImage<float>; // any range; every call states its own

// An all-zero image. Sizes must be positive and channels 1 or 3; too_little_memory when the machine has not enough.
Status make_image(int32_t width, int32_t height, int32_t channels, Image* image);
Status make_image(int32_t width, int32_t height, int32_t channels, FloatImage* image);

// Value by value, 0..255 -> 0.0..255.0.
FloatImage to_float(const Image& image);
// Clipped to 0..255 and rounded to the nearest integer (a tie goes to the even one; NaN becomes 0).
Image to_bytes(const FloatImage& image);

// What a file may ask for. Checked against its header, before anything of that size is allocated.
struct ImageLimits {
  int64_t max_pixels = int64_t{64} << 20;
  int64_t max_file_bytes = int64_t{512} << 20;
};

// Reads a JPEG, PNG, PGM or PPM; the content decides which, never the name. Gray files give 1 channel, all others 3.
// 16-bit samples are scaled to 8 bits, transparency is laid over black, an EXIF orientation is applied.
// *note, where wanted, gets what a person may want to know although the picture is usable ("" most of the time).
// io_error: cannot be read. bad_file: damaged, cut short, over a limit or no such format; *image is then unchanged.
Status load_image(const std::string& path, Image* image, std::string* note = nullptr, const ImageLimits& limits = {});
// The same for a file that is already in memory.
Status decode_image(const void* bytes, size_t size, Image* image, std::string* note = nullptr,
                    const ImageLimits& limits = {});

// Writes the format that the name ends in (.png .jpg .jpeg .pgm .ppm, any case); JPEG with 4:4:4 colour.
// The file appears complete or not at all. invalid_argument: another ending, or a colour picture into .pgm.
Status save_image(const std::string& path, const Image& image, int jpeg_quality = 95);

} // namespace pinhole
