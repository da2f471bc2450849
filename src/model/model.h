// SPDX-License-Identifier: Apache-2.0
// A Model: named tensors, the layers that connect them, and named entry points. Plain data in an arena; every pass over
// it is a function from Model to Model. Names and parameter bytes point into the weights file, which must outlive it.
#pragma once

#include "base/arena.h"
#include "base/tensor.h"
#include "ops/op.h"

namespace pinhole {

using ValueId = int32_t; // index into Model::values
constexpr ValueId kNoValue = -1;

enum class ValueKind : uint8_t {
  input = 0,      // given by the caller: an image, a noise level, a training target
  activation = 1, // computed by a node
  parameter = 2,  // learned; bytes in the file
  buffer = 3,     // running statistics; bytes in the file, never seen by the optimiser
  gradient = 4,   // dL/d(value), made by differentiate
};

struct Value {
  const char* name;
  Desc desc; // of the stored bytes for parameters and buffers; of the requested size for the others once inferred
  ValueKind kind;
  const void* data; // parameters and buffers: dense bytes in the file; else null
};

struct Node {
  OpId op;
  const char* name;
  OpOptions options;
  ValueId in[kMaxInputs], out[kMaxOutputs], parameter[kMaxParameters];
  int8_t n_in, n_out, n_parameters;
};

enum class Mode : uint8_t { inference = 0, training = 1 };

// A way to run the graph: give `inputs`, get `outputs`; only the nodes that the outputs need are run.
// A training entry's outputs are the loss, {1,1,1,1}, and numbers to show beside it, such as its summands.
struct EntryPoint {
  const char* name; // reconstruct, encode, decode, sample, train
  Mode mode;
  Array<ValueId> inputs, outputs;
};

// How a frame becomes the input tensor and the output tensor a frame: x = pixel * scale + offset per channel; the
// output tensor is turned back by the inverse. Pixels are 0..255 (or 0..65535 for gray16, scaled to 0..255 first).
enum class Channels : uint8_t { gray = 1, rgb = 3 };
struct Preprocessing {
  Channels channels = Channels::gray;
  float scale = 1.0f / 255, offset = 0;
  int32_t fixed_height = 0, fixed_width = 0; // 0: any size (fully convolutional)
};

enum class FileKind : uint8_t { training = 0, deploy = 1 };

// Where the weights came from, as the trainer wrote it. Empty strings where unknown; never null.
struct Provenance {
  const char *recipe, *data, *data_licence, *tool, *note;
  uint64_t seed, steps;
};

struct Model {
  const char* name;
  FileKind kind;
  Array<Value> values; // inputs, parameters and buffers first come in any order; activations are written exactly once
  Array<Node> nodes;   // in an order in which every value is computed before it is read
  Array<EntryPoint> entries;
  Preprocessing preprocessing;
  Provenance provenance;
};

// The entry called `name`; null when there is none. With name null: the first of mode inference.
const EntryPoint* find_entry(const Model& model, const char* name);
// The value called `name`, or kNoValue.
ValueId find_value(const Model& model, const char* name);

} // namespace pinhole
