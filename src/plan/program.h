// SPDX-License-Identifier: Apache-2.0
// A Program: one entry point of a Model at one size, as the list of steps that computes it. Inference has forward
// steps; training has forward, backward and update steps over the same kind of list. Pure integers: no pointers to
// memory of the run, no device.
#pragma once

#include "base/arena.h"
#include "base/status.h"
#include "model/model.h"

namespace pinhole {

enum class Pass : uint8_t {
  forward = 0,
  backward_data = 1,
  backward_weights = 2,
  update = 3,          // optimiser over the whole flat parameter block; node is -1
  prepare_forward = 4, // packs parameters after an update
  prepare_backward = 5,
};

const char* pass_name(Pass pass);

struct Step {
  int32_t node; // index into Program::nodes
  Pass pass;
  uint8_t wanted_in;                           // backward_data: bit i: d_in[i] is computed
  uint8_t wanted_parameter;                    // backward_weights: bit i: d_parameter[i] is computed
  uint8_t accumulate_in, accumulate_parameter; // bits as in Call
};

// What the caller wants to run.
struct ProgramOptions {
  const char* entry = nullptr; // null: the first entry of `mode`
  Mode mode = Mode::inference;
  int32_t batch = 1;
  int32_t height = 0, width = 0; // of the entry's image inputs (values of more than one pixel); 0: as in the file
};

struct Program {
  const Model* model;
  const EntryPoint* entry;
  Mode mode;
  Array<Value> values; // the model's values first, same indices, at this size; then saved outputs and gradients
  Array<Node> nodes;   // the entry's nodes in the model's order
  Array<Step> steps;
  Array<ValueId> gradient;                     // per value: its gradient, or kNoValue
  int32_t value_count, node_count, step_count; // used parts of the arrays above, whose sizes are capacities
};

// Takes arrays for every entry of a model with these counts: with a measuring arena, the bytes that build_program
// needs.
bool lay_out_program(int32_t model_values, int32_t model_nodes, Arena* setup, Program* program);

// Selects the entry's nodes, infers shapes at the asked size and lists the steps. `program` was laid out. Errors name
// the node. `model` must outlive the program.
Status build_program(const Model& model, const ProgramOptions& options, Program* program);

// Appends gradients, backward, update and prepare steps to a forward program whose entry is a loss.
Status differentiate(Program* program);

} // namespace pinhole
