// SPDX-License-Identifier: Apache-2.0
#include "ops/op.h"

#include <cstring>

namespace pinhole {

#define PINHOLE_OP(id, name) extern const OpDef name##_op;
#include "ops/ops.def"
#undef PINHOLE_OP

namespace {

const OpDef* const kOps[] = {
#define PINHOLE_OP(id, name) &name##_op,
#include "ops/ops.def"
#undef PINHOLE_OP
};

} // namespace

const OpDef* find_op(OpId id) {
  for (const OpDef* op : kOps)
    if (op->id == id)
      return op;
  return nullptr;
}

const OpDef* find_op(const char* name) {
  for (const OpDef* op : kOps)
    if (std::strcmp(op->name, name) == 0)
      return op;
  return nullptr;
}

const OpDef* const* all_ops(int32_t* count) {
  *count = static_cast<int32_t>(sizeof kOps / sizeof kOps[0]);
  return kOps;
}

} // namespace pinhole
