// SPDX-License-Identifier: Apache-2.0
#include "train/deploy.h"

#include "model/fold_batch_norm.h"
#include "train/loaded_model.h"
#include "weights/convert_storage.h"
#include "weights/writer.h"

#include <utility>

namespace pinhole {
namespace {

// Copies a list with every id replaced by its new one.
Status renumber(const Array<ValueId>& list, const Array<ValueId>& new_id, Arena* memory, Array<ValueId>* renumbered) {
  if (!memory->take(list.size, renumbered))
    return error(Code::too_little_memory, "no memory for an entry's list");
  for (int32_t i = 0; i < list.size && !memory->measuring(); ++i)
    (*renumbered)[i] = new_id[list[i]];
  return {};
}

// needed[v] is set for every value that an inference entry reads, computes or returns.
void mark_needed(const Model& model, Array<uint8_t>* needed) {
  for (const EntryPoint& entry : model.entries)
    if (entry.mode == Mode::inference) {
      for (const ValueId value : entry.inputs)
        (*needed)[value] = 1;
      for (const ValueId value : entry.outputs)
        (*needed)[value] = 1;
    }
  for (int32_t n = model.nodes.size - 1; n >= 0; --n) {
    const Node& node = model.nodes[n];
    bool wanted = false;
    for (int32_t i = 0; i < node.n_out; ++i)
      wanted = wanted || (*needed)[node.out[i]];
    for (int32_t i = 0; wanted && i < node.n_in; ++i)
      (*needed)[node.in[i]] = 1;
    for (int32_t i = 0; wanted && i < node.n_out; ++i)
      (*needed)[node.out[i]] = 1;
    for (int32_t i = 0; wanted && i < node.n_parameters; ++i)
      (*needed)[node.parameter[i]] = 1;
  }
}

void keep_values(const Model& model, const Array<uint8_t>& needed, Array<ValueId>* new_id, Array<Value>* values) {
  values->size = 0;
  for (ValueId v = 0; v < model.values.size; ++v) {
    if (!needed[v])
      continue;
    (*new_id)[v] = values->size;
    values->data[values->size++] = model.values[v];
  }
}

void keep_nodes(const Model& model, const Array<uint8_t>& needed, const Array<ValueId>& new_id, Array<Node>* nodes) {
  nodes->size = 0;
  for (Node node : model.nodes) {
    if (!needed[node.out[0]])
      continue;
    for (int32_t i = 0; i < node.n_in; ++i)
      node.in[i] = new_id[node.in[i]];
    for (int32_t i = 0; i < node.n_out; ++i)
      node.out[i] = new_id[node.out[i]];
    for (int32_t i = 0; i < node.n_parameters; ++i)
      node.parameter[i] = new_id[node.parameter[i]];
    nodes->data[nodes->size++] = node;
  }
}

} // namespace

Status drop_training(const Model& model, Arena* memory, Model* deploy) {
  Array<uint8_t> needed;
  Array<ValueId> new_id;
  *deploy = model;
  deploy->kind = FileKind::deploy;
  if (!memory->take(model.values.size, &needed) || !memory->take(model.values.size, &new_id) ||
      !memory->take(model.values.size, &deploy->values) || !memory->take(model.nodes.size, &deploy->nodes) ||
      !memory->take(model.entries.size, &deploy->entries))
    return error(Code::too_little_memory, "no memory for the deploy model's lists");
  if (!memory->measuring()) {
    mark_needed(model, &needed);
    keep_values(model, needed, &new_id, &deploy->values);
    keep_nodes(model, needed, new_id, &deploy->nodes);
  }
  int32_t kept = 0;
  for (const EntryPoint& entry : model.entries) {
    if (entry.mode != Mode::inference)
      continue;
    EntryPoint renumbered = entry;
    PINHOLE_RETURN_IF_ERROR(renumber(entry.inputs, new_id, memory, &renumbered.inputs));
    PINHOLE_RETURN_IF_ERROR(renumber(entry.outputs, new_id, memory, &renumbered.outputs));
    if (!memory->measuring())
      deploy->entries[kept] = renumbered;
    ++kept;
  }
  deploy->entries.size = kept;
  return kept > 0 ? Status() : error(Code::bad_file, "model '%s' has no inference entry to deploy", model.name);
}

namespace {

using ModelPass = Status (*)(const Model&, Arena*, Model*);

// Replaces deploy->model by the pass's result, in new memory that is kept beside it.
Status apply(ModelPass pass, DeployModel* deploy) {
  const Model before = deploy->model;
  Model after = {};
  Arena measure(nullptr, 0);
  PINHOLE_RETURN_IF_ERROR(pass(before, &measure, &after));
  AlignedBytes memory;
  if (!memory.resize(measure.used()))
    return error(Code::too_little_memory, "not enough memory for the deploy model");
  Arena arena(memory.data(), measure.used());
  PINHOLE_RETURN_IF_ERROR(pass(before, &arena, &after));
  deploy->memory.push_back(std::move(memory));
  deploy->model = after;
  return {};
}

} // namespace

Status make_deploy_model(const Model& from, DType storage, DeployModel* deploy) {
  if (storage != DType::f32 && storage != DType::f16)
    return error(Code::unsupported, "weights cannot be stored as %s yet: f32 and f16 work", dtype_name(storage));
  deploy->model = from;
  PINHOLE_RETURN_IF_ERROR(apply(drop_training, deploy));
  PINHOLE_RETURN_IF_ERROR(apply(fold_batch_norm, deploy));
  PINHOLE_RETURN_IF_ERROR(apply(drop_training, deploy)); // again: folding leaves the batch norms' numbers unused
  return storage == DType::f16 ? apply(to_f16, deploy) : Status();
}

Status write_deploy_file(const std::string& from, const std::string& to) {
  LoadedModel loaded;
  PINHOLE_RETURN_IF_ERROR(load_model(from, &loaded));
  DeployModel deploy;
  PINHOLE_RETURN_IF_ERROR(make_deploy_model(loaded.model, DType::f32, &deploy));
  std::vector<uint8_t> bytes;
  PINHOLE_RETURN_IF_ERROR(write_model(deploy.model, &bytes));
  return replace_file(to, bytes.data(), bytes.size());
}

} // namespace pinhole
