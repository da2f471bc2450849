// SPDX-License-Identifier: Apache-2.0
// A Plan bound to memory: the run loop. Nothing allocates after bind.
//
//   size_t setup_bytes;
//   measure_setup(file, bytes, options, &setup_bytes);          // 1. how much memory the planning itself needs
//   plan_file(file, bytes, options, setup, setup_bytes, &engine);  // 2. file -> Model -> Plan, all inside `setup`
//   ... engine->plan.{prepared,state,scratch}_bytes ...         // 3. the exact bill, before anything else is allocated
//   bind_engine(engine, regions);                               // 4. pointers, packed weights, threads
//   run(engine, ...);                                           // 5. per frame or step: no allocation, no look-up
//   unbind_engine(engine);                                      // 6. joins the threads; the memory is the caller's
#pragma once

#include "device/cpu/thread_pool.h"
#include "plan/rows.h"
#include "plan/views.h"

namespace pinhole {

struct EngineOptions {
  PlanOptions plan;
  int32_t threads = 1;
};

// Memory for one region: at least the planned bytes, 64-byte aligned.
struct Memory {
  void* data = nullptr;
  size_t bytes = 0;
};

struct Regions {
  Memory prepared, state, scratch;
};

// What lies beside the regions while an engine lives.
struct Surroundings {
  Memory file, setup;
};

// Fills rows of an input (load) or takes rows of an output (store). Called from several threads at once for disjoint
// rows; `rows` are rows of every image. In the row schedule each row is loaded once and stored once, in order of
// rounds.
struct InputOutput {
  void* context = nullptr;
  void (*load)(void* context, ValueId value, const View& view,
               RowRange rows) = nullptr; // null: views are already filled
  void (*store)(void* context, ValueId value, const View& view,
                RowRange rows) = nullptr; // null: read the view afterwards
};

// Adam's, AdamW's and SGD's constants for one update, as torch.optim names them.
struct UpdateOptions {
  double beta1 = 0.9, beta2 = 0.999; // adam, adamw; double, because 1 - 0.999f is not 0.001f
  float epsilon = 1e-8f;             // adam, adamw
  float momentum = 0;                // sgd
  bool nesterov = false;
  float weight_decay = 0;
  float max_gradient_norm = 0; // clips the gradient's Euclidean norm as torch.nn.utils.clip_grad_norm_; 0: never
};

struct BoundStep {
  Call call;
  const Kernel* kernel; // null: elided
  Step step;
};

struct Engine {
  Surroundings around;
  Model model;
  Plan plan;
  EngineOptions options;
  ThreadPool* pool;
  Array<View> views;      // per value; data null until bound and for values outside the program
  Array<View> call_views; // the arrays that the calls point into
  Array<BoundStep> steps;
  int32_t step_count;
  RowProgress progress; // the row schedule
  void* pool_memory;    // thread_pool_bytes(options.threads)
  Regions regions;
  UpdateOptions update;
  RunState state;
  bool bound, owns_pool;
};

Status measure_setup(const void* file, size_t file_bytes, const EngineOptions& options, size_t* setup_bytes);

// Builds everything in `setup` (64-byte aligned). The file must stay mapped while the engine lives.
Status plan_file(const void* file, size_t file_bytes, const EngineOptions& options, void* setup, size_t setup_bytes,
                 Engine** engine);

// Regions of these sizes or more, aligned, apart from each other and from what is around them. Errors name the region
// and the bytes missing.
Status check_regions(const Regions& regions, const Surroundings& around, size_t prepared_bytes, size_t state_bytes,
                     size_t scratch_bytes);

// A file that the setup memory lies over would be lost.
Status check_apart(const Surroundings& around);

// Regions smaller than planned are refused, naming the region and the bytes missing. Copies parameters from the file
// into the state (training), widens f16, packs weights. `pool`: threads of another engine, which outlives this one's
// binding and never runs at the same time; null: its own are started.
Status bind_engine(Engine* engine, const Regions& regions, ThreadPool* pool = nullptr);

// Begins anew with what the file holds now: moments are forgotten, parameters read and packed again. Two engines may
// share the prepared and scratch regions when each is reloaded before its turn.
Status reload_engine(Engine* engine);

// One pass over the program's steps: an inference, or a training step with its update. Training: fill the input views
// first; afterwards engine_loss() has the value before the update. Errors: invalid_argument (not bound), numeric (the
// loss or a gradient is not finite: parameters and moments have not changed).
Status run_engine(Engine* engine, const InputOutput& io);

void unbind_engine(Engine* engine);

// The view of an input or output by name; data null when there is none (whole schedule only).
View engine_view(const Engine& engine, const char* name);

// Training: the loss of the latest step.
float engine_loss(const Engine& engine);

// Training: section `section` (0 weight, 1 gradient, 2, 3 moments) of the flat parameter block.
Array<float> parameter_section(const Engine& engine, int32_t section);

// Training: puts the learned parameters and running statistics into `file`, a copy of the bytes that the engine was
// opened from.
Status store_in_file(const Engine& engine, void* file, size_t file_bytes);

// Packs the parameters again after the caller changed them (resume, averaging).
Status refresh_parameters(Engine* engine);

} // namespace pinhole
