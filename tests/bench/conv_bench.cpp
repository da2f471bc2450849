// SPDX-License-Identifier: Apache-2.0
// Speed of the convolution passes on one thread, beside the multiply-adds that this core does on registers alone in the
// same run: conv_bench [rounds]. Other programs disturb: each round measures everything once, a figure is the best of
// all rounds and a fraction the median over rounds. CSV on standard output.
#include "bench/fma_peak.h"
#include "device/cpu/simd.h"
#include "ops/conv_case.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <utility>
#include <vector>

using namespace pinhole;
using namespace pinhole::testing;

namespace {

// Time that this thread had a core: waiting for one is not counted.
double thread_seconds() {
  timespec now = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

struct Pass {
  std::string name;
  const Kernel* kernel;
  Call call;
  double operations; // floating-point, of one run
  PreparedKernel memory;
  std::vector<double> gflops, fraction;
};

constexpr double kSliceSeconds = 0.004;

// Runs a pass for about a slice; its speed in GFLOP/s.
double measure(Pass* pass) {
  const double start = thread_seconds();
  int runs = 0;
  double seconds = 0;
  while (seconds < kSliceSeconds) {
    pass->memory.run(*pass->kernel, pass->call);
    ++runs;
    seconds = thread_seconds() - start;
  }
  return pass->operations * runs / seconds / 1e9;
}

double measure_peak(SimdLevel level) {
  const double start = thread_seconds();
  double operations = 0, seconds = 0;
  while (seconds < kSliceSeconds) {
    operations += static_cast<double>(bench::run_fma_peak(level, 20000));
    seconds = thread_seconds() - start;
  }
  return operations / seconds / 1e9;
}

ConvCase make_case(OpId id, Desc in, int32_t out_channels, int32_t kernel, int32_t stride, int32_t padding) {
  OpOptions options;
  ConvOptions& o = options.as<ConvOptions>();
  o = ConvOptions();
  o.out_channels = out_channels;
  o.kernel[0] = o.kernel[1] = kernel;
  o.stride[0] = o.stride[1] = stride;
  std::fill_n(o.padding, 4, padding);
  return ConvCase(find_op(id), in, options);
}

void add_passes(ConvCase* c, const char* shape, std::vector<Pass>* passes) {
  const Desc& weight = c->parameter[0].view.desc;
  const Desc& small = c->op->id == OpId::conv2d ? c->out.view.desc : c->in.view.desc;
  const double operations = 2.0 * static_cast<double>(weight.elements() * small.pixels());
  const Kernels& cpu = *c->op->cpu;
  const std::pair<const char*, const Kernel*> kernels[] = {
      {"forward", &cpu.forward}, {"backward_data", &cpu.backward_data}, {"backward_weights", &cpu.backward_weights}};
  for (const auto& [name, kernel] : kernels)
    passes->push_back(
        {std::string(shape) + "," + name, kernel, c->call(), operations, PreparedKernel(*kernel, c->call()), {}, {}});
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

} // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 30;
  if (const Status status = choose_simd(nullptr); !status.ok()) {
    std::fprintf(stderr, "conv_bench: %s\n", status.text);
    return 1;
  }
  struct Shape {
    const char* name;
    ConvCase data;
  } shapes[] = {
      {"conv 3x3 32->32 16x32x32", make_case(OpId::conv2d, {16, 32, 32, 32}, 32, 3, 1, 1)},
      {"conv 3x3 48->48 16x16x16", make_case(OpId::conv2d, {16, 16, 16, 48}, 48, 3, 1, 1)},
      {"conv 2x2/2 32->48 16x32x32", make_case(OpId::conv2d, {16, 32, 32, 32}, 48, 2, 2, 0)},
      {"transposed 2x2/2 48->32 16x16x16", make_case(OpId::conv_transpose2d, {16, 16, 16, 48}, 32, 2, 2, 0)},
      {"conv 3x3 5->32 16x32x32", make_case(OpId::conv2d, {16, 32, 32, 5}, 32, 3, 1, 1)},
      {"conv 3x3 32->4 16x32x32", make_case(OpId::conv2d, {16, 32, 32, 32}, 4, 3, 1, 1)},
      {"conv 3x3 16->16 1x128x128", make_case(OpId::conv2d, {1, 128, 128, 16}, 16, 3, 1, 1)},
  };
  std::vector<Pass> passes;
  for (Shape& shape : shapes)
    add_passes(&shape.data, shape.name, &passes);
  double best_peak = 0;
  for (int round = 0; round < rounds; ++round)
    for (Pass& pass : passes) {
      const double peak = measure_peak(simd_level());
      pass.gflops.push_back(measure(&pass));
      pass.fraction.push_back(peak > 0 ? pass.gflops.back() / peak : 0);
      best_peak = std::max(best_peak, peak);
    }
  std::printf("level,%s,peak_gflops,%.1f\nshape,pass,best_gflops,median_fraction_of_peak\n", simd_name(simd_level()),
              best_peak);
  for (const Pass& pass : passes)
    std::printf("%s,%.1f,%.3f\n", pass.name.c_str(), *std::max_element(pass.gflops.begin(), pass.gflops.end()),
                median(pass.fraction));
  return 0;
}
