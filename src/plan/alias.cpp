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

// What decides whether a group's bytes may be overwritten, kept at its root in the planner's workspace, so that no
// decision looks at every member.
struct Groups {
  int32_t* last;   // the last step that touches a member; -1: none
  int32_t* pinned; // not 0: a member is an output, or the row schedule reads it in more than one place
};

Groups groups_of(const Plan& plan) {
  return {plan.workspace.data, plan.workspace.data + plan.program.value_count};
}

// Rounds of the row schedule run every step again, so there each value of a group may have a single reader only.
void start_groups(Plan* plan) {
  const Program& program = plan->program;
  const Groups groups = groups_of(*plan);
  for (ValueId v = 0; v < program.value_count; ++v) {
    plan->aliases[v] = {v, 0, false};
    groups.last[v] = plan->lifetimes[v].last;
    groups.pinned[v] = 0;
  }
  for (int32_t n = 0; n < program.node_count; ++n)
    for (int32_t i = 0; i < program.nodes[n].n_in; ++i)
      ++groups.pinned[program.nodes[n].in[i]];
  for (ValueId v = 0; v < program.value_count; ++v)
    groups.pinned[v] = plan->schedule == Schedule::rows && groups.pinned[v] > 1;
  for (ValueId output : program.entry->outputs)
    groups.pinned[output] = 1;
}

// `root` becomes a part of the group of `whole`, from channel `channel` of `whole` on.
void join(ValueId root, ValueId whole, int32_t channel, Plan* plan) {
  int32_t offset = 0;
  const Groups groups = groups_of(*plan);
  const ValueId whole_root = root_of(*plan, whole, &offset);
  plan->aliases[root].root = whole_root; // the root itself, so that chains stay short
  plan->aliases[root].channel_offset = offset + channel;
  groups.last[whole_root] = max_of(groups.last[whole_root], groups.last[root]);
  groups.pinned[whole_root] |= groups.pinned[root];
}

// `to` overwrites `from` element by element at step `s`; nobody may read the bytes of `from` afterwards.
bool overwrite(ValueId from, ValueId to, int32_t s, Plan* plan) {
  int32_t offset = 0;
  const Array<Value>& values = plan->program.values;
  const Groups groups = groups_of(*plan);
  const ValueId root = root_of(*plan, from, &offset);
  if (values[root].kind == ValueKind::input || values[from].desc != values[to].desc || groups.last[root] > s ||
      groups.pinned[root])
    return false;
  join(to, from, 0, plan);
  return true;
}

// `to` is `from` under another shape.
bool reshape(ValueId from, ValueId to, Plan* plan) {
  int32_t offset = 0;
  const ValueId root = root_of(*plan, from, &offset);
  if (plan->program.values[root].desc.c != plan->program.values[from].desc.c ||
      plan->program.values[from].desc.dtype != plan->program.values[to].desc.dtype)
    return false; // a slice of something wider: its bytes are not in order
  join(to, from, 0, plan);
  plan->aliases[root].dense = true;
  return true;
}

// The group of `part` becomes channels `channel`.. of `whole`.
bool place_inside(ValueId part, ValueId whole, int32_t channel, Plan* plan) {
  int32_t offset = 0;
  const Program& program = plan->program;
  const ValueId root = root_of(*plan, part, &offset), whole_root = root_of(*plan, whole, &offset);
  const Value& value = program.values[root];
  if (value.kind == ValueKind::input || plan->aliases[root].dense || value.desc.c != program.values[part].desc.c ||
      !same_pixels(value.desc, program.values[whole].desc) || whole_root == root)
    return false;
  // Its strides come from the root, and cannot where that has another shape.
  if (!same_pixels(program.values[whole_root].desc, program.values[whole].desc))
    return false;
  join(root, whole, channel, plan);
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

// Points `value` and all between it and its root to the root.
void shorten_chain(ValueId value, Plan* plan) {
  int32_t offset = 0;
  const ValueId root = root_of(*plan, value, &offset);
  while (value != root) {
    Alias* alias = &plan->aliases[value];
    const Alias before = *alias;
    alias->root = root;
    alias->channel_offset = offset;
    offset -= before.channel_offset;
    value = before.root;
  }
}

} // namespace

void find_aliases(Plan* plan) {
  const Program& program = plan->program;
  start_groups(plan);
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
  for (ValueId v = 0; v < program.value_count; ++v)
    shorten_chain(v, plan);
}

} // namespace pinhole
