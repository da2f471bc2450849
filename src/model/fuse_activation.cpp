// SPDX-License-Identifier: Apache-2.0
#include "model/passes.h"

namespace pinhole {
namespace {

// True when `node` now happens inside the layer that feeds it.
bool fuse_into_producer(const Node& node, Program* program) {
  const OpDef* op = find_op(node.op);
  if (!op->as_activation || reader_count(*program, node.in[0]) != 1)
    return false;
  const int32_t producer = producer_of(*program, node.in[0]);
  if (producer < 0)
    return false;
  Node* before = &program->nodes[producer];
  const OpDef* before_op = find_op(before->op);
  float* fused_slope = nullptr;
  Activation* fused =
      before_op->fused_activation ? before_op->fused_activation(&before->options, &fused_slope) : nullptr;
  if (!fused || *fused != Activation::none)
    return false;
  float slope = *fused_slope;
  *fused = op->as_activation(node.options, &slope);
  *fused_slope = slope;
  before->out[0] = node.out[0];
  return true;
}

} // namespace

void fuse_activations(Program* program) {
  for (int32_t n = 0; n < program->node_count;) {
    if (!fuse_into_producer(program->nodes[n], program)) {
      ++n;
      continue;
    }
    for (int32_t later = n + 1; later < program->node_count; ++later)
      program->nodes[later - 1] = program->nodes[later];
    --program->node_count;
  }
}

} // namespace pinhole
