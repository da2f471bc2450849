// SPDX-License-Identifier: Apache-2.0
#include "board.h"

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <ctime>

namespace firmware {
namespace {

constexpr size_t kBankBytes = size_t{2} << 20;
alignas(64) unsigned char banks[3][kBankBytes];

unsigned char* bytes_of(Bank bank) {
  return banks[static_cast<int>(bank)];
}

} // namespace

pinhole_status failure(pinhole_code code, const char* format, ...) {
  pinhole_status status = {};
  status.code = code;
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(status.text, sizeof status.text, format, arguments);
  va_end(arguments);
  return status;
}

pinhole_status read_weights(const char* path, Bank bank, Weights* weights) {
  std::FILE* file = std::fopen(path, "rb");
  if (!file)
    return failure(PINHOLE_IO_ERROR, "%s: %s", path, std::strerror(errno));
  const size_t bytes = std::fread(bytes_of(bank), 1, kBankBytes, file);
  const bool whole = std::fgetc(file) == EOF, failed = std::ferror(file) != 0;
  std::fclose(file);
  if (failed)
    return failure(PINHOLE_IO_ERROR, "%s cannot be read", path);
  if (!whole)
    return failure(PINHOLE_TOO_LITTLE_MEMORY, "%s is larger than the %zu bytes kept for weights: raise kBankBytes",
                   path, kBankBytes);
  *weights = {bytes_of(bank), bytes};
  return {};
}

Weights copy_weights(const Weights& from, Bank to) {
  std::memcpy(bytes_of(to), from.data, from.bytes);
  return {bytes_of(to), from.bytes};
}

pinhole_frame make_frame(unsigned char* data, int32_t width, int32_t height, int32_t bytes_per_pixel) {
  pinhole_frame frame = {};
  frame.format = bytes_per_pixel == 1 ? PINHOLE_GRAY8 : PINHOLE_RGB24;
  frame.width = width;
  frame.height = height;
  frame.plane[0] = data;
  frame.pitch[0] = static_cast<size_t>(width) * static_cast<size_t>(bytes_per_pixel);
  return frame;
}

int32_t bytes_per_pixel(const pinhole_frame& frame) {
  return frame.format == PINHOLE_GRAY8 ? 1 : 3;
}

double now_seconds() {
  timespec time = {};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

} // namespace firmware
