// SPDX-License-Identifier: Apache-2.0
#include "model/fold_batch_norm.h"

#include "ops/batch_norm_options.h"
#include "ops/conv_options.h"

#include <cmath>
#include <cstdio>

namespace pinhole {
namespace {

bool is_convolution(const Node& node) {
  return node.op == OpId::conv2d || node.op == OpId::conv_transpose2d;
}

// How often nodes read `value` and entries name it.
int32_t reader_count(const Model& model, ValueId value) {
  int32_t readers = 0;
  for (const Node& node : model.nodes) {
    for (int32_t i = 0; i < node.n_in; ++i)
      readers += node.in[i] == value;
    for (int32_t i = 0; i < node.n_parameters; ++i)
      readers += node.parameter[i] == value;
  }
  for (const EntryPoint& entry : model.entries) {
    for (const ValueId output : entry.outputs)
      readers += output == value;
    for (const ValueId input : entry.inputs)
      readers += input == value;
  }
  return readers;
}

bool is_f32_of_one(const Model& model, ValueId value) {
  return model.values[value].desc.dtype == DType::f32 && reader_count(model, value) == 1;
}

// The convolution that can take over what `norm` does, or -1.
int32_t foldable_into(const Model& model, const Node& norm) {
  if (norm.op != OpId::batch_norm || reader_count(model, norm.in[0]) != 1)
    return -1;
  for (int32_t i = 0; i < norm.n_parameters; ++i)
    if (model.values[norm.parameter[i]].desc.dtype != DType::f32)
      return -1;
  for (int32_t n = 0; n < model.nodes.size; ++n) {
    const Node& node = model.nodes[n];
    if (node.out[0] != norm.in[0])
      continue;
    bool takes = is_convolution(node) && node.options.as<ConvOptions>().activation == Activation::none;
    for (int32_t i = 0; takes && i < node.n_parameters; ++i)
      takes = is_f32_of_one(model, node.parameter[i]);
    return takes ? n : -1;
  }
  return -1;
}

const float* numbers(const Model& model, ValueId value) {
  return static_cast<const float*>(model.values[value].data);
}

// gamma / sqrt(running_var + epsilon) of channel `c`.
double scale_of(const Model& model, const Node& norm, int64_t c) {
  const double variance = static_cast<double>(numbers(model, norm.parameter[kRunningVar])[c]);
  const double epsilon = static_cast<double>(norm.options.as<BatchNormOptions>().epsilon);
  return static_cast<double>(numbers(model, norm.parameter[kWeight])[c]) / std::sqrt(variance + epsilon);
}

// conv2d weights are {out, kh, kw, in / groups}; conv_transpose2d's {in, kh, kw, out / groups}.
Status fold_weight(const Model& model, const Node& norm, const Node& layer, Arena* memory, Model* result) {
  const Desc& desc = model.values[layer.parameter[0]].desc;
  Array<float> folded;
  if (!memory->take(desc.elements(), &folded))
    return error(Code::too_little_memory, "no memory for the folded weights of %s", layer.name);
  if (memory->measuring())
    return {};
  const int64_t inner = int64_t{desc.h} * desc.w * desc.c;
  const bool transposed = layer.op == OpId::conv_transpose2d;
  const int32_t in_per_group = max_of(desc.n / layer.options.as<ConvOptions>().groups, 1);
  const float* from = numbers(model, layer.parameter[0]);
  for (int32_t n = 0; n < desc.n; ++n)
    for (int64_t i = 0; i < inner; ++i) {
      const int64_t channel = transposed ? int64_t{n / in_per_group} * desc.c + i % desc.c : n;
      folded[n * inner + i] =
          static_cast<float>(static_cast<double>(from[n * inner + i]) * scale_of(model, norm, channel));
    }
  result->values[layer.parameter[0]].data = folded.data;
  return {};
}

// "layer.bias" in arena memory.
Status name_bias(const Node& layer, Arena* memory, const char** name) {
  Array<char> text;
  const auto size = static_cast<int64_t>(std::strlen(layer.name) + sizeof ".bias");
  if (!memory->take(size, &text))
    return error(Code::too_little_memory, "no memory for the name of a bias of %s", layer.name);
  if (!memory->measuring())
    std::snprintf(text.data, static_cast<size_t>(size), "%s.bias", layer.name);
  *name = text.data;
  return {};
}

Status fold_bias(const Model& model, const Node& norm, Node* layer, Arena* memory, Model* result) {
  const Desc desc = model.values[norm.parameter[kBias]].desc;
  const bool had_bias = layer->n_parameters == 2;
  Array<float> folded;
  if (!memory->take(desc.c, &folded))
    return error(Code::too_little_memory, "no memory for the folded bias of %s", layer->name);
  const char* name = nullptr;
  if (!had_bias)
    PINHOLE_RETURN_IF_ERROR(name_bias(*layer, memory, &name));
  if (memory->measuring())
    return {};
  for (int64_t c = 0; c < desc.c; ++c) {
    const double bias = had_bias ? static_cast<double>(numbers(model, layer->parameter[1])[c]) : 0;
    const double mean = static_cast<double>(numbers(model, norm.parameter[kRunningMean])[c]);
    const double beta = static_cast<double>(numbers(model, norm.parameter[kBias])[c]);
    folded[c] = static_cast<float>((bias - mean) * scale_of(model, norm, c) + beta);
  }
  if (!had_bias) {
    layer->options.as<ConvOptions>().bias = 1;
    layer->parameter[layer->n_parameters++] = result->values.size;
    result->values.data[result->values.size++] = {name, desc, ValueKind::parameter, nullptr};
  }
  result->values[layer->parameter[1]].data = folded.data;
  return {};
}

// Copies of the lists, with room for one new bias per node.
Status copy_lists(const Model& model, Arena* memory, Model* copy) {
  *copy = model;
  if (!memory->take(model.values.size + model.nodes.size, &copy->values) ||
      !memory->take(model.nodes.size, &copy->nodes))
    return error(Code::too_little_memory, "no memory for the lists of model %s", model.name);
  copy->values.size = model.values.size;
  if (memory->measuring())
    return {};
  for (int32_t v = 0; v < model.values.size; ++v)
    copy->values[v] = model.values[v];
  for (int32_t n = 0; n < model.nodes.size; ++n)
    copy->nodes[n] = model.nodes[n];
  return {};
}

// Puts `layer` in the place of the node that computes `value`, among the first `count`.
void replace_producer(const Node& layer, ValueId value, int32_t count, Model* result) {
  for (int32_t n = 0; n < count; ++n)
    if (result->nodes[n].out[0] == value) {
      result->nodes[n] = layer;
      return;
    }
}

} // namespace

// Folding one batch norm decides nothing about another, so the model as it came answers for all of them.
Status fold_batch_norm(const Model& model, Arena* memory, Model* folded) {
  for (const EntryPoint& entry : model.entries)
    if (entry.mode == Mode::training)
      return error(Code::invalid_argument, "model %s: entry %s trains, its batch norms cannot be folded", model.name,
                   entry.name);
  PINHOLE_RETURN_IF_ERROR(copy_lists(model, memory, folded));
  int32_t kept = 0;
  for (const Node& node : model.nodes) {
    const int32_t source = foldable_into(model, node);
    if (source < 0) {
      if (!memory->measuring())
        folded->nodes[kept++] = node;
      continue;
    }
    Node layer = model.nodes[source];
    PINHOLE_RETURN_IF_ERROR(fold_weight(model, node, layer, memory, folded));
    PINHOLE_RETURN_IF_ERROR(fold_bias(model, node, &layer, memory, folded));
    layer.out[0] = node.out[0];
    if (!memory->measuring())
      replace_producer(layer, node.in[0], kept, folded);
  }
  folded->nodes.size = kept;
  return {};
}

} // namespace pinhole
