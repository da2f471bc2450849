// SPDX-License-Identifier: Apache-2.0
// A Plan: where every tensor of a Program lies, to the byte, before anything is allocated.
#pragma once

#include "plan/arena_planner.h"
#include "plan/program.h"

namespace pinhole {

enum class Region : uint8_t { setup = 0, prepared = 1, state = 2, scratch = 3, file = 4 };
constexpr int kRegions = 4; // those that the caller supplies as writable memory

struct RegionSizes {
  size_t bytes[kRegions] = {0, 0, 0, 0}; // indexed by Region
};

enum class Schedule : uint8_t {
  automatic = 0, // rows for inference of a frame, whole for the rest
  whole = 1,     // every step runs over whole tensors; memory is shared by lifetime
  rows = 2,      // depth first over a few output rows; every tensor is a ring of rows
};

enum class Optimizer : uint8_t { sgd = 0, adam = 1, adamw = 2 };

struct PlanOptions {
  ProgramOptions program;
  Schedule schedule = Schedule::automatic;
  int32_t rows_per_step = 0;             // output rows of one round of the row schedule; 0: chosen by rule
  Optimizer optimizer = Optimizer::adam; // training: sgd keeps one moment, adam and adamw two
  size_t budget = 0; // 0: none; else prepared + state + scratch must fit, or the error names the bytes missing
};

// One block of a region. Values that share bytes (concat, in place, reshape) share a block.
struct Block {
  Region region;
  size_t offset, bytes;
  int32_t first, last; // steps during which it is live; in scratch, blocks that overlap in time never overlap in bytes
  int32_t ring_rows;   // 0: whole
};

// Where a value lies: strides in elements, as in View.
struct Placement {
  int32_t block; // kNoBlock for values that the program does not touch, and for parameters used from the file
  int64_t element_offset;
  int64_t image_stride, row_stride, pixel_stride;
};
constexpr int32_t kNoBlock = -1;

// Values that share a block: `value` lies inside `root` from channel `channel_offset` on. A root is its own root.
struct Alias {
  ValueId root;
  int32_t channel_offset;
  bool dense; // of a root: something reads its bytes under another shape, so it must not become a slice
};

// Steps first..last during which a value must keep its bytes; first > last: never used.
struct Lifetime {
  int32_t first, last;
};

// Bytes of one step outside tensors.
struct StepMemory {
  size_t scratch_offset, scratch_bytes;
  size_t prepared_offset, prepared_bytes;
};

// The flat parameter block in the state region: [weight | gradient | moment 1 | moment 2], each `length` floats.
struct ParameterBlock {
  int64_t length;   // floats in one section, every parameter at a multiple of 16
  size_t offset;    // of section 0 in the state region
  int32_t sections; // 0 for inference
};

// Floats of the gradient whose squares are summed by one unit of work, for clipping: it decides the update's scratch.
constexpr int64_t kClipChunk = 4096;

struct Plan {
  Program program;
  PlanOptions options;
  Schedule schedule;
  Array<Alias> aliases;        // per value
  Array<Lifetime> lifetimes;   // per value
  Array<Placement> placements; // per value
  Array<RowRange> node_rows;   // per node: {0, most rows of out[0] computed in one round}
  Array<int64_t> flat_offset;  // per value: parameters' first float in a section of the parameter block; -1 else
  Array<Block> blocks;
  Array<StepMemory> step_memory;
  Array<uint8_t> elided; // per step: it does nothing, its result already lies in place
  int32_t block_count;
  ParameterBlock parameters;
  size_t prepared_bytes, state_bytes, scratch_bytes;
  size_t scratch_bound;                    // most bytes live at one step: no plan can be smaller
  size_t activation_sum;                   // bytes of all tensors without any sharing
  int32_t rows_per_step;                   // row schedule
  int32_t row_lag;                         // input rows read in the first round beyond the rows that it puts out
  Array<int32_t> produced, needed, extent; // per value: the symbolic run of the row schedule
  Array<Request> requests;                 // working memory of the arena planner
  Array<int32_t> workspace;
};

// Takes the plan's arrays; with a measuring arena, counts them.
bool lay_out_plan(int32_t model_values, int32_t model_nodes, Arena* setup, Plan* plan);

// Plans `model` into a laid-out plan. Errors name the node or the bytes missing.
Status make_plan(const Model& model, const PlanOptions& options, Plan* plan);

} // namespace pinhole
