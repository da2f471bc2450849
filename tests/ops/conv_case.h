// SPDX-License-Identifier: Apache-2.0
// Convolution-like layers on random tensors in awkward memory, for tests that compare kernels with one another.
#pragma once

#include "ops/conv_options.h"
#include "ops/plain.h"

#include <cstdint>
#include <string>
#include <vector>

namespace pinhole::testing {

// A tensor of floats or doubles in memory of its own. Everything that is not an element holds kGuard.
class TestTensor {
public:
  static constexpr float kGuard = -7777.0f;

  TestTensor() = default;
  TestTensor(TestTensor&&) = default; // a copy's view would point at the original
  TestTensor& operator=(TestTensor&&) = default;
  // `gap`: elements between the channels of a pixel and the next pixel, and twice as many after each row.
  TestTensor(const Desc& desc, int32_t gap);

  void fill_random(uint32_t seed);
  void fill(double value);
  double at(int32_t n, int32_t y, int32_t x, int32_t c) const;
  std::vector<double> elements() const; // N, H, W, C
  // True when nothing was written beside the elements.
  bool guards_intact() const;
  // Same values as f64.
  TestTensor as_double() const;

  View view;

private:
  template <class Visit> void visit(Visit&& visit_element) const;
  double load(int64_t index) const;
  void store(int64_t index, double value);

  std::vector<uint8_t> memory_;
};

// One layer with its tensors. Gradients of the output are random, those of inputs and parameters NaN until computed.
struct ConvCase {
  ConvCase(const OpDef* op, const Desc& in, const OpOptions& options, int32_t gap = 0, uint32_t seed = 1);
  ConvCase as_double() const;

  // A call with all views; valid while this case lives and stays put.
  Call call(RowRange rows);
  Call call() { return call({0, out.view.desc.h}); }

  const OpDef* op;
  OpOptions options;
  TestTensor in, out, d_in, d_out;
  std::vector<TestTensor> parameter, d_parameter;
  std::vector<View> parameter_views, d_parameter_views;

private:
  ConvCase() = default;
};

// Memory that a kernel asks for, aligned, holding NaN at first; prepared at construction.
class PreparedKernel {
public:
  PreparedKernel(const Kernel& kernel, Call call);
  // Runs all phases with units in ranges of `step`, backwards when `reverse`.
  void run(const Kernel& kernel, Call call, int64_t step = INT64_MAX, bool reverse = false);

private:
  struct alignas(64) Line {
    uint8_t byte[64];
  };
  static std::vector<Line> lines(size_t bytes);

  std::vector<Line> prepared_, scratch_;
};

// Prepares and runs a kernel once.
void run_kernel(const Kernel& kernel, const Call& call, int64_t step = INT64_MAX, bool reverse = false);

// "3x5x7x4 k3x3 s2x2 ..." for messages.
std::string describe(const ConvCase& conv_case);

} // namespace pinhole::testing
