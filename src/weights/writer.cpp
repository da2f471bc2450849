// SPDX-License-Identifier: Apache-2.0
#include "weights/writer.h"

#include "base/crc32c.h"
#include "weights/format.h"
#include "weights/pinhole_generated.h"
#include "weights/reader.h"

#include <cstring>
#include <new>

namespace pinhole {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;
template <class T> using Offsets = std::vector<Offset<T>>;

bool is_stored(const Value& value) {
  return value.kind == ValueKind::parameter || value.kind == ValueKind::buffer;
}

// Places the tensors in value order; returns the bytes of the whole area.
uint64_t place_tensors(const Model& model, std::vector<file::Storage>* storage) {
  size_t end = 0;
  for (const Value& value : model.values) {
    if (is_stored(value)) {
      const size_t offset = align_up(end, kFileAlignment), size = value.desc.bytes();
      storage->emplace_back(offset, size, crc32c(value.data, size));
      end = offset + size;
    } else {
      storage->emplace_back();
    }
  }
  return align_up(end, kFileAlignment);
}

// A batch is the caller's choice at run time, so inputs and activations are stated for one image.
Offset<file::Value> build_value(FlatBufferBuilder* builder, const Value& value, const file::Storage& storage) {
  const bool stored = is_stored(value);
  const file::Shape shape(stored ? value.desc.n : 1, value.desc.h, value.desc.w, value.desc.c);
  const auto name = builder->CreateString(value.name);
  return file::CreateValue(*builder, name, static_cast<file::ValueKind>(value.kind),
                           static_cast<file::DType>(value.desc.dtype), &shape, stored ? &storage : nullptr);
}

template <class T> Offset<flatbuffers::Vector<T>> build_list(FlatBufferBuilder* builder, const T* data, int32_t count) {
  return builder->CreateVector(data, static_cast<size_t>(count));
}

Offset<file::Attribute> build_attribute(FlatBufferBuilder* builder, const Attribute& attribute) {
  const auto key = builder->CreateString(attribute.key);
  Offset<flatbuffers::Vector<int32_t>> ints;
  Offset<flatbuffers::Vector<float>> floats;
  if (attribute.int_count > 0)
    ints = build_list(builder, attribute.ints, attribute.int_count);
  if (attribute.float_count > 0)
    floats = build_list(builder, attribute.floats, attribute.float_count);
  return file::CreateAttribute(*builder, key, ints, floats);
}

Status build_node(FlatBufferBuilder* builder, const Node& node, Offset<file::Node>* built) {
  const OpDef* op = find_op(node.op);
  if (!op)
    return error(Code::unsupported, "node %s: unknown layer type %d", node.name, static_cast<int>(node.op));
  alignas(Arena::kAlignment) unsigned char memory[16384];
  Arena arena(memory, sizeof memory);
  Attributes attributes;
  PINHOLE_RETURN_IF_ERROR(op->attributes(node.options, &arena, &attributes));
  const auto name = builder->CreateString(node.name);
  Offsets<file::Attribute> list;
  for (const Attribute& attribute : attributes)
    list.push_back(build_attribute(builder, attribute));
  const auto attribute_list = builder->CreateVector(list);
  const auto inputs = build_list(builder, node.in, node.n_in);
  const auto outputs = build_list(builder, node.out, node.n_out);
  const auto parameters = build_list(builder, node.parameter, node.n_parameters);
  *built =
      file::CreateNode(*builder, static_cast<uint16_t>(node.op), name, attribute_list, inputs, outputs, parameters);
  return {};
}

Offset<file::EntryPoint> build_entry(FlatBufferBuilder* builder, const EntryPoint& entry) {
  const auto name = builder->CreateString(entry.name);
  const auto inputs = build_list(builder, entry.inputs.data, entry.inputs.size);
  const auto outputs = build_list(builder, entry.outputs.data, entry.outputs.size);
  return file::CreateEntryPoint(*builder, name, static_cast<file::Mode>(entry.mode), inputs, outputs);
}

Offset<file::Provenance> build_provenance(FlatBufferBuilder* builder, const Provenance& from) {
  const auto recipe = builder->CreateString(from.recipe);
  const auto data = builder->CreateString(from.data);
  const auto data_licence = builder->CreateString(from.data_licence);
  const auto tool = builder->CreateString(from.tool);
  const auto note = builder->CreateString(from.note);
  return file::CreateProvenance(*builder, recipe, data, data_licence, tool, note, from.seed, from.steps);
}

// The order of these calls decides the order of the bytes: each table's strings, lists and tables in the schema's
// order, then the table (weights/README.md).
Status build_graph(const Model& model, const std::vector<file::Storage>& storage, FlatBufferBuilder* builder) {
  const auto name = builder->CreateString(model.name);
  Offsets<file::Value> values;
  for (int32_t i = 0; i < model.values.size; ++i)
    values.push_back(build_value(builder, model.values[i], storage[static_cast<size_t>(i)]));
  const auto value_list = builder->CreateVector(values);
  Offsets<file::Node> nodes(static_cast<size_t>(model.nodes.size));
  for (int32_t i = 0; i < model.nodes.size; ++i)
    PINHOLE_RETURN_IF_ERROR(build_node(builder, model.nodes[i], &nodes[static_cast<size_t>(i)]));
  const auto node_list = builder->CreateVector(nodes);
  Offsets<file::EntryPoint> entries;
  for (const EntryPoint& entry : model.entries)
    entries.push_back(build_entry(builder, entry));
  const auto entry_list = builder->CreateVector(entries);
  const Preprocessing& frame = model.preprocessing;
  const auto preprocessing = file::CreatePreprocessing(*builder, static_cast<uint8_t>(frame.channels), frame.scale,
                                                       frame.offset, frame.fixed_height, frame.fixed_width);
  const auto provenance = build_provenance(builder, model.provenance);
  builder->Finish(file::CreateGraph(*builder, name, static_cast<file::FileKind>(model.kind), value_list, node_list,
                                    entry_list, preprocessing, provenance));
  return {};
}

FileHeader make_header(const FlatBufferBuilder& graph, uint64_t tensors_bytes) {
  FileHeader header{};
  std::memcpy(header.magic, kMagic, sizeof kMagic);
  header.version = kFormatVersion;
  header.header_bytes = sizeof header;
  header.graph_offset = sizeof header;
  header.graph_bytes = graph.GetSize();
  header.tensors_offset = align_up(sizeof header + graph.GetSize(), kFileAlignment);
  header.file_bytes = header.tensors_offset + tensors_bytes;
  header.graph_crc = crc32c(graph.GetBufferPointer(), graph.GetSize());
  header.header_crc = crc32c(&header, offsetof(FileHeader, header_crc));
  return header;
}

// What the reader would refuse is never written. The reader wants aligned bytes, so it sees a copy.
Status check_readable(const std::vector<uint8_t>& bytes) {
  std::vector<uint8_t> copy(bytes.size() + kFileAlignment);
  uint8_t* file = copy.data() + (kFileAlignment - reinterpret_cast<uintptr_t>(copy.data()) % kFileAlignment);
  std::memcpy(file, bytes.data(), bytes.size());
  size_t setup_bytes = 0;
  PINHOLE_RETURN_IF_ERROR(measure_model(file, bytes.size(), &setup_bytes));
  std::vector<uint8_t> memory(setup_bytes + Arena::kAlignment);
  uint8_t* base = memory.data() + (Arena::kAlignment - reinterpret_cast<uintptr_t>(memory.data()) % Arena::kAlignment);
  Arena arena(base, setup_bytes);
  Model model{};
  return read_model(file, bytes.size(), &arena, &model);
}

Status check_values(const Model& model) {
  for (const Value& value : model.values)
    if (value.kind == ValueKind::gradient || value.desc.dtype == DType::f64 || (is_stored(value) && !value.data))
      return error(Code::invalid_argument, "value %s: gradients, f64 and parameters without data cannot be stored",
                   value.name);
  return {};
}

Status write_checked(const Model& model, std::vector<uint8_t>* bytes) {
  PINHOLE_RETURN_IF_ERROR(check_values(model));
  std::vector<file::Storage> storage;
  const uint64_t tensors_bytes = place_tensors(model, &storage);
  FlatBufferBuilder builder;
  PINHOLE_RETURN_IF_ERROR(build_graph(model, storage, &builder));
  const FileHeader header = make_header(builder, tensors_bytes);
  bytes->assign(header.file_bytes, 0);
  std::memcpy(bytes->data(), &header, sizeof header);
  std::memcpy(bytes->data() + header.graph_offset, builder.GetBufferPointer(), builder.GetSize());
  for (size_t i = 0; i < storage.size(); ++i)
    if (storage[i].byte_size() > 0)
      std::memcpy(bytes->data() + header.tensors_offset + storage[i].offset(),
                  model.values[static_cast<int64_t>(i)].data, storage[i].byte_size());
  return check_readable(*bytes);
}

} // namespace

Status write_model(const Model& model, std::vector<uint8_t>* bytes) try {
  const Status status = write_checked(model, bytes);
  if (status.ok())
    return status;
  bytes->clear();
  return error(status.code, "model %s cannot be written: %s", model.name, status.text);
} catch (const std::bad_alloc&) {
  return error(Code::too_little_memory, "model %s cannot be written: out of memory", model.name);
}

} // namespace pinhole
