// SPDX-License-Identifier: Apache-2.0
// The contract of a layer: what it states about shapes and memory, and the functions that compute it.
//
// A layer is one `const OpDef` of plain functions. It knows tensors and its own options; it does not know the model,
// the planner or the engine. Kernels are split into independent units so that any number of threads gives the same
// bytes: which thread runs a unit never changes what the unit computes.
#pragma once

#include "base/arena.h"
#include "base/status.h"
#include "base/tensor.h"

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace pinhole {

constexpr int kMaxInputs = 4, kMaxOutputs = 4, kMaxParameters = 4, kMaxPhases = 3;

enum class OpId : uint16_t {
#define PINHOLE_OP(id, name) name = (id),
#include "ops/ops.def"
#undef PINHOLE_OP
};

// --- Options -------------------------------------------------------------------------------------------------------

// One option as a file or a recipe states it: integers or floats under a name.
struct Attribute {
  const char* key;
  const int32_t* ints;
  const float* floats;
  int32_t int_count, float_count;
};
using Attributes = Array<Attribute>;

// A layer's options after parsing: a plain struct of the layer's own, at most 80 bytes, all zero where unused.
struct OpOptions {
  alignas(8) unsigned char bytes[80] = {0};

  template <class T> const T& as() const {
    static_assert(sizeof(T) <= 80, "options are at most 80 bytes");
    static_assert(alignof(T) <= 8 && std::is_trivially_copyable_v<T>, "options are plain bytes");
    return *reinterpret_cast<const T*>(bytes);
  }
  template <class T> T& as() { return const_cast<T&>(static_cast<const OpOptions*>(this)->as<T>()); }
};

// An activation that a layer applies to its result before storing it (see plan passes: fuse_activation).
enum class Activation : int32_t { none = 0, relu = 1, leaky_relu = 2, sigmoid = 3, tanh = 4 };

// --- Shapes --------------------------------------------------------------------------------------------------------

// What a layer is asked about shapes. `in` holds n_in descs; the layer fills the rest.
struct ShapeQuery {
  const OpOptions* options;
  const Desc* in;
  int32_t n_in;
  bool training; // outputs that only a backward step reads (saved statistics, positions) exist only in training
  // Filled by infer_shape:
  Desc out[kMaxOutputs];
  int32_t n_out;
  Desc parameter[kMaxParameters]; // learned first, then buffers (running statistics)
  int32_t n_parameters;
};

// Name and role of a parameter, for files, initialisation and the optimiser.
struct ParameterInfo {
  const char* name; // PyTorch's: "weight", "bias", "running_mean", ...
  bool learned;     // false: a buffer, saved but never seen by the optimiser
  float initial;    // constant start value where fan_in is 0
  int64_t fan_in;   // > 0: PyTorch's default, uniform in ±1/sqrt(fan_in)
};

// --- Kernels -------------------------------------------------------------------------------------------------------

// Numbers that change from run to run, outside the plan. On a GPU this struct lies in device memory.
struct RunState {
  uint64_t seed = 0;
  uint64_t step = 0; // counts training steps from 0; noise is Philox(seed, step, element)
  float learning_rate = 0;
  float loss_scale = 1;
};

// Everything one kernel call sees. Arrays have the counts of the node; a view that the call does not need has null
// data. Gradients are named as in the formulas: d_in[i] is dL/d(in[i]).
struct Call {
  const OpOptions* options = nullptr;
  const View* in = nullptr;
  const View* out = nullptr;
  const View* parameter = nullptr;
  const View* d_in = nullptr;
  const View* d_out = nullptr;
  const View* d_parameter = nullptr; // dense f32
  int8_t n_in = 0, n_out = 0, n_parameters = 0;
  bool training = false;
  // Bit i: add to d_in[i] / d_parameter[i] instead of overwriting it.
  uint8_t accumulate_in = 0, accumulate_parameter = 0;
  // forward: rows of out[0] to compute, in every image. Other passes ignore it (they run whole tensors).
  RowRange rows;
  void* scratch = nullptr;        // scratch_bytes(call), 64-byte aligned, contents undefined
  const void* prepared = nullptr; // prepared_bytes(call), 64-byte aligned, as prepare left it (writable in prepare)
  const RunState* state = nullptr;
  void* device = nullptr; // CUDA kernels: the device context (stream, handles); null on the CPU
};

// One part of a kernel. run(call, a, b) computes units a..b-1; units are independent and may run in any order, at the
// same time. A phase starts when every unit of the one before is done.
struct Phase {
  int64_t (*units)(const Call&) = nullptr;
  void (*run)(const Call&, int64_t begin, int64_t end) = nullptr;
};

// One pass over a layer. Absent phases have null `run`. The byte counts see shapes and options, never data.
struct Kernel {
  Phase phase[kMaxPhases];
  Phase prepare; // packs parameters into `prepared`: at bind, and again after every update in training
  size_t (*prepared_bytes)(const Call&) = nullptr;
  size_t (*scratch_bytes)(const Call&) = nullptr;
};

struct Kernels {
  Kernel forward;          // reads in, parameter; writes rows `rows` of out
  Kernel backward_data;    // reads d_out and what OpDef::data_needs says; writes the d_in whose data is not null
  Kernel backward_weights; // reads d_out and what OpDef::weights_needs says; writes the d_parameter not null
};

// What a backward pass reads beside d_out and the parameters: decides how long an activation lives. "Output" is out[0];
// outputs that exist only in training (saved statistics, positions) are always read by both backward passes.
enum Needs : uint8_t { kNeedsNothing = 0, kNeedsInput = 1, kNeedsOutput = 2, kNeedsInputAndOutput = 3 };

// How outputs may share memory with inputs, beyond lying apart.
enum class Sharing : uint8_t {
  none,
  in_place, // out[0] may overwrite in[0] element by element; likewise d_in[0] may overwrite d_out[0]
  concat,   // out[0] is its inputs side by side in channels: inputs may be planned inside it, then nothing runs
  reshape,  // out[0] is in[0]'s dense bytes under another shape: it may be planned as the same bytes
};

// --- The contract --------------------------------------------------------------------------------------------------

struct OpDef {
  OpId id;
  const char* name;
  int8_t min_inputs, max_inputs;
  Sharing sharing;
  uint8_t data_needs, weights_needs; // Needs
  uint8_t no_gradient_in;            // bit i: in[i] never gets a gradient (a loss's target)

  // Attributes -> options. An unknown key, a wrong count or a value out of range is an error naming the key.
  Status (*parse)(const Attributes&, OpOptions*);
  // The reverse, for writers: the canonical attributes of `options`, in arena memory.
  Status (*attributes)(const OpOptions&, Arena*, Attributes*);
  // Checks input shapes; fills out, parameter and their counts. Shape rules live here and nowhere else.
  Status (*infer_shape)(ShapeQuery*);
  ParameterInfo (*parameter_info)(const ShapeQuery&, int32_t index); // null without parameters
  // Rows of in[input] that rows `out` of out[0] need, clamped to 0..in.h; {0, in.h} for a global layer.
  RowRange (*row_window)(const ShapeQuery&, int32_t input, RowRange out);
  // Multiply-adds of one forward pass over the shapes in the query; null counts as 0.
  int64_t (*multiply_adds)(const ShapeQuery&);
  Activation* (*fused_activation)(OpOptions*, float** slope); // where a following activation can be fused; or null

  // f32; SIMD where it pays, else the plain loops. Kernels of another device come from a table that the engine is
  // given (cuda_kernels in device/cuda/device.h): the core does not know it.
  const Kernels* cpu;

  // For layers that are nothing but an activation: which one, with its slope. Null for the rest.
  Activation (*as_activation)(const OpOptions&, float* slope);
};

// The contract of an id or a name; null for one that this library does not know.
const OpDef* find_op(OpId id);
const OpDef* find_op(const char* name);
// All contracts, ops.def order, for tests and help: all_ops(&count).
const OpDef* const* all_ops(int32_t* count);

} // namespace pinhole
