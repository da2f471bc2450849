// SPDX-License-Identifier: Apache-2.0
#include "device/cuda/parameters.h"

#include "device/cuda/element_bodies.h"
#include "device/cuda/launch.cuh"

namespace pinhole {
namespace {

// A bias gradient is summed by columns of 32 channels; in each, kLanes threads walk the pixels of one part.
constexpr int32_t kColumn = 32, kLanes = 16, kMostParts = 64, kPixelsPerPart = 1024;

int32_t part_count(const Desc& d_out) {
  return static_cast<int32_t>(min_of<int64_t>(ceil_div<int64_t>(d_out.pixels(), kPixelsPerPart), kMostParts));
}

// partials[part][channel] = sum of the pixels part * kLanes + lane, in steps of parts * kLanes; lanes in ascending
// order.
__global__ void sum_pixels(HalfRows d_out, int64_t pixels, int32_t width, float* partials) {
  __shared__ float lanes[kLanes][kColumn];
  const int32_t channel = static_cast<int32_t>(blockIdx.x) * kColumn + static_cast<int32_t>(threadIdx.x);
  const int64_t lane = threadIdx.y, step = int64_t{gridDim.y} * kLanes;
  float sum = 0;
  if (channel < d_out.channels)
    for (int64_t pixel = blockIdx.y * int64_t{kLanes} + lane; pixel < pixels; pixel += step)
      sum += d_out.load(static_cast<int32_t>(pixel / width),
                        static_cast<int32_t>(pixel % width) * d_out.channels + channel);
  lanes[lane][threadIdx.x] = sum;
  __syncthreads();
  if (lane != 0 || channel >= d_out.channels)
    return;
  for (int32_t other = 1; other < kLanes; ++other)
    sum += lanes[other][threadIdx.x];
  partials[int64_t{blockIdx.y} * d_out.channels + channel] = sum;
}

struct SumParts {
  const float* partials;
  int32_t parts, channels;
  float* d_bias;
  bool accumulate;
  __device__ void operator()(int32_t, int32_t channel) const {
    float sum = accumulate ? d_bias[channel] : 0.0f;
    for (int32_t part = 0; part < parts; ++part)
      sum += partials[int64_t{part} * channels + channel];
    d_bias[channel] = sum;
  }
};

} // namespace

void load_parameter(CudaDevice* device, const View& parameter, DType dtype, void* to) {
  const int64_t count = parameter.desc.elements();
  ConvertVector convert = {parameter.data, parameter.desc.dtype, to, dtype, false};
  if (parameter.space == Space::cuda)
    return launch_each(device, 1, static_cast<int32_t>(count), convert);
  constexpr int64_t kChunk = 2048;
  float buffer[kChunk]; // of either type
  convert.to = buffer;
  for (int64_t begin = 0; begin < count; begin += kChunk) {
    const int64_t length = min_of(kChunk, count - begin);
    convert.from =
        static_cast<const std::byte*>(parameter.data) + static_cast<size_t>(begin) * dtype_size(convert.from_dtype);
    for (int32_t i = 0; i < length; ++i)
      convert(0, i);
    const size_t size = dtype_size(dtype);
    const Status copied = copy_to_cuda(device, buffer, static_cast<size_t>(length) * size,
                                       static_cast<std::byte*>(to) + static_cast<size_t>(begin) * size);
    if (!note(device, copied))
      return;
  }
}

void store_gradient(CudaDevice* device, const uint16_t* from, const View& gradient, bool accumulate) {
  launch_each(device, 1, static_cast<int32_t>(gradient.desc.elements()),
              ConvertVector{from, DType::f16, gradient.data, DType::f32, accumulate});
}

size_t bias_partials_bytes(const Desc& d_out) {
  return static_cast<size_t>(part_count(d_out)) * static_cast<size_t>(d_out.c) * sizeof(float);
}

void sum_bias_gradient(CudaDevice* device, const View& d_out, float* partials, const View& d_bias, bool accumulate) {
  const Desc& desc = d_out.desc;
  const int32_t parts = part_count(desc);
  const dim3 grid(static_cast<unsigned>(ceil_div(desc.c, kColumn)), static_cast<unsigned>(parts));
  sum_pixels<<<grid, dim3(kColumn, kLanes), 0, device->stream.get()>>>(half_rows(d_out), desc.pixels(), desc.w,
                                                                       partials);
  note(device, check(cudaGetLastError(), "launch of the bias gradient"));
  launch_each(device, 1, desc.c, SumParts{partials, parts, desc.c, d_bias.base<float>(), accumulate});
}

} // namespace pinhole
