// SPDX-License-Identifier: Apache-2.0
// Takes files apart and puts them together with right checksums, so that tests and the fuzzer get past those to the
// checks behind them.
#pragma once

#include "weights/format.h"
#include "weights/pinhole_generated.h"

#include <cstdint>
#include <vector>

namespace pinhole::testing {

struct FileParts {
  file::GraphT graph;
  std::vector<uint8_t> tensors;
};

// Of a file that write_model made.
FileParts take_apart(const std::vector<uint8_t>& bytes);

// The file of these parts. Tensors that lie within the area get their checksum; everything else is as given.
std::vector<uint8_t> put_together(const FileParts& parts);

// Makes the header fit a file of `size` bytes: identity, length and a tensor area behind a graph of the length stated
// (as much of it as fits). `size` is at least 64.
void repair_geometry(uint8_t* bytes, size_t size);

// Recomputes every checksum of a file whose header states parts that lie inside it: of tensors (if the graph is a valid
// FlatBuffer), graph and header. `bytes` is at a multiple of 64.
void reseal(uint8_t* bytes, size_t size);

} // namespace pinhole::testing
