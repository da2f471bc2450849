// SPDX-License-Identifier: Apache-2.0
// The parts of a weights file: header, graph, tensor area.
#pragma once

#include "base/status.h"

#include <cstddef>
#include <cstdint>

namespace pinhole {

// Where the parts lie in memory.
struct Sections {
  const unsigned char* graph;
  size_t graph_bytes;
  const unsigned char* tensors; // the tensor area, up to the end of the file
  size_t tensors_bytes;
};

// Checks alignment, length, every header field, the checksums of header and graph, and the padding between the graph
// and the tensor area. What lies inside graph and tensor area is for others to check.
Status open_sections(const void* file, size_t bytes, Sections* sections);

// True when all `bytes` bytes at `data` are zero.
bool all_zero(const unsigned char* data, size_t bytes);

} // namespace pinhole
