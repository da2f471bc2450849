// SPDX-License-Identifier: Apache-2.0
// The part of a contract that every layer states.
#pragma once

#include "ops/options.h"

namespace pinhole {

// A layer with attributes from `table`, without parameters, that shares no memory and whose backward pass reads only
// d_out. Callers change the fields where theirs differs. A constant expression.
template <class Options, const OptionTable& table>
constexpr OpDef define_op(OpId id, int8_t min_inputs, int8_t max_inputs, Status (*infer_shape)(ShapeQuery*),
                          RowRange (*row_window)(const ShapeQuery&, int32_t, RowRange), const Kernels* cpu) {
  OpDef op = {};
  op.id = id;
  op.name = table.op;
  op.min_inputs = min_inputs;
  op.max_inputs = max_inputs;
  op.parse = parse_with<Options, table>;
  op.attributes = attributes_with<table>;
  op.infer_shape = infer_shape;
  op.row_window = row_window;
  op.cpu = cpu;
  return op;
}

} // namespace pinhole
