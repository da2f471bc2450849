// SPDX-License-Identifier: Apache-2.0
#include "train/fitted_image.h"

#include "base/crc32c.h"
#include "base/tensor.h"
#include "engine/fit_frame.h"

#include <cstdio>
#include <cstdlib>

namespace pinhole {
namespace {

const char* const kMark = "trained on or beside frames of checksum:";

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

std::string trained_frames_text(const std::vector<uint32_t>& checksums) {
  std::string text = kMark;
  for (const uint32_t checksum : checksums) {
    char number[16];
    std::snprintf(number, sizeof number, " %08x", checksum);
    text += number;
  }
  return text;
}

std::vector<uint32_t> trained_frames(const std::string& note) {
  std::vector<uint32_t> checksums;
  const size_t mark = note.find(kMark);
  if (mark == std::string::npos)
    return checksums;
  const char* at = note.c_str() + mark + std::string(kMark).size();
  for (char* end = nullptr;; at = end) {
    const unsigned long number = std::strtoul(at, &end, 16);
    if (end == at)
      return checksums;
    checksums.push_back(static_cast<uint32_t>(number));
  }
}

} // namespace pinhole
