// SPDX-License-Identifier: Apache-2.0
// The largest value of each window, per channel; outside the image lies minus infinity. A NaN in the window wins.
// In training out[1] holds where it was found: y * w + x in the input, the first one in scan order as in PyTorch.
#include "ops/define_op.h"
#include "ops/rows.h"

namespace pinhole {

namespace {

// Pairs are (vertical, horizontal); padding is (top, left, bottom, right), each less than the kernel.
struct PoolOptions {
  int32_t kernel[2] = {2, 2};
  int32_t stride[2] = {0, 0}; // the kernel's size unless given
  int32_t padding[4] = {0, 0, 0, 0};
};
constexpr OptionField kFields[] = {
    {"kernel", false, 2, offsetof(PoolOptions, kernel), 1, 64},
    {"stride", false, 2, offsetof(PoolOptions, stride), 1, 64},
    {"padding", false, 4, offsetof(PoolOptions, padding), 0, 63},
};
constexpr OptionTable kTable = {"max_pool2d", kFields, 3};

// Inputs under the window of output `out`, or (reversed) outputs whose window covers input `in`, on one axis.
RowRange window_of(const PoolOptions& options, int axis, int64_t out, int32_t extent) {
  const int64_t begin = out * options.stride[axis] - options.padding[axis];
  return window_rows({0, 1}, begin, begin + options.kernel[axis], extent);
}
RowRange windows_over(const PoolOptions& options, int axis, int64_t in, int32_t extent) {
  const int64_t stride = options.stride[axis], from_start = in + options.padding[axis];
  const int64_t first = max_of<int64_t>(from_start - options.kernel[axis] + 1, 0);
  return window_rows({0, 1}, ceil_div(first, stride), from_start / stride + 1, extent);
}

// One pixel of a window against the best so far. `positions` is null in inference.
template <class T>
void take_larger(const T* candidate, int32_t position, int32_t channels, T* best, int32_t* positions) {
  if (positions) {
    for (int32_t c = 0; c < channels; ++c) {
      const bool larger = candidate[c] > best[c] || candidate[c] != candidate[c];
      best[c] = larger ? candidate[c] : best[c];
      positions[c] = larger ? position : positions[c];
    }
  } else {
    for (int32_t c = 0; c < channels; ++c)
      best[c] = candidate[c] > best[c] || candidate[c] != candidate[c] ? candidate[c] : best[c];
  }
}

template <class T> void forward_row(const Call& call, int32_t n, int32_t y) {
  const auto& options = call.options->as<PoolOptions>();
  const View &in = call.in[0], &out = call.out[0];
  const RowRange rows = window_of(options, 0, y, in.desc.h);
  for (int32_t x = 0; x < out.desc.w; ++x) {
    const RowRange columns = window_of(options, 1, x, in.desc.w);
    T* best = out.row<T>(n, y) + x * out.pixel_stride;
    int32_t* positions = call.training ? call.out[1].row<int32_t>(n, y) + x * call.out[1].pixel_stride : nullptr;
    std::memcpy(best, in.row<T>(n, rows.begin) + columns.begin * in.pixel_stride,
                sizeof(T) * static_cast<size_t>(in.desc.c));
    for (int32_t c = 0; positions && c < in.desc.c; ++c)
      positions[c] = rows.begin * in.desc.w + columns.begin;
    for (int32_t iy = rows.begin; iy < rows.end; ++iy)
      for (int32_t ix = columns.begin; ix < columns.end; ++ix)
        take_larger(in.row<T>(n, iy) + ix * in.pixel_stride, iy * in.desc.w + ix, in.desc.c, best, positions);
  }
}

// Each input pixel gathers from the windows over it, in scan order, so no two units write one element.
template <class T> void backward_row(const Call& call, int32_t n, int32_t y) {
  const auto& options = call.options->as<PoolOptions>();
  const View &d_in = call.d_in[0], &d_out = call.d_out[0], &positions = call.out[1];
  const RowRange rows = windows_over(options, 0, y, d_out.desc.h);
  for (int32_t x = 0; x < d_in.desc.w; ++x) {
    const RowRange columns = windows_over(options, 1, x, d_out.desc.w);
    const int32_t here = y * d_in.desc.w + x;
    T* sum = d_in.row<T>(n, y) + x * d_in.pixel_stride;
    if (!accumulates(call.accumulate_in, 0))
      std::memset(sum, 0, sizeof(T) * static_cast<size_t>(d_in.desc.c));
    for (int32_t oy = rows.begin; oy < rows.end; ++oy)
      for (int32_t ox = columns.begin; ox < columns.end; ++ox) {
        const T* gradient = d_out.row<T>(n, oy) + ox * d_out.pixel_stride;
        const int32_t* found = positions.row<int32_t>(n, oy) + ox * positions.pixel_stride;
        for (int32_t c = 0; c < d_in.desc.c; ++c)
          sum[c] += found[c] == here ? gradient[c] : T(0);
      }
  }
}

Status parse(const Attributes& attributes, OpOptions* options) {
  PINHOLE_RETURN_IF_ERROR((parse_with<PoolOptions, kTable>(attributes, options)));
  auto& pool = options->as<PoolOptions>();
  for (int axis = 0; axis < 2; ++axis) {
    if (pool.stride[axis] == 0)
      pool.stride[axis] = pool.kernel[axis];
    if (pool.padding[axis] >= pool.kernel[axis] || pool.padding[axis + 2] >= pool.kernel[axis])
      return error(Code::invalid_argument, "max_pool2d: attribute 'padding' must be less than the kernel, %d by %d",
                   pool.kernel[0], pool.kernel[1]);
  }
  return Status();
}

Status infer_shape(ShapeQuery* query) {
  const auto& options = query->options->as<PoolOptions>();
  const Desc& in = query->in[0];
  int64_t out[2] = {in.h, in.w};
  for (int axis = 0; axis < 2; ++axis) {
    const int64_t spare = out[axis] + options.padding[axis] + options.padding[axis + 2] - options.kernel[axis];
    if (spare < 0)
      return error(Code::bad_shape, "max_pool2d: kernel %d by %d is larger than the padded input of %d by %d",
                   options.kernel[0], options.kernel[1], in.h, in.w);
    out[axis] = spare / options.stride[axis] + 1;
  }
  if (int64_t{in.h} * in.w > INT32_MAX)
    return error(Code::bad_shape, "max_pool2d: input of %d by %d has too many positions for 32 bits", in.h, in.w);
  PINHOLE_RETURN_IF_ERROR(set_output(kTable.op, query, 0, in.n, out[0], out[1], in.c, in.dtype));
  return query->training ? set_output(kTable.op, query, 1, in.n, out[0], out[1], in.c, DType::i32) : Status();
}

RowRange row_window(const ShapeQuery& query, int32_t, RowRange out) {
  const auto& options = query.options->as<PoolOptions>();
  const int64_t begin = int64_t{out.begin} * options.stride[0] - options.padding[0];
  const int64_t end = (int64_t{out.end} - 1) * options.stride[0] - options.padding[0] + options.kernel[0];
  return window_rows(out, begin, end, query.in[0].h);
}

template <class T> constexpr Kernels kernels() {
  return {row_kernel<RowsOf::forward, forward_row<T>>(), row_kernel<RowsOf::d_in, backward_row<T>>(), {}};
}

constexpr OpDef contract(const Kernels* cpu) {
  OpDef op = define_op<PoolOptions, kTable, infer_shape>(OpId::max_pool2d, 1, 1, row_window, cpu);
  op.parse = parse;
  return op;
}

} // namespace

extern const Kernels max_pool2d_plain_f32 = kernels<float>();
extern const Kernels max_pool2d_plain_f64 = kernels<double>();
extern const OpDef max_pool2d_op = contract(&max_pool2d_plain_f32);

} // namespace pinhole
