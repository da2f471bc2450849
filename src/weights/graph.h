// SPDX-License-Identifier: Apache-2.0
// The graph section: FlatBuffers structure, counts, texts and enumerations. After check_graph every accessor of the
// generated code is safe to call and every count is within the limits of format.h.
#pragma once

#include "base/tensor.h"
#include "weights/pinhole_generated.h"
#include "weights/sections.h"

namespace pinhole {

Status check_graph(const Sections& sections, const file::Graph** graph);

// Entries of a vector field that may be absent.
template <class T> uint32_t count_of(const flatbuffers::Vector<T>* vector) {
  return vector ? vector->size() : 0;
}

// Shape and type of a value that check_graph has seen.
Desc desc_of(const file::Value& value);

// True for values whose bytes lie in the tensor area.
inline bool is_stored(const file::Value& value) {
  return value.kind() == file::ValueKind::parameter || value.kind() == file::ValueKind::buffer;
}

} // namespace pinhole
