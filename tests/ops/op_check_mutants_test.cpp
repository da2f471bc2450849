// SPDX-License-Identifier: Apache-2.0
// Proof that op_check can fail: a small correct layer passes, and each deliberately broken copy of it is caught by the
// check that is meant to catch it.
#include "ops/op_check.h"
#include "ops/options.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pinhole::test {
namespace {

enum class Defect {
  none,
  data_gradient_sign,
  weight_gradient_sign,
  last_element_unassigned,
  reads_outside_window,
  writes_gap,
  writes_past_scratch,
  data_gradient_adds,
  weight_gradient_assigns,
  depends_on_split,
  differs_each_time,
  ignores_rows,
  ignores_ring,
  trusts_scratch,
  reads_undeclared,
  inexact_simd,
  not_in_place,
  accepts_empty_shape,
  accepts_unknown_key,
  unhelpful_refusal,
  lossy_attributes,
  changes_parameter,
};

struct SmoothOptions {
  float scale = 1;
  int32_t flip = 0; // exchanges the upper and the lower weight
};

constexpr OptionField kFields[] = {{"scale", true, 1, offsetof(SmoothOptions, scale), -8, 8},
                                   {"flip", false, 1, offsetof(SmoothOptions, flip), 0, 1}};
constexpr OptionTable kTable = {"smooth", kFields, 2};

// out(y) = scale * (w0 in(y-1) + w1 in(y) + w2 in(y+1)), rows outside the image being 0. A unit is a row of an image.
template <Defect defect> struct Smooth {
  static constexpr bool is(Defect d) { return defect == d; }

  static Status parse(const Attributes& attributes, OpOptions* options) {
    const Status status = parse_with<SmoothOptions, kTable>(attributes, options);
    return is(Defect::accepts_unknown_key) ? Status() : status;
  }

  static Status attributes(const OpOptions& options, Arena* arena, Attributes* attributes) {
    PINHOLE_RETURN_IF_ERROR(attributes_with<kTable>(options, arena, attributes));
    if (is(Defect::lossy_attributes))
      attributes->size = 1;
    return Status();
  }

  static Status infer_shape(ShapeQuery* query) {
    const Desc& in = query->in[0];
    const bool empty = in.n < 1 || in.h < 1 || in.w < 1 || in.c < 1;
    if (is(Defect::unhelpful_refusal) && empty)
      return error(Code::bad_shape, "wrong shape");
    int64_t elements = 0;
    const bool fits = !empty && checked_mul(int64_t{in.n} * in.h, int64_t{in.w} * in.c, &elements);
    if (!fits && !(is(Defect::accepts_empty_shape) && empty))
      return error(Code::bad_shape, "smooth: %d x %d x %d x %d is no shape", in.n, in.h, in.w, in.c);
    query->n_out = query->n_parameters = 1;
    query->out[0] = in;
    query->parameter[0] = {1, 1, 1, 3, in.dtype};
    return Status();
  }

  static ParameterInfo parameter_info(const ShapeQuery&, int32_t) { return {"weight", true, 0, 3}; }

  static RowRange row_window(const ShapeQuery& query, int32_t, RowRange out) {
    return {max_of(out.begin - 1, 0), min_of(out.end + 1, query.in[0].h)};
  }

  template <class T> static T weight(const Call& call, int tap) {
    const SmoothOptions& options = call.options->as<SmoothOptions>();
    return static_cast<T>(options.scale) * call.parameter[0].base<T>()[options.flip ? 2 - tap : tap];
  }

  template <class T> static T at(const View& view, int32_t n, int32_t y, int64_t offset) {
    if (y < 0 || y >= view.desc.h)
      return 0;
    const int32_t wrong = is(Defect::ignores_ring) && view.ring_rows > 1 ? 1 : 0;
    return view.row<T>(n, y + wrong)[offset];
  }

  template <class T>
  static T smoothed(const Call& call, const View& in, bool adjoint, int32_t n, int32_t y, int64_t at_x) {
    T sum = 0;
    for (int tap = 0; tap < 3; ++tap)
      sum = std::fma(weight<T>(call, tap), at<T>(in, n, adjoint ? y + 1 - tap : y - 1 + tap, at_x), sum);
    return sum;
  }

  template <class T> static void forward(const Call& call, int64_t begin, int64_t end) {
    static int calls = 0;
    ++calls;
    const View &in = call.in[0], &out = call.out[0];
    const Desc& d = out.desc;
    const RowRange rows = is(Defect::ignores_rows) ? RowRange{0, d.h} : call.rows;
    for (int64_t unit = begin; unit < end; ++unit) {
      const auto n = static_cast<int32_t>(unit / rows.count());
      const auto y = static_cast<int32_t>(rows.begin + unit % rows.count());
      for (int32_t x = 0; x < d.w; ++x)
        for (int32_t c = 0; c < d.c; ++c) {
          if (is(Defect::last_element_unassigned) && unit == int64_t{d.n} * d.h - 1 && x == d.w - 1 && c == d.c - 1)
            continue;
          T sum = smoothed<T>(call, in, false, n, y, x * in.pixel_stride + c);
          if (is(Defect::reads_outside_window))
            sum += T(0) * at<T>(in, n, y + 2, x * in.pixel_stride + c);
          if (is(Defect::depends_on_split) && unit == begin && begin > 0)
            sum = std::nextafter(sum, T(9));
          if (is(Defect::differs_each_time) && calls % 2 == 0)
            sum = std::nextafter(sum, T(9));
          if (is(Defect::trusts_scratch))
            sum += static_cast<T*>(call.scratch)[0];
          if (is(Defect::inexact_simd) && sizeof(T) == 4)
            sum *= T(1.00002);
          out.row<T>(n, y)[x * out.pixel_stride + c] = sum;
        }
      if (is(Defect::writes_gap) && out.pixel_stride > d.c)
        out.row<T>(n, y)[d.c] = 0;
    }
    if (is(Defect::writes_past_scratch))
      static_cast<char*>(call.scratch)[8] = 1;
    if (is(Defect::changes_parameter))
      call.parameter[0].base<T>()[0] += T(1);
  }

  template <class T> static void backward_data(const Call& call, int64_t begin, int64_t end) {
    const View &d_out = call.d_out[0], &d_in = call.d_in[0];
    const Desc& d = d_in.desc;
    for (int64_t unit = begin; unit < end; ++unit) {
      const auto n = static_cast<int32_t>(unit / d.h), y = static_cast<int32_t>(unit % d.h);
      for (int32_t x = 0; x < d.w; ++x)
        for (int32_t c = 0; c < d.c; ++c) {
          T sum = smoothed<T>(call, d_out, true, n, y, x * d_out.pixel_stride + c);
          if (is(Defect::data_gradient_sign))
            sum = -sum;
          if (is(Defect::reads_undeclared))
            sum += T(0) * (call.in[0].data ? call.in[0].row<T>(n, y)[x * call.in[0].pixel_stride + c] : T(0));
          T& gradient = d_in.row<T>(n, y)[x * d_in.pixel_stride + c];
          gradient = call.accumulate_in & 1 || is(Defect::data_gradient_adds) ? gradient + sum : sum;
        }
    }
  }

  template <class T> static void backward_weights(const Call& call, int64_t begin, int64_t end) {
    const View &d_out = call.d_out[0], &in = call.in[0];
    const SmoothOptions& options = call.options->as<SmoothOptions>();
    for (int64_t tap = begin; tap < end; ++tap) {
      T sum = 0;
      for (int32_t n = 0; n < in.desc.n; ++n)
        for (int32_t y = 0; y < in.desc.h; ++y)
          for (int32_t x = 0; x < in.desc.w; ++x)
            for (int32_t c = 0; c < in.desc.c; ++c)
              sum = std::fma(d_out.row<T>(n, y)[x * d_out.pixel_stride + c],
                             at<T>(in, n, y - 1 + static_cast<int32_t>(tap), x * in.pixel_stride + c), sum);
      sum *= static_cast<T>(is(Defect::weight_gradient_sign) ? -options.scale : options.scale);
      T& gradient = call.d_parameter[0].base<T>()[options.flip ? 2 - tap : tap];
      const bool adds = (call.accumulate_parameter & 1) != 0 && !is(Defect::weight_gradient_assigns);
      gradient = adds ? gradient + sum : sum;
    }
  }

  template <class T> static constexpr Kernels kernels() {
    Kernels kernels;
    kernels.forward.phase[0].units = [](const Call& call) -> int64_t {
      return int64_t{call.out[0].desc.n} * (is(Defect::ignores_rows) ? call.out[0].desc.h : call.rows.count());
    };
    kernels.forward.phase[0].run = forward<T>;
    kernels.forward.scratch_bytes = [](const Call&) -> size_t { return 8; };
    kernels.backward_data.phase[0].units = [](const Call& call) -> int64_t {
      return int64_t{call.d_in[0].desc.n} * call.d_in[0].desc.h;
    };
    kernels.backward_data.phase[0].run = backward_data<T>;
    kernels.backward_weights.phase[0].units = [](const Call&) -> int64_t { return 3; };
    kernels.backward_weights.phase[0].run = backward_weights<T>;
    return kernels;
  }

  static std::vector<std::string> check() {
    static constexpr Kernels kF32 = kernels<float>(), kF64 = kernels<double>();
    OpDef op = {};
    op.name = "smooth";
    op.min_inputs = op.max_inputs = 1;
    op.sharing = is(Defect::not_in_place) ? Sharing::in_place : Sharing::none;
    op.weights_needs = kNeedsInput;
    op.parse = parse;
    op.attributes = attributes;
    op.infer_shape = infer_shape;
    op.parameter_info = parameter_info;
    op.row_window = row_window;
    op.cpu = &kF32;
    const OpCase op_case{"smooth", "odd", {{"scale", {}, {1.5f}}, {"flip", {1}, {}}}, {{2, 7, 5, 3, DType::f32}}};
    return op_check({&op, &kF32, &kF64}, op_case);
  }
};

// Passes when some fault has `expected` in it.
template <Defect defect> void expect_caught(const char* expected) {
  const std::vector<std::string> faults = Smooth<defect>::check();
  std::string all;
  for (const std::string& fault : faults)
    all += fault + "\n";
  EXPECT_NE(all.find(expected), std::string::npos) << "expected '" << expected << "' in:\n" << all;
}

TEST(OpCheckMutants, CorrectLayerPasses) {
  for (const std::string& fault : Smooth<Defect::none>::check())
    ADD_FAILURE() << fault;
}

TEST(OpCheckMutants, Numbers) {
  expect_caught<Defect::data_gradient_sign>("derivative: d_in[0]");
  expect_caught<Defect::weight_gradient_sign>("derivative: d_parameter[0]");
  expect_caught<Defect::inexact_simd>("forward[0]: error 2.01e-05, at most 1e-05");
  expect_caught<Defect::last_element_unassigned>("forward[0]: error inf");
  expect_caught<Defect::data_gradient_adds>("d_in[0]: error inf");
  expect_caught<Defect::weight_gradient_assigns>("accumulate: gradient 0");
}

TEST(OpCheckMutants, Memory) {
  expect_caught<Defect::reads_outside_window>("rows: forward[0]: other bytes, error inf");
  expect_caught<Defect::writes_gap>("wrote into a gap");
  expect_caught<Defect::trusts_scratch>("forward[0]: error inf");
  expect_caught<Defect::reads_undeclared>("NaN for what is not needed: d_in[0]: other bytes");
  expect_caught<Defect::ignores_rows>("wrote rows of out[0] outside");
  expect_caught<Defect::ignores_ring>("in rings: forward[0]: other bytes");
  expect_caught<Defect::not_in_place>("in place: forward[0]: other bytes");
  expect_caught<Defect::changes_parameter>("changed learned parameter 0");
}

// Under AddressSanitizer this write ends the program, as it should.
TEST(OpCheckMutants, ScratchIsGuarded) {
#if defined(__SANITIZE_ADDRESS__)
  EXPECT_DEATH(expect_caught<Defect::writes_past_scratch>(""), "use-after-poison");
#else
  expect_caught<Defect::writes_past_scratch>("past the end of its scratch");
#endif
}

TEST(OpCheckMutants, Determinism) {
  expect_caught<Defect::depends_on_split>("units one by one backwards: forward[0]: other bytes");
  expect_caught<Defect::differs_each_time>("a second time: forward[0]: other bytes");
}

TEST(OpCheckMutants, Refusals) {
  expect_caught<Defect::accepts_empty_shape>("accepted: in[0] {0,7,5,3} f32");
  expect_caught<Defect::accepts_unknown_key>("accepted: an unknown key");
  expect_caught<Defect::unhelpful_refusal>("without naming smooth: 'wrong shape'");
  expect_caught<Defect::lossy_attributes>("attributes: other options after a round trip");
}

} // namespace
} // namespace pinhole::test
