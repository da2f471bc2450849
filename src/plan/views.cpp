// SPDX-License-Identifier: Apache-2.0
#include "plan/views.h"

#include "plan/lifetime.h"

namespace pinhole {
namespace {

// Parameters that an inference uses from the file as they are.
View file_view(const Value& value) {
  return dense_view(value.desc, const_cast<void*>(value.data));
}

} // namespace

View value_view(const Plan& plan, const Bases& bases, ValueId value) {
  const Value& v = plan.program.values[value];
  const Placement& placement = plan.placements[value];
  if (placement.block == kNoBlock) {
    const bool stored = v.kind == ValueKind::parameter || v.kind == ValueKind::buffer;
    return stored ? file_view(v) : dense_view(v.desc, nullptr);
  }
  const Block& block = plan.blocks[placement.block];
  View view;
  view.desc = v.desc;
  if (v.kind == ValueKind::parameter || v.kind == ValueKind::buffer)
    view.desc.dtype = DType::f32; // widened from the file's f16
  view.image_stride = placement.image_stride;
  view.row_stride = placement.row_stride;
  view.pixel_stride = placement.pixel_stride;
  view.ring_rows = block.ring_rows;
  if (unsigned char* base = bases.region[static_cast<unsigned>(block.region)])
    view.data = base + block.offset + static_cast<size_t>(placement.element_offset) * dtype_size(view.desc.dtype);
  return view;
}

const Kernel* step_kernel(const Plan& plan, const Step& step) {
  if (step.pass == Pass::update)
    return nullptr;
  const Kernels& kernels = *find_op(plan.program.nodes[step.node].op)->cpu;
  switch (step.pass) {
  case Pass::forward:
  case Pass::prepare_forward:
    return &kernels.forward;
  case Pass::backward_weights:
    return &kernels.backward_weights;
  default:
    return &kernels.backward_data;
  }
}

Call step_call(const Plan& plan, const Bases& bases, int32_t s, View* storage) {
  const Program& program = plan.program;
  const Step& step = program.steps[s];
  const Node& node = program.nodes[step.node];
  View *in = storage, *out = in + kMaxInputs, *parameter = out + kMaxOutputs, *d_in = parameter + kMaxParameters,
       *d_out = d_in + kMaxInputs, *d_parameter = d_out + kMaxOutputs;
  const bool backward = step.pass == Pass::backward_data || step.pass == Pass::backward_weights;
  for (int32_t i = 0; i < node.n_in; ++i) {
    in[i] = value_view(plan, bases, node.in[i]);
    d_in[i] = dense_view(in[i].desc, nullptr);
    if (step.pass == Pass::backward_data && step.wanted_in >> i & 1)
      d_in[i] = value_view(plan, bases, program.gradient[node.in[i]]);
  }
  for (int32_t i = 0; i < node.n_out; ++i) {
    out[i] = value_view(plan, bases, node.out[i]);
    const bool has_gradient = backward && i == 0;
    d_out[i] = has_gradient ? value_view(plan, bases, program.gradient[node.out[i]]) : dense_view(out[i].desc, nullptr);
  }
  for (int32_t i = 0; i < node.n_parameters; ++i) {
    parameter[i] = value_view(plan, bases, node.parameter[i]);
    d_parameter[i] = dense_view(parameter[i].desc, nullptr);
    if (step.pass == Pass::backward_weights && step.wanted_parameter >> i & 1)
      d_parameter[i] = value_view(plan, bases, program.gradient[node.parameter[i]]);
  }
  Call call;
  call.options = &node.options;
  call.in = in, call.out = out, call.parameter = parameter;
  call.d_in = d_in, call.d_out = d_out, call.d_parameter = d_parameter;
  call.n_in = node.n_in, call.n_out = node.n_out, call.n_parameters = node.n_parameters;
  call.training = program.mode == Mode::training;
  call.accumulate_in = step.accumulate_in, call.accumulate_parameter = step.accumulate_parameter;
  call.rows = plan.node_rows[step.node];
  const StepMemory& memory = plan.step_memory[s];
  if (unsigned char* scratch = bases.region[static_cast<unsigned>(Region::scratch)])
    call.scratch = scratch + memory.scratch_offset;
  if (unsigned char* prepared = bases.region[static_cast<unsigned>(Region::prepared)])
    call.prepared = prepared + memory.prepared_offset;
  return call;
}

} // namespace pinhole
