// SPDX-License-Identifier: Apache-2.0
#include "weights/replace_tensors.h"

#include "base/crc32c.h"
#include "base/half.h"
#include "weights/format.h"
#include "weights/tensors.h"

#include <cmath>
#include <cstring>

namespace pinhole {
namespace {

bool same_value(const file::Value& stored, const Value& value) {
  // By length and bytes: g++ 12 takes a FlatBuffers string for an object of one byte when strcmp is inlined.
  const size_t length = std::strlen(value.name);
  return stored.name()->size() == length && std::memcmp(stored.name()->Data(), value.name, length) == 0 &&
         is_stored(stored) == (value.data != nullptr) && (!value.data || desc_of(stored) == value.desc);
}

Status check_same_model(const Model& model, const file::Graph& graph) {
  bool same = graph.values()->size() == static_cast<uint32_t>(model.values.size);
  for (int32_t v = 0; same && v < model.values.size; ++v)
    same = same_value(*graph.values()->Get(static_cast<uint32_t>(v)), model.values[v]);
  return same ? Status()
              : error(Code::invalid_argument,
                      "the file does not hold model '%s' as it was opened: give a copy of the file that it came from",
                      model.name);
}

Status check_numbers(const char* name, const Desc& desc, const float* numbers) {
  if (desc.dtype != DType::f32 && desc.dtype != DType::f16)
    return error(Code::unsupported, "tensor %s is stored as %s: only f32 and f16 take new numbers", name,
                 dtype_name(desc.dtype));
  for (int64_t i = 0; i < desc.elements(); ++i)
    if (!std::isfinite(numbers[i]) || (desc.dtype == DType::f16 && std::fabs(numbers[i]) >= 65520.0f))
      return error(Code::numeric, "tensor %s: element %lld cannot be stored: the training diverged", name,
                   static_cast<long long>(i));
  return {};
}

void store(const Desc& desc, const float* numbers, unsigned char* to) {
  if (desc.dtype == DType::f32) {
    std::memcpy(to, numbers, desc.bytes());
    return;
  }
  for (int64_t i = 0; i < desc.elements(); ++i) {
    const uint16_t half = half_from_float(numbers[i]);
    std::memcpy(to + i * static_cast<int64_t>(sizeof half), &half, sizeof half);
  }
}

} // namespace

Status replace_tensors(const Model& model, const NewNumbers& numbers, void* file, size_t bytes) {
  Sections sections = {};
  const file::Graph* graph = nullptr;
  PINHOLE_RETURN_IF_ERROR(open_sections(file, bytes, &sections));
  PINHOLE_RETURN_IF_ERROR(check_graph(sections, &graph));
  PINHOLE_RETURN_IF_ERROR(check_tensors(sections, *graph));
  PINHOLE_RETURN_IF_ERROR(check_same_model(model, *graph));
  for (ValueId v = 0; v < model.values.size; ++v)
    if (const float* from = numbers.of(numbers.context, v))
      PINHOLE_RETURN_IF_ERROR(check_numbers(model.values[v].name, model.values[v].desc, from));

  auto* begin = static_cast<unsigned char*>(file);
  for (ValueId v = 0; v < model.values.size; ++v) {
    const float* from = numbers.of(numbers.context, v);
    if (!from)
      continue;
    // The sections are views of the caller's writable bytes, so constness may be taken off again.
    const file::Storage* old = graph->values()->Get(static_cast<uint32_t>(v))->storage();
    unsigned char* to = begin + (sections.tensors - begin) + old->offset();
    store(model.values[v].desc, from, to);
    const file::Storage renewed(old->offset(), old->byte_size(), crc32c(to, static_cast<size_t>(old->byte_size())));
    std::memcpy(const_cast<file::Storage*>(old), &renewed, sizeof renewed);
  }
  FileHeader header;
  std::memcpy(&header, file, sizeof header);
  header.graph_crc = crc32c(sections.graph, sections.graph_bytes);
  header.header_crc = crc32c(&header, offsetof(FileHeader, header_crc));
  std::memcpy(file, &header, sizeof header);
  return {};
}

} // namespace pinhole
