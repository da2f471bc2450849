// SPDX-License-Identifier: Apache-2.0
// The row schedule: in every round, the few output rows that are asked for pull just the rows they need through the
// layers. The planner runs it symbolically to find the rings' sizes; the engine runs the same functions on real rows.
#pragma once

#include "plan/plan.h"

namespace pinhole {

// How far each value has come: rows 0..produced-1 exist, and after the current round rows 0..needed-1 will.
struct RowProgress {
  Array<int32_t> produced, needed; // per value
};

// Rounds of the whole program: 1 for the whole schedule.
int32_t round_count(const Plan& plan);

void start_rows(const Plan& plan, RowProgress* progress);

// Fills `needed` for round `round`: the outputs' share, and from there back to the inputs.
void demand_rows(const Plan& plan, int32_t round, RowProgress* progress);

// Makes what was needed produced.
void finish_round(const Plan& plan, RowProgress* progress);

// Runs the schedule symbolically: fills Plan::extent (rows that each root's block must hold at once), Plan::node_rows
// and Plan::row_lag.
void simulate_rows(Plan* plan);

// Input rows of input `i` of a node that rows `out` of its first output need.
RowRange window_of(const Program& program, const Node& node, int32_t i, RowRange out);

} // namespace pinhole
