// SPDX-License-Identifier: Apache-2.0
#include "model/check_model.h"

#include "base/desc_text.h"
#include "model/value_set.h"

#include <cstring>

namespace pinhole {
namespace {

// FNV-1a.
uint32_t name_hash(const char* name) {
  uint32_t hash = 2166136261u;
  for (; *name; ++name)
    hash = (hash ^ static_cast<unsigned char>(*name)) * 16777619u;
  return hash;
}

// Only a name whose hash was met before is compared with those before it.
template <class Named> Status check_names(const Array<Named>& things, const char* what) {
  constexpr uint32_t kHashes = 1u << 15;
  uint64_t met[kHashes / 64] = {};
  for (int32_t i = 0; i < things.size; ++i) {
    const uint32_t hash = name_hash(things[i].name);
    const uint32_t slot = (hash ^ hash >> 16) % kHashes;
    const bool new_hash = !(met[slot / 64] >> slot % 64 & 1);
    met[slot / 64] |= uint64_t{1} << slot % 64;
    for (int32_t j = 0; j < i && !new_hash; ++j)
      if (std::strcmp(things[i].name, things[j].name) == 0)
        return error(Code::bad_file, "model: %s %d and %d are both named %s: give each a name of its own", what, j, i,
                     things[i].name);
  }
  return {};
}

// --- Nodes ---------------------------------------------------------------------------------------------------------

Status check_inputs(const Model& model, const Node& node, const OpDef& op, const ValueSet& known) {
  if (node.n_in < op.min_inputs || node.n_in > op.max_inputs)
    return error(Code::bad_file, "model, node %s: %d inputs, %s takes %d to %d", node.name, node.n_in, op.name,
                 op.min_inputs, op.max_inputs);
  for (int i = 0; i < node.n_in; ++i)
    if (!known.has(node.in[i]))
      return error(Code::bad_file,
                   "model, node %s: input %s is neither an input of the model nor computed by a node before this one",
                   node.name, model.values[node.in[i]].name);
  return {};
}

Status check_outputs(const Model& model, const Node& node, const ShapeQuery& query, ValueSet* known) {
  if (node.n_out != query.n_out)
    return error(Code::bad_file, "model, node %s: %d outputs, its layer has %d", node.name, node.n_out, query.n_out);
  for (int i = 0; i < node.n_out; ++i) {
    const Value& value = model.values[node.out[i]];
    if (value.kind != ValueKind::activation || known->has(node.out[i]))
      return error(Code::bad_file, "model, node %s: output %s must be an activation that no other node writes",
                   node.name, value.name);
    if (value.desc != query.out[i])
      return error(Code::bad_file, "model, node %s: output %s is stated as %s, the layer makes %s", node.name,
                   value.name, DescText(value.desc).text, DescText(query.out[i]).text);
    known->insert(node.out[i]);
  }
  return {};
}

Status check_parameters(const Model& model, const Node& node, const OpDef& op, const ShapeQuery& query) {
  if (node.n_parameters != query.n_parameters)
    return error(Code::bad_file, "model, node %s: %d parameters, its layer needs %d", node.name, node.n_parameters,
                 query.n_parameters);
  for (int i = 0; i < node.n_parameters; ++i) {
    const Value& value = model.values[node.parameter[i]];
    for (int other = 0; other < i; ++other) // their gradients would be one number, written twice
      if (node.parameter[other] == node.parameter[i])
        return error(Code::bad_file, "model, node %s: %s is two of its parameters", node.name, value.name);
    const ParameterInfo info = op.parameter_info(query, i);
    const ValueKind kind = info.learned ? ValueKind::parameter : ValueKind::buffer;
    if (value.kind != kind)
      return error(Code::bad_file, "model, node %s: value %s cannot be its %s, which is a %s", node.name, value.name,
                   info.name, info.learned ? "learned parameter" : "buffer");
    Desc stored = value.desc;
    if (stored.dtype == DType::f16)
      stored.dtype = DType::f32;
    if (stored != query.parameter[i])
      return error(Code::bad_shape, "model, node %s: its %s, %s, is %s, must be %s", node.name, info.name, value.name,
                   DescText(value.desc).text, DescText(query.parameter[i]).text);
  }
  return {};
}

Status check_node(const Model& model, const Node& node, ValueSet* known) {
  const OpDef* op = find_op(node.op);
  if (!op)
    return error(Code::unsupported, "model, node %s: unknown layer type %d", node.name, static_cast<int>(node.op));
  PINHOLE_RETURN_IF_ERROR(check_inputs(model, node, *op, *known));
  Desc in[kMaxInputs];
  for (int i = 0; i < node.n_in; ++i)
    in[i] = model.values[node.in[i]].desc;
  ShapeQuery query{};
  query.options = &node.options;
  query.in = in;
  query.n_in = static_cast<int32_t>(node.n_in);
  if (const Status inferred = op->infer_shape(&query); !inferred.ok())
    return error(inferred.code, "model, node %s: %s", node.name, inferred.text);
  PINHOLE_RETURN_IF_ERROR(check_outputs(model, node, query, known));
  return check_parameters(model, node, *op, query);
}

Status check_values(const Model& model, ValueSet* known) {
  for (ValueId id = 0; id < model.values.size; ++id) {
    const Value& value = model.values[id];
    const bool stored = value.kind == ValueKind::parameter || value.kind == ValueKind::buffer;
    if (value.kind == ValueKind::gradient || stored != (value.data != nullptr))
      return error(Code::bad_file,
                   "model, value %s: only parameters and buffers have data, and gradients are not part "
                   "of a model",
                   value.name);
    // As many images as are asked for later; numbers as the kernels write them.
    if (!stored && (value.desc.n != 1 || value.desc.dtype != DType::f32))
      return error(Code::bad_file, "model, value %s: %s: inputs and activations are of one image, in f32", value.name,
                   DescText(value.desc).text);
    if (value.kind == ValueKind::input)
      known->insert(id);
  }
  return {};
}

Status check_nodes(const Model& model) {
  ValueSet known;
  PINHOLE_RETURN_IF_ERROR(check_values(model, &known));
  for (const Node& node : model.nodes)
    PINHOLE_RETURN_IF_ERROR(check_node(model, node, &known));
  for (ValueId id = 0; id < model.values.size; ++id)
    if (model.values[id].kind == ValueKind::activation && !known.has(id))
      return error(Code::bad_file, "model, value %s: an activation that no node computes", model.values[id].name);
  return {};
}

// --- Entry points --------------------------------------------------------------------------------------------------

// Puts `ids` in *set; each must be an activation, or an input where `input_allowed`, and named once.
Status collect(const Model& model, const EntryPoint& entry, const Array<ValueId>& ids, bool input_allowed,
               ValueSet* set) {
  for (const ValueId id : ids) {
    const Value& value = model.values[id];
    if (value.kind != ValueKind::activation && !(input_allowed && value.kind == ValueKind::input))
      return error(Code::bad_file, "model, entry point %s: %s cannot be its %s", entry.name, value.name,
                   input_allowed ? "input" : "output");
    if (set->has(id))
      return error(Code::bad_file, "model, entry point %s: %s is named twice", entry.name, value.name);
    set->insert(id);
  }
  return {};
}

// Walks from the outputs back to what must be given.
Status check_computable(const Model& model, const EntryPoint& entry, const ValueSet& given, ValueSet needed) {
  for (int32_t n = model.nodes.size - 1; n >= 0; --n) {
    const Node& node = model.nodes[n];
    bool runs = false;
    for (int i = 0; i < node.n_out; ++i)
      runs = runs || (needed.has(node.out[i]) && !given.has(node.out[i]));
    for (int i = 0; runs && i < node.n_in; ++i)
      needed.insert(node.in[i]);
  }
  for (ValueId id = 0; id < model.values.size; ++id)
    if (model.values[id].kind == ValueKind::input && needed.has(id) && !given.has(id))
      return error(Code::bad_file, "model, entry point %s: its outputs need %s, which is not among its inputs",
                   entry.name, model.values[id].name);
  return {};
}

Status check_entry(const Model& model, const EntryPoint& entry) {
  if (entry.outputs.size == 0)
    return error(Code::bad_file, "model, entry point %s: no outputs", entry.name);
  ValueSet given, needed;
  PINHOLE_RETURN_IF_ERROR(collect(model, entry, entry.inputs, true, &given));
  PINHOLE_RETURN_IF_ERROR(collect(model, entry, entry.outputs, false, &needed));
  for (const ValueId output : entry.outputs)
    if (given.has(output))
      return error(Code::bad_file, "model, entry point %s: %s is an input and an output of it", entry.name,
                   model.values[output].name);
  for (const ValueId output : entry.outputs)
    if (entry.mode == Mode::training && model.values[output].desc != Desc{1, 1, 1, 1, DType::f32})
      return error(Code::bad_file,
                   "model, entry point %s: a training entry puts out the loss and its summands, each 1x1x1x1 f32",
                   entry.name);
  return check_computable(model, entry, given, needed);
}

} // namespace

Status check_model(const Model& model) {
  if (model.values.size > kMaxModelValues)
    return error(Code::bad_file, "model %s: %d values, at most %d are possible", model.name, model.values.size,
                 kMaxModelValues);
  PINHOLE_RETURN_IF_ERROR(check_names(model.values, "values"));
  PINHOLE_RETURN_IF_ERROR(check_names(model.nodes, "nodes"));
  PINHOLE_RETURN_IF_ERROR(check_names(model.entries, "entry points"));
  PINHOLE_RETURN_IF_ERROR(check_nodes(model));
  for (const EntryPoint& entry : model.entries)
    PINHOLE_RETURN_IF_ERROR(check_entry(model, entry));
  return {};
}

} // namespace pinhole
