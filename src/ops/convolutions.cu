// SPDX-License-Identifier: Apache-2.0
// conv2d and conv_transpose2d on the GPU: the same three cuDNN calls with the tensors' roles swapped.
#include "device/cuda/convolution.h"

#include "base/checked.h"
#include "device/cuda/element_bodies.h"
#include "device/cuda/launch.cuh"
#include "device/cuda/parameters.h"
#include "ops/cuda_kernels.h"

namespace pinhole {
namespace {

enum class Role { forward, backward_data, backward_weights };

ConvolutionShape shape_of(const Call& call, bool transposed, Role role, const View& input, const View& output) {
  ConvolutionPass pass = ConvolutionPass::weight_gradient;
  if (role != Role::backward_weights)
    pass = transposed == (role == Role::forward) ? ConvolutionPass::big_from_small : ConvolutionPass::small_from_big;
  return {pass, call.options->as<ConvOptions>(), transposed ? output : input, transposed ? input : output};
}

ConvolutionShape shape_of(const Call& call, bool transposed, Role role) {
  return shape_of(call, transposed, role, role == Role::backward_data ? call.d_in[0] : call.in[0],
                  role == Role::forward ? call.out[0] : call.d_out[0]);
}

size_t aligned(size_t bytes) {
  return align_up(bytes, Arena::kAlignment);
}

// --- Prepared memory: weights in f16, then the forward pass's bias in f32. Its address names the step. -------------

size_t weight_bytes(const ConvolutionShape& shape) {
  return aligned(convolution_weights(shape).bytes());
}

template <bool transposed, Role role> size_t prepared_bytes(const Call& call) {
  if (role == Role::backward_weights)
    return Arena::kAlignment; // a name is all it needs
  const size_t bias = role == Role::forward ? static_cast<size_t>(call.out[0].desc.c) * sizeof(float) : 0;
  return weight_bytes(shape_of(call, transposed, role)) + aligned(bias);
}

void* prepared_weights(const Call& call) {
  return const_cast<void*>(call.prepared);
}
float* prepared_bias(const Call& call, const ConvolutionShape& shape) {
  return reinterpret_cast<float*>(static_cast<std::byte*>(prepared_weights(call)) + weight_bytes(shape));
}

template <bool transposed, Role role> void prepare(const Call& call, int64_t, int64_t) {
  CudaDevice& device = cuda_device(call);
  const ConvolutionShape shape = shape_of(call, transposed, role);
  if (!note(&device, add_convolution(&device, call.prepared, shape)) || role == Role::backward_weights)
    return;
  load_parameter(&device, call.parameter[0], DType::f16, prepared_weights(call));
  if (role == Role::forward && call.n_parameters > 1)
    load_parameter(&device, call.parameter[1], DType::f32, prepared_bias(call, shape));
}

// --- Scratch: cuDNN's workspace; before it, for the weight gradient, that in f16 and the bias's partial sums. ------

struct WeightGradientScratch {
  size_t partials, workspace; // offsets; the f16 gradient is at 0
};

WeightGradientScratch weight_gradient_scratch(const Call& call, const ConvolutionShape& shape) {
  const size_t partials = weight_bytes(shape);
  return {partials, partials + aligned(bias_partials_bytes(call.d_out[0].desc))};
}

size_t workspace_bytes(const Call& call, const ConvolutionShape& shape) {
  if (!call.device)
    return kConvolutionWorkspace;
  Convolution convolution;
  note(&cuda_device(call), convolution.build(cuda_device(call).cudnn.get(), nullptr, shape));
  return convolution.workspace_bytes();
}

template <bool transposed, Role role> size_t scratch_bytes(const Call& call) {
  const ConvolutionShape shape = shape_of(call, transposed, role);
  const size_t before = role == Role::backward_weights ? weight_gradient_scratch(call, shape).workspace : 0;
  return before + workspace_bytes(call, shape);
}

// --- Passes --------------------------------------------------------------------------------------------------------

// False, with a failure noted, when the convolution could not be launched.
bool launch(const Call& call, const ConvolutionShape& shape, void* weight, bool accumulate, void* workspace) {
  CudaDevice& device = cuda_device(call);
  const Convolution* convolution = find_convolution(device, call.prepared);
  if (!convolution)
    return note(&device, error(Code::invalid_argument, "convolution: run before it was prepared"));
  return note(&device,
              convolution->run(device.cudnn.get(), {shape.big.data, shape.small.data, weight, accumulate, workspace}));
}

template <bool transposed> void forward(const Call& call, int64_t, int64_t) {
  const ConvolutionShape shape = shape_of(call, transposed, Role::forward);
  const ConvOptions& options = shape.options;
  const bool launched = launch(call, shape, prepared_weights(call), false, call.scratch);
  if (!launched || (call.n_parameters < 2 && options.activation == Activation::none))
    return;
  const float* bias = call.n_parameters > 1 ? prepared_bias(call, shape) : nullptr;
  launch_each(&cuda_device(call), call.out[0].desc,
              BiasActivation{half_rows(call.out[0]), bias, options.activation, options.slope});
}

template <bool transposed> void backward_data(const Call& call, int64_t, int64_t) {
  const ConvolutionShape shape = shape_of(call, transposed, Role::backward_data);
  launch(call, shape, prepared_weights(call), (call.accumulate_in & 1) != 0, call.scratch);
}

template <bool transposed> void backward_weights(const Call& call, int64_t, int64_t) {
  CudaDevice* device = &cuda_device(call);
  const ConvolutionShape shape = shape_of(call, transposed, Role::backward_weights);
  const WeightGradientScratch offsets = weight_gradient_scratch(call, shape);
  auto* scratch = static_cast<std::byte*>(call.scratch);
  if (call.d_parameter[0].data && launch(call, shape, scratch, false, scratch + offsets.workspace))
    store_gradient(device, reinterpret_cast<uint16_t*>(scratch), call.d_parameter[0],
                   (call.accumulate_parameter & 1) != 0);
  if (call.n_parameters > 1 && call.d_parameter[1].data)
    sum_bias_gradient(device, call.d_out[0], reinterpret_cast<float*>(scratch + offsets.partials), call.d_parameter[1],
                      (call.accumulate_parameter & 2) != 0);
}

template <bool transposed, Role role> constexpr Kernel conv_kernel(void (*run)(const Call&, int64_t, int64_t)) {
  Kernel kernel;
  kernel.phase[0] = one_launch(run);
  kernel.prepare = one_launch(prepare<transposed, role>);
  kernel.prepared_bytes = prepared_bytes<transposed, role>;
  kernel.scratch_bytes = scratch_bytes<transposed, role>;
  return kernel;
}

template <bool transposed> constexpr Kernels conv_kernels_cuda() {
  return {conv_kernel<transposed, Role::forward>(forward<transposed>),
          conv_kernel<transposed, Role::backward_data>(backward_data<transposed>),
          conv_kernel<transposed, Role::backward_weights>(backward_weights<transposed>)};
}

bool cudnn_supports(const Call& call, bool transposed) {
  constexpr Role kRoles[] = {Role::forward, Role::backward_data, Role::backward_weights};
  for (const Role role : kRoles) {
    if (role != Role::forward && !call.training)
      break;
    const ConvolutionShape shape = shape_of(call, transposed, role, call.in[0], call.out[0]);
    Convolution convolution;
    if (call.device ? !convolution.build(cuda_device(call).cudnn.get(), nullptr, shape).ok()
                    : !padding_is_symmetric(shape))
      return false;
  }
  return true;
}

} // namespace

extern const Kernels conv2d_cuda = conv_kernels_cuda<false>();
extern const Kernels conv_transpose2d_cuda = conv_kernels_cuda<true>();

bool conv2d_runs_on_cuda(const Call& call) {
  return cudnn_supports(call, false);
}
bool conv_transpose2d_runs_on_cuda(const Call& call) {
  return cudnn_supports(call, true);
}

} // namespace pinhole
