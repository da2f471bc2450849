// SPDX-License-Identifier: Apache-2.0
#include "train/fitted_image.h"

#include "base/crc32c.h"
#include "base/tensor.h"
#include "engine/fit_frame.h"
#include "train/packed_numbers.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace pinhole {
namespace {

constexpr char kMark[] = "trained on or beside frames of packed checksums ";
constexpr char kOldMark[] = "trained on or beside frames of checksum:"; // hexadecimal, nine letters each

} // namespace

pinhole_frame frame_of(const Image& image) {
  pinhole_frame frame = {};
  frame.format = image.channels == 1 ? PINHOLE_GRAY8 : PINHOLE_RGB24;
  frame.width = image.width;
  frame.height = image.height;
  frame.plane[0] = const_cast<uint8_t*>(image.pixels.data()); // the type serves outputs too
  frame.pitch[0] = static_cast<size_t>(image.width) * static_cast<size_t>(image.channels);
  return frame;
}

Status fit_image(const Image& image, int32_t height, int32_t width, int32_t channels, Image* fitted) {
  FloatImage small;
  PINHOLE_RETURN_IF_ERROR(make_image(width, height, channels, &small));
  fit_frame(frame_of(image), dense_view({1, height, width, channels, DType::f32}, small.pixels.data()), 1, 0);
  *fitted = to_bytes(small);
  return {};
}

uint32_t frame_checksum(const Image& fitted) {
  return crc32c(fitted.pixels.data(), fitted.pixels.size());
}

std::string trained_frames_text(std::vector<uint32_t> checksums) {
  std::sort(checksums.begin(), checksums.end());
  checksums.erase(std::unique(checksums.begin(), checksums.end()), checksums.end());
  return kMark + pack_ascending(checksums);
}

std::vector<uint32_t> trained_frames(const std::string& note) {
  std::vector<uint32_t> checksums;
  if (size_t mark = note.find(kMark); mark != std::string::npos) {
    mark += std::strlen(kMark);
    const std::string packed = note.substr(mark, note.find(';', mark) - mark);
    (void)unpack_ascending(packed, &checksums); // the file's own checks keep the note whole
    return checksums;
  }
  const size_t mark = note.find(kOldMark);
  if (mark == std::string::npos)
    return checksums;
  const char* at = note.c_str() + mark + std::strlen(kOldMark);
  for (char* end = nullptr;; at = end) {
    const unsigned long number = std::strtoul(at, &end, 16);
    if (end == at)
      break;
    checksums.push_back(static_cast<uint32_t>(number));
  }
  std::sort(checksums.begin(), checksums.end());
  return checksums;
}

} // namespace pinhole
