// SPDX-License-Identifier: Apache-2.0
#include "plan/rows.h"

#include "plan/lifetime.h"

namespace pinhole {

RowRange window_of(const Program& program, const Node& node, int32_t i, RowRange out) {
  Desc in[kMaxInputs];
  for (int32_t k = 0; k < node.n_in; ++k)
    in[k] = program.values[node.in[k]].desc;
  ShapeQuery query = {};
  query.options = &node.options;
  query.in = in;
  query.n_in = node.n_in;
  query.training = program.mode == Mode::training;
  query.out[0] = program.values[node.out[0]].desc;
  query.n_out = node.n_out;
  return find_op(node.op)->row_window(query, i, out);
}

int32_t round_count(const Plan& plan) {
  if (plan.schedule != Schedule::rows)
    return 1;
  return ceil_div(plan.program.values[plan.program.entry->outputs[0]].desc.h, plan.rows_per_step);
}

void start_rows(const Plan& plan, RowProgress* progress) {
  for (ValueId v = 0; v < plan.program.value_count; ++v)
    progress->produced[v] = progress->needed[v] = 0;
}

void demand_rows(const Plan& plan, int32_t round, RowProgress* progress) {
  const Program& program = plan.program;
  const int64_t rounds = round_count(plan);
  if (program.mode == Mode::training) { // batch statistics and gradients read rows that no output needs
    for (ValueId v = 0; v < program.value_count; ++v)
      progress->needed[v] = plan.lifetimes[v].last < 0 ? 0 : program.values[v].desc.h;
    return;
  }
  for (ValueId output : program.entry->outputs) {
    const int64_t h = program.values[output].desc.h;
    const int64_t share = h == program.values[program.entry->outputs[0]].desc.h && rounds > 1
                              ? (round + int64_t{1}) * plan.rows_per_step
                              : ceil_div(h * (round + 1), rounds);
    progress->needed[output] = max_of(progress->needed[output], static_cast<int32_t>(min_of(h, share)));
  }
  for (int32_t n = program.node_count - 1; n >= 0; --n) {
    const Node& node = program.nodes[n];
    const RowRange out = {progress->produced[node.out[0]], progress->needed[node.out[0]]};
    if (out.count() <= 0)
      continue;
    for (int32_t i = 0; i < node.n_in; ++i) {
      int32_t* needed = &progress->needed[node.in[i]];
      *needed = max_of(*needed, window_of(program, node, i, out).end);
    }
  }
}

void finish_round(const Plan& plan, RowProgress* progress) {
  for (ValueId v = 0; v < plan.program.value_count; ++v)
    progress->produced[v] = progress->needed[v];
}

namespace {

// The first row of input `i` that output rows from `next` on read. Some output rows may read none at all (a transposed
// convolution whose stride exceeds its kernel).
int32_t first_row_read(const Program& program, const Node& node, int32_t i, int32_t next) {
  const int32_t rows = program.values[node.out[0]].desc.h;
  if (window_of(program, node, i, {next, rows}).count() <= 0)
    return INT32_MAX;
  for (int32_t row = next; row < rows; ++row)
    if (const RowRange window = window_of(program, node, i, {row, row + 1}); window.count() > 0)
      return window.begin;
  return INT32_MAX;
}

// Widens the extent of each root's block to the rows that it holds at once during this round.
void measure_extents(const RowProgress& progress, Plan* plan) {
  const Program& program = plan->program;
  Array<int32_t> lowest = plan->workspace; // per root: the first row that is still read in this round or later
  for (ValueId v = 0; v < program.value_count; ++v)
    lowest[v] = INT32_MAX;
  int32_t offset = 0;
  auto keep_from = [&](ValueId value, int32_t row) {
    int32_t* low = &lowest[root_of(*plan, value, &offset)];
    *low = min_of(*low, row);
  };
  for (int32_t n = 0; n < program.node_count; ++n) {
    const Node& node = program.nodes[n];
    const int32_t next = progress.produced[node.out[0]];
    if (next >= program.values[node.out[0]].desc.h)
      continue;
    for (int32_t i = 0; i < node.n_in; ++i)
      keep_from(node.in[i], first_row_read(program, node, i, next));
    keep_from(node.out[0], next);
  }
  for (ValueId output : program.entry->outputs)
    keep_from(output, progress.produced[output]);
  for (ValueId input : program.entry->inputs) // all their rows are loaded, those that a stride leaves out too
    keep_from(input, progress.produced[input]);
  for (ValueId v = 0; v < program.value_count; ++v) {
    if (plan->lifetimes[v].last < 0)
      continue;
    const ValueId root = root_of(*plan, v, &offset);
    if (lowest[root] != INT32_MAX)
      plan->extent[root] = max_of(plan->extent[root], progress.needed[v] - lowest[root]);
  }
}

} // namespace

void simulate_rows(Plan* plan) {
  const Program& program = plan->program;
  for (ValueId v = 0; v < program.value_count; ++v)
    plan->extent[v] = 1;
  for (int32_t n = 0; n < program.node_count; ++n)
    plan->node_rows[n] = {0, 0};
  RowProgress progress = {plan->produced, plan->needed};
  start_rows(*plan, &progress);
  const int32_t rounds = round_count(*plan);
  for (int32_t round = 0; round < rounds; ++round) {
    demand_rows(*plan, round, &progress);
    measure_extents(progress, plan);
    for (int32_t n = 0; n < program.node_count; ++n) {
      const ValueId out = program.nodes[n].out[0];
      int32_t* rows = &plan->node_rows[n].end;
      *rows = max_of(*rows, progress.needed[out] - progress.produced[out]);
    }
    if (round == 0) {
      plan->row_lag = 0;
      for (ValueId input : program.entry->inputs)
        if (program.values[input].desc.h > 1)
          plan->row_lag = max_of(plan->row_lag, progress.needed[input] - progress.needed[program.entry->outputs[0]]);
    }
    finish_round(*plan, &progress);
  }
}

} // namespace pinhole
