// SPDX-License-Identifier: Apache-2.0
#include "image/exif.h"

#include <cstring>

namespace pinhole {
namespace {

// A TIFF block in either byte order; reads outside of it give zero, which no valid field is.
struct Tiff {
  const uint8_t* data;
  size_t size;
  bool big_endian;

  uint32_t read(uint64_t offset, size_t count) const {
    if (offset > size || count > size - offset)
      return 0;
    uint32_t value = 0;
    for (size_t i = 0; i < count; ++i)
      value |= uint32_t{data[offset + i]} << (8 * (big_endian ? count - 1 - i : i));
    return value;
  }
};

} // namespace

int exif_orientation(const uint8_t* payload, size_t size) {
  constexpr size_t kPrefix = 6, kTiffHeader = 8, kEntry = 12;
  constexpr uint32_t kOrientationTag = 0x0112, kTypeShort = 3;
  if (size < kPrefix + kTiffHeader || std::memcmp(payload, "Exif\0\0", kPrefix) != 0)
    return 1;
  Tiff tiff = {payload + kPrefix, size - kPrefix, payload[kPrefix] == 'M'};
  if (tiff.read(0, 2) != (tiff.big_endian ? 0x4D4DU : 0x4949U) || tiff.read(2, 2) != 42)
    return 1;
  const uint64_t directory = tiff.read(4, 4);
  const uint32_t entries = tiff.read(directory, 2);
  for (uint32_t i = 0; i < entries; ++i) {
    const uint64_t entry = directory + 2 + i * kEntry;
    if (entry + kEntry > tiff.size)
      return 1;
    if (tiff.read(entry, 2) == kOrientationTag && tiff.read(entry + 2, 2) == kTypeShort) {
      const uint32_t orientation = tiff.read(entry + 8, 2);
      return orientation >= 1 && orientation <= 8 ? static_cast<int>(orientation) : 1;
    }
  }
  return 1;
}

Status apply_orientation(int orientation, Image* image) {
  if (orientation < 2 || orientation > 8)
    return {};
  // Bits of the map from an upright pixel to the stored one, after EXIF 2.3, table 6.
  const bool transposed = orientation >= 5;
  const bool mirror_x = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool mirror_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  Image upright;
  const int32_t width = transposed ? image->height : image->width;
  const int32_t height = transposed ? image->width : image->height;
  PINHOLE_RETURN_IF_ERROR(make_image(width, height, image->channels, &upright));
  for (int32_t y = 0; y < height; ++y) {
    uint8_t* out = upright.row(y);
    for (int32_t x = 0; x < width; ++x) {
      const int32_t across = transposed ? y : x, down = transposed ? x : y;
      const int32_t stored_x = mirror_x ? image->width - 1 - across : across;
      const int32_t stored_y = mirror_y ? image->height - 1 - down : down;
      const uint8_t* in = image->row(stored_y) + int64_t{stored_x} * image->channels;
      for (int32_t c = 0; c < image->channels; ++c)
        *out++ = in[c];
    }
  }
  *image = std::move(upright);
  return {};
}

} // namespace pinhole
