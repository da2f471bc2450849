// SPDX-License-Identifier: Apache-2.0
#include "plan/lifetime.h"

namespace pinhole {
namespace {

void read(ValueId value, StepValues* values) {
  values->read[values->reads++] = value;
}
void write(ValueId value, StepValues* values) {
  values->written[values->writes++] = value;
}

void read_needs(const Node& node, uint8_t needs, StepValues* values) {
  for (int32_t i = 0; needs & kNeedsInput && i < node.n_in; ++i)
    read(node.in[i], values);
  // Saved outputs (1, 2, ...) exist for the backward steps alone.
  for (int32_t i = needs & kNeedsOutput ? 0 : 1; i < node.n_out; ++i)
    read(node.out[i], values);
}

} // namespace

StepValues values_of(const Program& program, const Step& step) {
  StepValues values;
  if (step.node < 0)
    return values;
  const Node& node = program.nodes[step.node];
  const OpDef& op = *find_op(node.op);
  switch (step.pass) {
  case Pass::forward:
    for (int32_t i = 0; i < node.n_in; ++i)
      read(node.in[i], &values);
    for (int32_t i = 0; i < node.n_out; ++i)
      write(node.out[i], &values);
    break;
  case Pass::backward_data:
    read(program.gradient[node.out[0]], &values);
    read_needs(node, op.data_needs, &values);
    for (int32_t i = 0; i < node.n_in; ++i)
      if (step.wanted_in >> i & 1)
        write(program.gradient[node.in[i]], &values);
    break;
  case Pass::backward_weights:
    read(program.gradient[node.out[0]], &values);
    read_needs(node, op.weights_needs, &values);
    break;
  case Pass::update:
  case Pass::prepare_forward:
  case Pass::prepare_backward:
    break;
  }
  return values;
}

void find_lifetimes(Plan* plan) {
  const Program& program = plan->program;
  for (ValueId v = 0; v < program.value_count; ++v)
    plan->lifetimes[v] = {INT32_MAX, -1};
  auto use = [&](ValueId value, int32_t step) {
    Lifetime& life = plan->lifetimes[value];
    life.first = min_of(life.first, step);
    life.last = max_of(life.last, step);
  };
  for (int32_t s = 0; s < program.step_count; ++s) {
    const StepValues values = values_of(program, program.steps[s]);
    for (int32_t i = 0; i < values.reads; ++i)
      use(values.read[i], s);
    for (int32_t i = 0; i < values.writes; ++i)
      use(values.written[i], s);
  }
  for (ValueId input : program.entry->inputs)
    if (plan->lifetimes[input].last >= 0)
      plan->lifetimes[input].first = 0; // the caller fills it before the first step
  for (ValueId output : program.entry->outputs)
    use(output, program.step_count - 1); // the caller reads it after the last step
  if (program.mode == Mode::training)
    use(program.gradient[program.entry->outputs[0]], 0); // the engine sets it before the first step
}

} // namespace pinhole
