// SPDX-License-Identifier: Apache-2.0
#include "model/passes.h"

namespace pinhole {
namespace {

// In Program::gradient, which is free in an inference: the node that computes a value with a single reader, or
// kNoValue. The caller's look at an output counts as a reader.
constexpr ValueId kOneReader = -2, kManyReaders = -3;

void count_reader(ValueId value, Program* program) {
  ValueId* count = &program->gradient[value];
  *count = *count == kNoValue ? kOneReader : kManyReaders;
}

void find_single_readers(Program* program) {
  for (int32_t n = 0; n < program->node_count; ++n)
    for (int32_t i = 0; i < program->nodes[n].n_in; ++i)
      count_reader(program->nodes[n].in[i], program);
  for (ValueId output : program->entry->outputs)
    count_reader(output, program);
}

// Where the results of the node at `position` come from.
void set_producer(int32_t position, const Node& node, Program* program) {
  for (int32_t i = 0; i < node.n_out; ++i)
    if (program->gradient[node.out[i]] == kOneReader)
      program->gradient[node.out[i]] = position;
}

// The place of the node that `node` now happens in, or -1.
int32_t fuse_into_producer(const Node& node, Program* program) {
  const OpDef* op = find_op(node.op);
  const int32_t producer = program->gradient[node.in[0]];
  if (!op->as_activation || producer < 0)
    return -1;
  Node* before = &program->nodes[producer];
  const OpDef* before_op = find_op(before->op);
  float* fused_slope = nullptr;
  Activation* fused =
      before_op->fused_activation ? before_op->fused_activation(&before->options, &fused_slope) : nullptr;
  if (!fused || *fused != Activation::none)
    return -1;
  float slope = *fused_slope;
  *fused = op->as_activation(node.options, &slope);
  *fused_slope = slope;
  before->out[0] = node.out[0];
  return producer;
}

} // namespace

void fuse_activations(Program* program) {
  find_single_readers(program);
  int32_t kept = 0;
  for (int32_t n = 0; n < program->node_count; ++n) {
    const Node node = program->nodes[n];
    const int32_t producer = fuse_into_producer(node, program);
    if (producer < 0)
      program->nodes[kept++] = node;
    set_producer(producer < 0 ? kept - 1 : producer, node, program);
  }
  program->node_count = kept;
  for (ValueId v = 0; v < program->value_count; ++v)
    program->gradient[v] = kNoValue;
}

} // namespace pinhole
