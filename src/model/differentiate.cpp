// SPDX-License-Identifier: Apache-2.0
// Reverse-mode differentiation: every forward step, last to first, gets the steps that carry the gradient back.
#include "model/passes.h"

namespace pinhole {
namespace {

bool learned(const Program& program, ValueId value) {
  return program.values[value].kind == ValueKind::parameter;
}

// In Program::gradient, for a value whose gradient is wanted but has no home yet.
constexpr ValueId kWanted = -2;

// Marks the activations through which the loss depends on a parameter. Gradients of the rest are never computed.
void mark_wanted(Program* program) {
  for (int32_t n = 0; n < program->node_count; ++n) {
    const Node& node = program->nodes[n];
    bool wanted = false;
    for (int32_t i = 0; i < node.n_parameters; ++i)
      wanted = wanted || learned(*program, node.parameter[i]);
    for (int32_t i = 0; i < node.n_in; ++i)
      wanted = wanted || (program->gradient[node.in[i]] == kWanted && !(find_op(node.op)->no_gradient_in >> i & 1));
    if (wanted)
      program->gradient[node.out[0]] = kWanted;
  }
}

// The gradient of `value`, made on first use. *accumulate is set when something was already written to it.
ValueId gradient_of(ValueId value, bool* accumulate, Program* program) {
  *accumulate = program->gradient[value] >= 0;
  if (!*accumulate) {
    Value gradient = program->values[value];
    gradient.kind = ValueKind::gradient;
    gradient.data = nullptr;
    gradient.desc.dtype = DType::f32;
    program->gradient[value] = program->value_count;
    program->values[program->value_count++] = gradient;
  }
  return program->gradient[value];
}

void append(const Step& step, Program* program) {
  program->steps[program->step_count++] = step;
}

// Input i of a node lies on a way from a parameter to the loss.
bool input_wanted(const Program& program, const Node& node, int32_t i) {
  return !(find_op(node.op)->no_gradient_in >> i & 1) && program.gradient[node.in[i]] != kNoValue;
}

// Appends backward_weights or backward_data of a node, unless it has nothing to compute.
void append_backward(int32_t n, Pass pass, Program* program) {
  const Node& node = program->nodes[n];
  const bool weights = pass == Pass::backward_weights;
  Step step = {};
  step.node = n;
  step.pass = pass;
  uint8_t* wanted = weights ? &step.wanted_parameter : &step.wanted_in;
  uint8_t* accumulated = weights ? &step.accumulate_parameter : &step.accumulate_in;
  for (int32_t i = 0; i < (weights ? node.n_parameters : node.n_in); ++i) {
    const ValueId value = weights ? node.parameter[i] : node.in[i];
    if (!(weights ? learned(*program, value) : input_wanted(*program, node, i)))
      continue;
    bool accumulate = false;
    gradient_of(value, &accumulate, program);
    *wanted |= static_cast<uint8_t>(1u << i);
    *accumulated |= static_cast<uint8_t>(unsigned{accumulate} << i);
  }
  if (*wanted)
    append(step, program);
}

void append_prepare(int32_t forward_and_backward_steps, Program* program) {
  for (int32_t s = 0; s < forward_and_backward_steps; ++s) {
    const Step step = program->steps[s];
    const Kernels& kernels = *find_op(program->nodes[step.node].op)->cpu;
    Step prepare = {};
    prepare.node = step.node;
    prepare.wanted_in = step.wanted_in;
    prepare.pass = step.pass == Pass::forward ? Pass::prepare_forward : Pass::prepare_backward;
    if ((step.pass == Pass::forward && kernels.forward.prepare.run) ||
        (step.pass == Pass::backward_data && kernels.backward_data.prepare.run))
      append(prepare, program);
  }
}

} // namespace

Status differentiate(Program* program) {
  const Array<ValueId>& outputs = program->entry->outputs;
  if (program->values[outputs[0]].desc.elements() != 1)
    return error(Code::bad_file, "entry '%s' has no loss to train: its first output must be one number",
                 program->entry->name);
  mark_wanted(program);
  if (program->gradient[outputs[0]] != kWanted)
    return error(Code::bad_file, "entry '%s': its loss depends on no parameter", program->entry->name);
  bool accumulate = false;
  gradient_of(outputs[0], &accumulate, program); // the engine sets it to the loss scale
  for (int32_t n = program->node_count - 1; n >= 0; --n) {
    if (program->gradient[program->nodes[n].out[0]] < 0)
      continue;                                          // no gradient arrives: what lies before is not learned
    append_backward(n, Pass::backward_weights, program); // first, so that backward_data may overwrite d_out
    append_backward(n, Pass::backward_data, program);
  }
  const int32_t computing_steps = program->step_count;
  Step update = {};
  update.node = -1;
  update.pass = Pass::update;
  append(update, program);
  append_prepare(computing_steps, program);
  return {};
}

} // namespace pinhole
