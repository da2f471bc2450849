// SPDX-License-Identifier: Apache-2.0
// File bytes -> checked Model. Every byte is hostile until its checksum and every number its range is proven.
//
//   offset 0   char magic[8] "PINHOLE\n"
//          8   u32 version (1)      12 u32 header bytes (64)
//         16   u64 file bytes       24 u64 graph offset (64)   32 u64 graph bytes
//         40   u64 tensor area offset (multiple of 64)
//         48   u32 CRC32C of the graph bytes
//         52   u32 zero            56 u32 zero
//         60   u32 CRC32C of bytes 0..59
//   then the FlatBuffers graph, zero padding to 64, and the tensor area: each tensor at a multiple of 64, zero padding
//   between, so that every byte of the file is covered by a checksum or must be zero. Little endian throughout.
#pragma once

#include "base/arena.h"
#include "base/status.h"
#include "model/model.h"

namespace pinhole {

// Bytes of setup memory that read_model takes for this file. `file` must be 64-byte aligned (a mapping is) and is only
// read.
Status measure_model(const void* file, size_t bytes, size_t* setup_bytes);

// What a plan must know of a file before it is read.
struct ModelCounts {
  int32_t values, nodes;
};
Status count_model(const void* file, size_t bytes, ModelCounts* counts);

// Builds the Model in `setup`. Strings and parameter bytes point into `file`, which must stay mapped. Checks: header,
// length, checksums, padding, FlatBuffers structure, counts, names unique, indices in range, nodes in order, attributes
// known, parameter shapes as the layers state them, every value a finite number. Errors name the part and the reason.
Status read_model(const void* file, size_t bytes, Arena* setup, Model* model);

} // namespace pinhole
