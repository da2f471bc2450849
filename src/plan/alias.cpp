// SPDX-License-Identifier: Apache-2.0
// Values that may lie in the same bytes. Decided in step order; each decision only widens a group whose other members
// are dead, or lays values side by side in channels.
#include "plan/lifetime.h"

namespace pinhole {

ValueId root_of(const Plan& plan, ValueId value, int32_t* channel_offset) {
  *channel_offset = 0;
  while (plan.aliases[value].root != value) {
    *channel_offset += plan.aliases[value].channel_offset;
    value = plan.aliases[value].root;
  }
  return value;
}

namespace {

bool same_pixels(const Desc& a, const Desc& b) {
  return a.n == b.n && a.h == b.h && a.w == b.w;
}

bool is_output(const Program& program, ValueId value) {
  for (ValueId output : program.entry->outputs)
    if (output == value)
      return true;
  return false;
}

// True when nobody reads the bytes of `value` after step `s`. Rounds of the row schedule run every step again, so there
// each value of the group may have a single reader only.
bool dead_after(const Plan& plan, ValueId value, int32_t s) {
  int32_t offset = 0;
  const ValueId root = root_of(plan, value, &offset);
  for (ValueId v = 0; v < plan.program.value_count; ++v) {
    if (plan.lifetimes[v].last < 0 || root_of(plan, v, &offset) != root)
      continue;
    if (plan.lifetimes[v].last > s || is_output(plan.program, v) ||
        (plan.schedule == Schedule::rows && reader_count(plan.program, v) > 1))
      return false;
  }
  return true;
}

// `to` overwrites `from` element by element at step `s`.
bool overwrite(ValueId from, ValueId to, int32_t s, Plan* plan) {
  int32_t offset = 0;
  const Array<Value>& values = plan->program.values;
  const ValueId root = root_of(*plan, from, &offset);
  if (values[root].kind == ValueKind::input || values[from].desc != values[to].desc || !dead_after(*plan, from, s))
    return false;
  plan->aliases[to] = {root, offset, false}; // the root itself, so that chains stay short
  return true;
}

// `to` is `from` under another shape.
bool reshape(ValueId from, ValueId to, Plan* plan) {
  int32_t offset = 0;
  const ValueId root = root_of(*plan, from, &offset);
  if (plan->program.values[root].desc.c != plan->program.values[from].desc.c ||
      plan->program.values[from].desc.dtype != plan->program.values[to].desc.dtype)
    return false; // a slice of something wider: its bytes are not in order
  plan->aliases[to] = {root, offset, false};
  plan->aliases[root].dense = true;
  return true;
}

// The group of `part` becomes channels `channel`.. of `whole`.
bool place_inside(ValueId part, ValueId whole, int32_t channel, Plan* plan) {
  int32_t offset = 0;
  const Program& program = plan->program;
  const ValueId root = root_of(*plan, part, &offset);
  const Value& value = program.values[root];
  int32_t whole_offset = 0;
  if (value.kind == ValueKind::input || plan->aliases[root].dense || value.desc.c != program.values[part].desc.c ||
      !same_pixels(value.desc, program.values[whole].desc) || root_of(*plan, whole, &whole_offset) == root)
    return false;
  plan->aliases[root].root = whole;
  plan->aliases[root].channel_offset = channel;
  return true;
}

// concat: every input (forward) or input gradient (backward) lies inside the whole. True when all do.
bool join_concat(const Node& node, const Step& step, Plan* plan) {
  const Program& program = plan->program;
  const bool forward = step.pass == Pass::forward;
  int32_t channel = 0;
  bool all = true;
  for (int32_t i = 0; i < node.n_in; ++i) {
    if (forward)
      all = place_inside(node.in[i], node.out[0], channel, plan) && all;
    else if (step.wanted_in >> i & 1 && !(step.accumulate_in >> i & 1))
      all = place_inside(program.gradient[node.in[i]], program.gradient[node.out[0]], channel, plan) && all;
    else if (step.wanted_in >> i & 1)
      all = false;
    channel += program.values[node.in[i]].desc.c;
  }
  return all;
}

} // namespace

void find_aliases(Plan* plan) {
  const Program& program = plan->program;
  for (ValueId v = 0; v < program.value_count; ++v)
    plan->aliases[v] = {v, 0, false};
  for (int32_t s = 0; s < program.step_count; ++s) {
    const Step& step = program.steps[s];
    if (step.pass != Pass::forward && step.pass != Pass::backward_data)
      continue;
    const Node& node = program.nodes[step.node];
    const bool forward = step.pass == Pass::forward;
    const ValueId from = forward ? node.in[0] : program.gradient[node.out[0]];
    const ValueId to = forward ? node.out[0] : program.gradient[node.in[0]];
    const bool assigns = forward || (step.wanted_in & ~step.accumulate_in & 1);
    bool elided = false;
    switch (find_op(node.op)->sharing) {
    case Sharing::none:
      break;
    case Sharing::in_place:
      if (assigns)
        overwrite(from, to, s, plan);
      break;
    case Sharing::reshape:
      elided = assigns && reshape(from, to, plan);
      break;
    case Sharing::concat:
      elided = join_concat(node, step, plan);
      break;
    }
    plan->elided[s] = elided;
  }
}

} // namespace pinhole
