// SPDX-License-Identifier: Apache-2.0
// A vector {n, 1, 1, c} at every pixel of an image of the second input's height and width. Only that input's shape is
// used, so it gets no gradient; the vector's is the sum over all pixels.
#include "ops/channel_sums.h"
#include "ops/define_op.h"
#include "ops/rows.h"

namespace pinhole {

namespace {

constexpr OptionTable kTable = {"expand", nullptr, 0};

template <class T> void forward_row(const Call& call, int32_t n, int32_t y) {
  const View& out = call.out[0];
  for (int32_t x = 0; x < out.desc.w; ++x)
    copy_run(call.in[0].row<T>(n, 0), out.row<T>(n, y) + x * out.pixel_stride, out.desc.c, false);
}

// The sums are per image, so the row groups are those of one image; unit = image * groups + group.
Desc one_image(const Desc& desc) {
  Desc image = desc;
  image.n = 1;
  return image;
}
ChannelPartials<1> partials_of(const Call& call, int64_t image) {
  const Desc desc = one_image(call.d_out[0].desc);
  return {static_cast<double*>(call.scratch) + image * row_groups(desc).count * desc.c, desc.c};
}
size_t scratch_bytes(const Call& call) {
  const Desc& desc = call.d_out[0].desc;
  return static_cast<size_t>(desc.n) * ChannelPartials<1>::bytes(one_image(desc));
}

int64_t partial_units(const Call& call) {
  return call.d_out[0].desc.n * row_groups(one_image(call.d_out[0].desc)).count;
}
template <class T> void sum_groups(const Call& call, int64_t begin, int64_t end) {
  const View& d_out = call.d_out[0];
  const Desc image = one_image(d_out.desc);
  for (int64_t unit = begin; unit < end; ++unit) {
    const int64_t n = unit / row_groups(image).count, group = unit % row_groups(image).count;
    double* sum = partials_of(call, n).partial(group, 0);
    std::memset(sum, 0, sizeof(double) * static_cast<size_t>(image.c));
    for_rows_of_group(image, group, [&](int32_t, int32_t y) {
      for (int32_t x = 0; x < image.w; ++x) {
        const T* pixel = d_out.row<T>(static_cast<int32_t>(n), y) + x * d_out.pixel_stride;
        for (int32_t c = 0; c < image.c; ++c)
          sum[c] += static_cast<double>(pixel[c]);
      }
    });
  }
}

int64_t image_units(const Call& call) {
  return call.d_out[0].desc.n;
}
template <class T> void add_groups(const Call& call, int64_t begin, int64_t end) {
  const int64_t groups = row_groups(one_image(call.d_out[0].desc)).count;
  for (int64_t n = begin; n < end; ++n) {
    const ChannelPartials<1> partials = partials_of(call, n);
    write_run(call.d_in[0].row<T>(static_cast<int32_t>(n), 0), partials.channels, accumulates(call.accumulate_in, 0),
              [&](int64_t c) { return static_cast<T>(partials.total(groups, 0, static_cast<int32_t>(c))); });
  }
}

Status infer_shape(ShapeQuery* query) {
  const Desc &vector = query->in[0], &like = query->in[1];
  if (vector.h != 1 || vector.w != 1)
    return error(Code::bad_shape, "expand: input 0 must be a vector, but is %d by %d pixels", vector.h, vector.w);
  if (vector.n != like.n)
    return error(Code::bad_shape, "expand: %d vectors for %d images", vector.n, like.n);
  return set_output(kTable.op, query, 0, vector.n, like.h, like.w, vector.c, vector.dtype);
}

RowRange row_window(const ShapeQuery&, int32_t input, RowRange out) {
  return window_rows(out, 0, input == 0 ? 1 : 0, 1);
}

template <class T> constexpr Kernels kernels() {
  Kernels kernels = {};
  kernels.forward = row_kernel<RowsOf::forward, forward_row<T>>();
  kernels.backward_data.phase[0] = {partial_units, sum_groups<T>};
  kernels.backward_data.phase[1] = {image_units, add_groups<T>};
  kernels.backward_data.scratch_bytes = scratch_bytes;
  return kernels;
}

constexpr OpDef contract(const Kernels* cpu) {
  OpDef op = define_op<NoOptions, kTable, infer_shape>(OpId::expand, 2, 2, row_window, cpu);
  op.no_gradient_in = 1 << 1;
  return op;
}

} // namespace

extern const Kernels expand_plain_f32 = kernels<float>();
extern const Kernels expand_plain_f64 = kernels<double>();
extern const OpDef expand_op = contract(&expand_plain_f32);

} // namespace pinhole
