// SPDX-License-Identifier: Apache-2.0
#include "ops/conv_case.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <stdexcept>

namespace pinhole::testing {

TestTensor::TestTensor(const Desc& desc, int32_t gap) {
  view = dense_view(desc, nullptr);
  view.pixel_stride = desc.c + gap;
  view.row_stride = desc.w * view.pixel_stride + 2 * gap;
  view.image_stride = desc.h * view.row_stride;
  const int64_t elements = desc.n * view.image_stride;
  memory_.resize(static_cast<size_t>(elements) * dtype_size(desc.dtype));
  view.data = memory_.data();
  for (int64_t i = 0; i < elements; ++i)
    store(i, kGuard);
  fill(std::numeric_limits<double>::quiet_NaN());
}

double TestTensor::load(int64_t index) const {
  return view.desc.dtype == DType::f64 ? reinterpret_cast<const double*>(memory_.data())[index]
                                       : reinterpret_cast<const float*>(memory_.data())[index];
}

void TestTensor::store(int64_t index, double value) {
  if (view.desc.dtype == DType::f64)
    reinterpret_cast<double*>(memory_.data())[index] = value;
  else
    reinterpret_cast<float*>(memory_.data())[index] = static_cast<float>(value);
}

template <class Visit> void TestTensor::visit(Visit&& visit_element) const {
  for (int32_t n = 0; n < view.desc.n; ++n)
    for (int32_t y = 0; y < view.desc.h; ++y)
      for (int32_t x = 0; x < view.desc.w; ++x)
        for (int32_t c = 0; c < view.desc.c; ++c)
          visit_element(n * view.image_stride + y * view.row_stride + x * view.pixel_stride + c);
}

void TestTensor::fill_random(uint32_t seed) {
  std::mt19937 engine(seed);
  std::uniform_real_distribution<float> uniform(-1.0f, 1.0f);
  visit([&](int64_t i) { store(i, uniform(engine)); });
}

void TestTensor::fill(double value) {
  visit([&](int64_t i) { store(i, value); });
}

double TestTensor::at(int32_t n, int32_t y, int32_t x, int32_t c) const {
  return load(n * view.image_stride + y * view.row_stride + x * view.pixel_stride + c);
}

std::vector<double> TestTensor::elements() const {
  std::vector<double> values;
  visit([&](int64_t i) { values.push_back(load(i)); });
  return values;
}

bool TestTensor::guards_intact() const {
  std::vector<bool> element(memory_.size() / dtype_size(view.desc.dtype));
  visit([&](int64_t i) { element[static_cast<size_t>(i)] = true; });
  for (size_t i = 0; i < element.size(); ++i)
    if (!element[i] && load(static_cast<int64_t>(i)) != kGuard)
      return false;
  return true;
}

TestTensor TestTensor::as_double() const {
  Desc desc = view.desc;
  desc.dtype = DType::f64;
  TestTensor copy(desc, 0);
  int64_t next = 0;
  visit([&](int64_t i) { copy.store(next++, load(i)); });
  return copy;
}

ConvCase::ConvCase(const OpDef* op_def, const Desc& in_desc, const OpOptions& op_options, int32_t gap, uint32_t seed)
    : op(op_def), options(op_options), in(in_desc, gap) {
  ShapeQuery query = {};
  query.options = &options;
  query.in = &in_desc;
  query.n_in = 1;
  const Status status = op->infer_shape(&query);
  if (!status.ok())
    throw std::invalid_argument(status.text);
  in.fill_random(seed);
  out = TestTensor(query.out[0], gap);
  d_in = TestTensor(in_desc, gap);
  d_out = TestTensor(query.out[0], gap);
  d_out.fill_random(seed + 1);
  for (int32_t i = 0; i < query.n_parameters; ++i) {
    parameter.emplace_back(query.parameter[i], 0);
    parameter.back().fill_random(seed + 2 + static_cast<uint32_t>(i));
    d_parameter.emplace_back(query.parameter[i], 0);
  }
}

ConvCase ConvCase::as_double() const {
  ConvCase copy;
  copy.op = op;
  copy.options = options;
  copy.in = in.as_double();
  copy.out = out.as_double();
  copy.d_in = d_in.as_double();
  copy.d_out = d_out.as_double();
  for (const TestTensor& tensor : parameter)
    copy.parameter.push_back(tensor.as_double());
  for (const TestTensor& tensor : d_parameter)
    copy.d_parameter.push_back(tensor.as_double());
  return copy;
}

Call ConvCase::call(RowRange rows) {
  parameter_views.clear();
  d_parameter_views.clear();
  for (size_t i = 0; i < parameter.size(); ++i) {
    parameter_views.push_back(parameter[i].view);
    d_parameter_views.push_back(d_parameter[i].view);
  }
  Call call;
  call.options = &options;
  call.in = &in.view;
  call.out = &out.view;
  call.d_in = &d_in.view;
  call.d_out = &d_out.view;
  call.parameter = parameter_views.data();
  call.d_parameter = d_parameter_views.data();
  call.n_in = call.n_out = 1;
  call.n_parameters = static_cast<int8_t>(parameter.size());
  call.rows = rows;
  return call;
}

namespace {

void run_phase(const Phase& phase, const Call& call, int64_t step, bool reverse) {
  if (phase.run == nullptr)
    return;
  const int64_t units = phase.units(call);
  for (int64_t done = 0; done < units;) {
    const int64_t count = std::min(step, units - done);
    const int64_t begin = reverse ? units - done - count : done;
    phase.run(call, begin, begin + count);
    done += count;
  }
}

} // namespace

std::vector<PreparedKernel::Line> PreparedKernel::lines(size_t bytes) {
  Line nan;
  std::memset(nan.byte, 0xff, sizeof nan.byte);
  return std::vector<Line>((bytes + sizeof(Line) - 1) / sizeof(Line), nan);
}

PreparedKernel::PreparedKernel(const Kernel& kernel, Call call)
    : prepared_(lines(kernel.prepared_bytes ? kernel.prepared_bytes(call) : 0)),
      scratch_(lines(kernel.scratch_bytes ? kernel.scratch_bytes(call) : 0)) {
  call.prepared = prepared_.data();
  run_phase(kernel.prepare, call, 1, true);
}

void PreparedKernel::run(const Kernel& kernel, Call call, int64_t step, bool reverse) {
  call.prepared = prepared_.data();
  call.scratch = scratch_.data();
  for (const Phase& phase : kernel.phase)
    run_phase(phase, call, step, reverse);
}

void run_kernel(const Kernel& kernel, const Call& call, int64_t step, bool reverse) {
  PreparedKernel(kernel, call).run(kernel, call, step, reverse);
}

std::string describe(const ConvCase& conv_case) {
  const Desc& in = conv_case.in.view.desc;
  std::string text = std::string(conv_case.op->name) + " of " + std::to_string(in.n) + "x" + std::to_string(in.h) +
                     "x" + std::to_string(in.w) + "x" + std::to_string(in.c);
  alignas(64) char memory[4096];
  Arena arena(memory, sizeof memory);
  Attributes attributes;
  if (!conv_case.op->attributes(conv_case.options, &arena, &attributes).ok())
    return text;
  for (const Attribute& attribute : attributes) {
    text += std::string(" ") + attribute.key;
    for (int32_t i = 0; i < attribute.int_count; ++i)
      text += " " + std::to_string(attribute.ints[i]);
  }
  return text;
}

} // namespace pinhole::testing
