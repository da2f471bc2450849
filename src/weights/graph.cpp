// SPDX-License-Identifier: Apache-2.0
#include "weights/graph.h"

#include "base/checked.h"
#include "ops/op.h"
#include "weights/format.h"

#include <cmath>
#include <cstring>

namespace pinhole {
namespace {

// What a text may hold: names are one line of ASCII, provenance is UTF-8 text with line breaks.
enum class Charset { name, text };

bool allowed(unsigned char byte, Charset charset) {
  if (charset == Charset::name)
    return byte >= 0x20 && byte < 0x7F;
  return (byte >= 0x20 && byte != 0x7F) || byte == '\n' || byte == '\t' || byte == '\r';
}

// `what` and `index` say in messages which text it is. An absent text is legal here; the verifier knows which are
// required.
Status check_text(const flatbuffers::String* text, Charset charset, const char* what, uint32_t index) {
  if (!text)
    return {};
  const uint32_t limit = charset == Charset::name ? kMaxNameBytes : kMaxTextBytes;
  if (text->size() > limit || (charset == Charset::name && text->size() == 0))
    return error(Code::bad_file, "weights file, %s %u: its text has %u bytes, must have %d to %u", what, index,
                 text->size(), charset == Charset::name ? 1 : 0, limit);
  for (uint32_t i = 0; i < text->size(); ++i)
    if (!allowed(text->Data()[i], charset))
      return error(Code::bad_file, "weights file, %s %u: byte %u of its text (0x%02x) is not printable", what, index, i,
                   text->Data()[i]);
  return {};
}

Status check_count(uint32_t count, uint32_t least, uint32_t most, const char* what, const char* owner) {
  if (count < least || count > most)
    return error(Code::bad_file, "weights file, %s: %u %s, must be %u to %u", owner, count, what, least, most);
  return {};
}

Status check_value(const file::Value& value, uint32_t index) {
  PINHOLE_RETURN_IF_ERROR(check_text(value.name(), Charset::name, "name of value", index));
  const char* name = value.name()->c_str();
  if (value.kind() > file::ValueKind::MAX || value.dtype() > file::DType::MAX)
    return error(Code::bad_file, "weights file, value %s: kind %u or element type %u is unknown", name,
                 static_cast<unsigned>(value.kind()), static_cast<unsigned>(value.dtype()));
  if (!value.shape())
    return error(Code::bad_file, "weights file, value %s: no shape", name);
  if (is_stored(value) != (value.storage() != nullptr))
    return error(Code::bad_file, "weights file, value %s: parameters and buffers have storage, others have none", name);
  int64_t elements = 1;
  for (const int32_t extent : {value.shape()->n(), value.shape()->h(), value.shape()->w(), value.shape()->c()}) {
    if (extent < 1 || extent > kMaxExtent)
      return error(Code::bad_file, "weights file, value %s: extent %d, must be 1 to %d", name, extent, kMaxExtent);
    if (!checked_mul(elements, int64_t{extent}, &elements) || elements > kMaxElements)
      return error(Code::bad_file, "weights file, value %s: more than %lld elements", name,
                   static_cast<long long>(kMaxElements));
  }
  return {};
}

Status check_attribute(const file::Attribute& attribute, const char* node) {
  PINHOLE_RETURN_IF_ERROR(check_text(attribute.key(), Charset::name, "key of an attribute of node", 0));
  PINHOLE_RETURN_IF_ERROR(
      check_count(count_of(attribute.ints()), 0, kMaxAttributeNumbers, "integers in one attribute", node));
  PINHOLE_RETURN_IF_ERROR(
      check_count(count_of(attribute.floats()), 0, kMaxAttributeNumbers, "floats in one attribute", node));
  for (uint32_t i = 0; i < count_of(attribute.floats()); ++i)
    if (!std::isfinite(attribute.floats()->Get(i)))
      return error(Code::bad_file, "weights file, node %s: attribute %s is not a finite number", node,
                   attribute.key()->c_str());
  return {};
}

Status check_node(const file::Node& node, uint32_t index) {
  PINHOLE_RETURN_IF_ERROR(check_text(node.name(), Charset::name, "name of node", index));
  const char* name = node.name()->c_str();
  PINHOLE_RETURN_IF_ERROR(check_count(count_of(node.inputs()), 1, kMaxInputs, "inputs", name));
  PINHOLE_RETURN_IF_ERROR(check_count(count_of(node.outputs()), 1, kMaxOutputs, "outputs", name));
  PINHOLE_RETURN_IF_ERROR(check_count(count_of(node.parameters()), 0, kMaxParameters, "parameters", name));
  PINHOLE_RETURN_IF_ERROR(check_count(count_of(node.attributes()), 0, kMaxAttributes, "attributes", name));
  for (uint32_t i = 0; i < count_of(node.attributes()); ++i)
    PINHOLE_RETURN_IF_ERROR(check_attribute(*node.attributes()->Get(i), name));
  return {};
}

Status check_entry(const file::EntryPoint& entry, uint32_t index) {
  PINHOLE_RETURN_IF_ERROR(check_text(entry.name(), Charset::name, "name of entry point", index));
  const char* name = entry.name()->c_str();
  if (entry.mode() > file::Mode::MAX)
    return error(Code::bad_file, "weights file, entry point %s: unknown mode %u", name,
                 static_cast<unsigned>(entry.mode()));
  PINHOLE_RETURN_IF_ERROR(check_count(count_of(entry.inputs()), 1, kMaxEntryValues, "inputs", name));
  return check_count(count_of(entry.outputs()), 1, kMaxEntryValues, "outputs", name);
}

Status check_preprocessing(const file::Preprocessing& frame) {
  if (frame.channels() != 1 && frame.channels() != 3)
    return error(Code::bad_file, "weights file, preprocessing: %d channels, must be 1 or 3", frame.channels());
  const double scale = std::fabs(double{frame.scale()}), offset = std::fabs(double{frame.offset()});
  if (!(scale >= 1e-6 && scale <= 1e6) || !(offset <= 1e6))
    return error(Code::bad_file,
                 "weights file, preprocessing: scale %g (1e-6 to 1e6) or offset %g (up to 1e6) is out of range",
                 double{frame.scale()}, double{frame.offset()});
  const int32_t height = frame.fixed_height(), width = frame.fixed_width();
  if (height < 0 || width < 0 || height > kMaxFrameExtent || width > kMaxFrameExtent || (height == 0) != (width == 0))
    return error(Code::bad_file,
                 "weights file, preprocessing: fixed size %d by %d, must be 0 by 0 or within 1 to %d each", width,
                 height, kMaxFrameExtent);
  return {};
}

Status check_provenance(const file::Provenance& from) {
  PINHOLE_RETURN_IF_ERROR(check_text(from.recipe(), Charset::text, "provenance: text", 0));
  PINHOLE_RETURN_IF_ERROR(check_text(from.data(), Charset::text, "provenance: text", 1));
  PINHOLE_RETURN_IF_ERROR(check_text(from.data_licence(), Charset::text, "provenance: text", 2));
  PINHOLE_RETURN_IF_ERROR(check_text(from.tool(), Charset::text, "provenance: text", 3));
  return check_text(from.note(), Charset::text, "provenance: text", 4);
}

Status verify_structure(const Sections& sections) {
  flatbuffers::Verifier::Options limits;
  limits.max_depth = 8; // Graph > Node > Attribute, with room for what later versions add
  limits.max_tables = kMaxValues + kMaxNodes * (1 + kMaxAttributes) + kMaxEntries + 16;
  flatbuffers::Verifier verifier(sections.graph, sections.graph_bytes, limits);
  if (!verifier.VerifyBuffer<file::Graph>(nullptr))
    return error(Code::bad_file, "weights file, graph: not a valid FlatBuffer of pinhole.fbs: write the file again");
  return {};
}

} // namespace

Desc desc_of(const file::Value& value) {
  const file::Shape& shape = *value.shape();
  return {shape.n(), shape.h(), shape.w(), shape.c(), static_cast<DType>(value.dtype())};
}

Status check_graph(const Sections& sections, const file::Graph** graph) {
  PINHOLE_RETURN_IF_ERROR(verify_structure(sections));
  const file::Graph* root = flatbuffers::GetRoot<file::Graph>(sections.graph);
  PINHOLE_RETURN_IF_ERROR(check_text(root->name(), Charset::name, "name of model", 0));
  if (root->kind() > file::FileKind::MAX)
    return error(Code::bad_file, "weights file, graph: unknown file kind %u", static_cast<unsigned>(root->kind()));
  PINHOLE_RETURN_IF_ERROR(check_count(root->values()->size(), 1, kMaxValues, "values", "graph"));
  PINHOLE_RETURN_IF_ERROR(check_count(root->nodes()->size(), 1, kMaxNodes, "nodes", "graph"));
  PINHOLE_RETURN_IF_ERROR(check_count(root->entries()->size(), 1, kMaxEntries, "entry points", "graph"));
  for (uint32_t i = 0; i < root->values()->size(); ++i)
    PINHOLE_RETURN_IF_ERROR(check_value(*root->values()->Get(i), i));
  for (uint32_t i = 0; i < root->nodes()->size(); ++i)
    PINHOLE_RETURN_IF_ERROR(check_node(*root->nodes()->Get(i), i));
  for (uint32_t i = 0; i < root->entries()->size(); ++i)
    PINHOLE_RETURN_IF_ERROR(check_entry(*root->entries()->Get(i), i));
  if (root->preprocessing())
    PINHOLE_RETURN_IF_ERROR(check_preprocessing(*root->preprocessing()));
  if (root->provenance())
    PINHOLE_RETURN_IF_ERROR(check_provenance(*root->provenance()));
  *graph = root;
  return {};
}

} // namespace pinhole
