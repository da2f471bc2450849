// SPDX-License-Identifier: Apache-2.0
#include "weights/build_model.h"

#include "weights/format.h"

namespace pinhole {
namespace {

using Indices = flatbuffers::Vector<int32_t>;

bool take_entry_arrays(const file::Graph& graph, Arena* setup, Model* model) {
  for (uint32_t i = 0; i < graph.entries()->size(); ++i) {
    EntryPoint entry{};
    const file::EntryPoint& from = *graph.entries()->Get(i);
    if (!setup->take(count_of(from.inputs()), &entry.inputs) || !setup->take(count_of(from.outputs()), &entry.outputs))
      return false;
    if (!setup->measuring())
      model->entries[i] = entry;
  }
  return true;
}

// Copies `from`, whose count check_graph has limited, to `ids`; `owner` names the node or entry in messages.
Status copy_indices(const Indices* from, int32_t value_count, const char* owner, ValueId* ids) {
  for (uint32_t i = 0; i < count_of(from); ++i) {
    ids[i] = from->Get(i);
    if (ids[i] < 0 || ids[i] >= value_count)
      return error(Code::bad_file, "weights file, %s: value index %d, must be 0 to %d", owner, ids[i], value_count - 1);
  }
  return {};
}

Value build_value(const Sections& sections, const file::Value& from) {
  Value value{};
  value.name = from.name()->c_str();
  value.kind = static_cast<ValueKind>(from.kind());
  value.desc = desc_of(from);
  value.data = is_stored(from) ? sections.tensors + from.storage()->offset() : nullptr;
  return value;
}

// Numbers are read in place: the file is little endian and FlatBuffers aligns them.
Attribute build_attribute(const file::Attribute& from) {
  Attribute attribute{};
  attribute.key = from.key()->c_str();
  attribute.int_count = static_cast<int32_t>(count_of(from.ints()));
  attribute.float_count = static_cast<int32_t>(count_of(from.floats()));
  attribute.ints = from.ints() ? from.ints()->data() : nullptr;
  attribute.floats = from.floats() ? from.floats()->data() : nullptr;
  return attribute;
}

Status parse_node_options(const OpDef& op, const file::Node& from, OpOptions* options) {
  Attribute storage[kMaxAttributes] = {};
  const Attributes attributes{storage, static_cast<int32_t>(count_of(from.attributes()))};
  for (int32_t i = 0; i < attributes.size; ++i)
    storage[i] = build_attribute(*from.attributes()->Get(static_cast<uint32_t>(i)));
  if (const Status parsed = op.parse(attributes, options); !parsed.ok())
    return error(parsed.code, "weights file, node %s: %s", from.name()->c_str(), parsed.text);
  return {};
}

Status build_node(const file::Node& from, int32_t value_count, Node* node) {
  node->name = from.name()->c_str();
  node->op = static_cast<OpId>(from.op());
  const OpDef* op = find_op(node->op);
  if (!op)
    return error(Code::unsupported,
                 "weights file, node %s: layer type %u is unknown to this build: use a newer Pinhole", node->name,
                 static_cast<unsigned>(from.op()));
  PINHOLE_RETURN_IF_ERROR(parse_node_options(*op, from, &node->options));
  PINHOLE_RETURN_IF_ERROR(copy_indices(from.inputs(), value_count, node->name, node->in));
  PINHOLE_RETURN_IF_ERROR(copy_indices(from.outputs(), value_count, node->name, node->out));
  PINHOLE_RETURN_IF_ERROR(copy_indices(from.parameters(), value_count, node->name, node->parameter));
  node->n_in = static_cast<int8_t>(count_of(from.inputs()));
  node->n_out = static_cast<int8_t>(count_of(from.outputs()));
  node->n_parameters = static_cast<int8_t>(count_of(from.parameters()));
  return {};
}

Status build_entry(const file::EntryPoint& from, int32_t value_count, EntryPoint* entry) {
  entry->name = from.name()->c_str();
  entry->mode = static_cast<Mode>(from.mode());
  PINHOLE_RETURN_IF_ERROR(copy_indices(from.inputs(), value_count, entry->name, entry->inputs.data));
  return copy_indices(from.outputs(), value_count, entry->name, entry->outputs.data);
}

Preprocessing build_preprocessing(const file::Preprocessing* from) {
  Preprocessing frame;
  if (from)
    frame = {static_cast<Channels>(from->channels()), from->scale(), from->offset(), from->fixed_height(),
             from->fixed_width()};
  return frame;
}

const char* text_or_empty(const flatbuffers::String* text) {
  return text ? text->c_str() : "";
}

Provenance build_provenance(const file::Provenance* from) {
  if (!from)
    return {"", "", "", "", "", 0, 0};
  return {text_or_empty(from->recipe()),
          text_or_empty(from->data()),
          text_or_empty(from->data_licence()),
          text_or_empty(from->tool()),
          text_or_empty(from->note()),
          from->seed(),
          from->steps()};
}

} // namespace

Status take_model_arrays(const file::Graph& graph, Arena* setup, Model* model) {
  if (setup->take(graph.values()->size(), &model->values) && setup->take(graph.nodes()->size(), &model->nodes) &&
      setup->take(graph.entries()->size(), &model->entries) && take_entry_arrays(graph, setup, model))
    return {};
  return error(Code::too_little_memory, "weights file: the setup memory cannot hold the model");
}

Status build_model(const Sections& sections, const file::Graph& graph, Arena* setup, Model* model) {
  PINHOLE_RETURN_IF_ERROR(take_model_arrays(graph, setup, model));
  const int32_t value_count = model->values.size;
  model->name = graph.name()->c_str();
  model->kind = static_cast<FileKind>(graph.kind());
  model->preprocessing = build_preprocessing(graph.preprocessing());
  model->provenance = build_provenance(graph.provenance());
  for (int32_t i = 0; i < value_count; ++i)
    model->values[i] = build_value(sections, *graph.values()->Get(static_cast<uint32_t>(i)));
  for (int32_t i = 0; i < model->nodes.size; ++i)
    PINHOLE_RETURN_IF_ERROR(build_node(*graph.nodes()->Get(static_cast<uint32_t>(i)), value_count, &model->nodes[i]));
  for (int32_t i = 0; i < model->entries.size; ++i)
    PINHOLE_RETURN_IF_ERROR(
        build_entry(*graph.entries()->Get(static_cast<uint32_t>(i)), value_count, &model->entries[i]));
  return {};
}

} // namespace pinhole
