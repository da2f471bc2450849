// SPDX-License-Identifier: Apache-2.0
// Shape and row-window rules that several layers share.
#pragma once

#include "ops/op.h"

namespace pinhole {

// Sets out[index] and n_out = index + 1. bad_shape, naming the layer, when a size is below 1 or above 2^31 - 1, or the
// tensor has more than 2^40 elements.
Status set_output(const char* op, ShapeQuery* query, int32_t index, int64_t n, int64_t h, int64_t w, int64_t c,
                  DType dtype);

// bad_shape unless every input has sizes of at least 1, at most 2^40 elements, and a floating-point type.
Status check_inputs(const char* op, const ShapeQuery& query);

// bad_shape unless all inputs have the first one's n, h, w (and c, if `channels`) and element type.
Status require_equal_inputs(const char* op, const ShapeQuery& query, bool channels);

// out[0] is shaped like in[0].
template <const auto& table> Status same_shape(ShapeQuery* query) {
  const Desc& in = query->in[0];
  PINHOLE_RETURN_IF_ERROR(require_equal_inputs(table.op, *query, true));
  return set_output(table.op, query, 0, in.n, in.h, in.w, in.c, in.dtype);
}

// Rows begin..end-1 cut to 0..height; {0, 0} where nothing is left or `out` is empty.
RowRange window_rows(RowRange out, int64_t begin, int64_t end, int32_t height);

// Window of a layer that works pixel by pixel, and of one that needs every row.
RowRange same_rows(const ShapeQuery& query, int32_t input, RowRange out);
RowRange all_rows(const ShapeQuery& query, int32_t input, RowRange out);

} // namespace pinhole
