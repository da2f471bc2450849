// SPDX-License-Identifier: Apache-2.0
// {n, 1, 1, height*width*channels} -> {n, height, width, channels}, in the order of memory: H, W, C.
#include "ops/reshape.h"
#include "ops/shape_rules.h"

namespace pinhole {

namespace {

struct UnflattenOptions {
  int32_t height = 0, width = 0, channels = 0; // must be given
};
constexpr OptionField kFields[] = {
    {"height", false, 1, offsetof(UnflattenOptions, height), 1, 1 << 20},
    {"width", false, 1, offsetof(UnflattenOptions, width), 1, 1 << 20},
    {"channels", false, 1, offsetof(UnflattenOptions, channels), 1, 1 << 20},
};
constexpr OptionTable kTable = {"unflatten", kFields, 3};

template <class T> void forward_row(const Call& call, int32_t n, int32_t y) {
  image_row_from_vector<T>(call.in[0], call.out[0], n, y, false);
}
template <class T> void backward_row(const Call& call, int32_t n, int32_t y) {
  vector_from_image_row<T>(call.d_out[0], call.d_in[0], n, y, accumulates(call.accumulate_in, 0));
}

Status parse(const Attributes& attributes, OpOptions* options) {
  PINHOLE_RETURN_IF_ERROR((parse_with<UnflattenOptions, kTable>(attributes, options)));
  const auto& shape = options->as<UnflattenOptions>();
  if (shape.height == 0 || shape.width == 0 || shape.channels == 0)
    return error(Code::invalid_argument, "unflatten: attributes 'height', 'width' and 'channels' must be given");
  return Status();
}

Status infer_shape(ShapeQuery* query) {
  const auto& shape = query->options->as<UnflattenOptions>();
  const Desc& in = query->in[0];
  if (in.h != 1 || in.w != 1 || int64_t{shape.height} * shape.width * shape.channels != in.c)
    return error(Code::bad_shape, "unflatten: input %d x %d x %d (h, w, c) is not a vector of %d * %d * %d values",
                 in.h, in.w, in.c, shape.height, shape.width, shape.channels);
  return set_output(kTable.op, query, 0, in.n, shape.height, shape.width, shape.channels, in.dtype);
}

template <class T> constexpr Kernels kernels() {
  return {row_kernel<RowsOf::forward, forward_row<T>>(), row_kernel<RowsOf::d_out, backward_row<T>>(), {}};
}

constexpr OpDef contract(const Kernels* cpu) {
  OpDef op = define_op<UnflattenOptions, kTable, infer_shape>(OpId::unflatten, 1, 1, all_rows, cpu);
  op.sharing = Sharing::reshape;
  op.parse = parse;
  return op;
}

} // namespace

extern const Kernels unflatten_plain_f32 = kernels<float>();
extern const Kernels unflatten_plain_f64 = kernels<double>();
extern const OpDef unflatten_op = contract(&unflatten_plain_f32);

} // namespace pinhole
