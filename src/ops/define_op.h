// SPDX-License-Identifier: Apache-2.0
// The part of a contract that every layer states.
#pragma once

#include "ops/options.h"
#include "ops/shape_rules.h"

namespace pinhole {

using InferShape = Status (*)(ShapeQuery*);
using RowWindow = RowRange (*)(const ShapeQuery&, int32_t input, RowRange out);

// infer_shape of a layer without parameters, after the checks that hold for every input.
template <const OptionTable& table, InferShape infer> Status infer_checked(ShapeQuery* query) {
  PINHOLE_RETURN_IF_ERROR(check_inputs(table.op, *query));
  query->n_parameters = 0;
  return infer(query);
}

// A layer with attributes from `table`, without parameters, that shares no memory and whose backward pass reads only
// d_out. Callers change the fields where theirs differs. A constant expression.
template <class Options, const OptionTable& table, InferShape infer>
constexpr OpDef define_op(OpId id, int8_t min_inputs, int8_t max_inputs, RowWindow row_window, const Kernels* cpu) {
  OpDef op = {};
  op.id = id;
  op.name = table.op;
  op.min_inputs = min_inputs;
  op.max_inputs = max_inputs;
  op.parse = parse_with<Options, table>;
  op.attributes = attributes_with<table>;
  op.infer_shape = infer_checked<table, infer>;
  op.row_window = row_window;
  op.cpu = cpu;
  return op;
}

} // namespace pinhole
