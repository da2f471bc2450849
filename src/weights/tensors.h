// SPDX-License-Identifier: Apache-2.0
// The tensor area: where each stored value lies, its checksum and its numbers.
#pragma once

#include "weights/graph.h"

namespace pinhole {

// Checks every stored value of a graph that check_graph has passed: byte size as its shape says, offset a multiple of
// 64, in value order without overlap, inside the area, checksum right, all floats finite, every byte between and after
// the tensors zero.
Status check_tensors(const Sections& sections, const file::Graph& graph);

} // namespace pinhole
