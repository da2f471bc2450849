// SPDX-License-Identifier: Apache-2.0
// The fixed part of a .pinhole file and the limits that every file keeps; weights/README.md describes them for people.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pinhole {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "weights files are read in place and are little endian");

constexpr char kMagic[8] = {'P', 'I', 'N', 'H', 'O', 'L', 'E', '\n'};
constexpr uint32_t kFormatVersion = 1;
constexpr size_t kFileAlignment = 64; // of the file in memory, the graph, the tensor area and every tensor

struct FileHeader {
  char magic[8];
  uint32_t version, header_bytes;
  uint64_t file_bytes;
  uint64_t graph_offset, graph_bytes;
  uint64_t tensors_offset; // of the tensor area
  uint32_t graph_crc;      // CRC-32C of the graph's bytes
  uint32_t reserved[2];    // zero
  uint32_t header_crc;     // CRC-32C of the bytes before it
};
static_assert(sizeof(FileHeader) == 64 && offsetof(FileHeader, header_crc) == 60, "the header is 64 bytes");

constexpr uint64_t kMaxGraphBytes = uint64_t{16} << 20;
constexpr uint32_t kMaxValues = 4096, kMaxNodes = 4096, kMaxEntries = 64, kMaxEntryValues = 16;
constexpr uint32_t kMaxAttributes = 16, kMaxAttributeNumbers = 64;
constexpr uint32_t kMaxNameBytes = 128;      // printable ASCII
constexpr uint32_t kMaxTextBytes = 1u << 20; // each text of the provenance
constexpr int32_t kMaxExtent = 1 << 24;      // of each of a shape's four numbers
constexpr int64_t kMaxElements = INT32_MAX;  // of one tensor
constexpr int32_t kMaxFrameExtent = 1 << 16; // of a fixed frame size

} // namespace pinhole
