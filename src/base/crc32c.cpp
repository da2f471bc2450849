// SPDX-License-Identifier: Apache-2.0
#include "base/crc32c.h"

#include <cstring>

namespace pinhole {
namespace {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "eight bytes are taken at a time, the first one lowest");

constexpr uint32_t kPolynomial = 0x82F63B78; // 0x1EDC6F41 with its bits reversed
constexpr int kSlices = 8;

// entry[k][b]: what byte b contributes when k more bytes follow it.
struct Tables {
  uint32_t entry[kSlices][256];
};

constexpr Tables make_tables() {
  Tables tables{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc >> 1) ^ ((crc & 1) ? kPolynomial : 0);
    tables.entry[0][byte] = crc;
  }
  for (int slice = 1; slice < kSlices; ++slice)
    for (int byte = 0; byte < 256; ++byte) {
      const uint32_t before = tables.entry[slice - 1][byte];
      tables.entry[slice][byte] = (before >> 8) ^ tables.entry[0][before & 0xFF];
    }
  return tables;
}

constexpr Tables kTables = make_tables();

} // namespace

uint32_t crc32c(const void* data, size_t bytes, uint32_t previous) {
  const auto* next = static_cast<const unsigned char*>(data);
  uint32_t crc = ~previous;
  for (; bytes >= kSlices; bytes -= kSlices, next += kSlices) {
    uint64_t word = 0;
    std::memcpy(&word, next, sizeof word);
    word ^= crc;
    crc = 0;
    for (int slice = 0; slice < kSlices; ++slice)
      crc ^= kTables.entry[kSlices - 1 - slice][(word >> (8 * slice)) & 0xFF];
  }
  for (; bytes > 0; --bytes, ++next)
    crc = (crc >> 8) ^ kTables.entry[0][(crc ^ *next) & 0xFF];
  return ~crc;
}

} // namespace pinhole
