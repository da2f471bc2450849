// SPDX-License-Identifier: Apache-2.0
// A set of values of one Model as bits on the stack.
#pragma once

#include "model/check_model.h"

namespace pinhole {

class ValueSet {
public:
  bool has(ValueId id) const { return (words_[id / 64] >> (id % 64)) & 1; }
  void insert(ValueId id) { words_[id / 64] |= uint64_t{1} << (id % 64); }

private:
  uint64_t words_[kMaxModelValues / 64] = {};
};

} // namespace pinhole
