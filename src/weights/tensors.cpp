// SPDX-License-Identifier: Apache-2.0
#include "weights/tensors.h"

#include "base/crc32c.h"
#include "weights/format.h"

#include <cinttypes>
#include <cstring>

namespace pinhole {
namespace {

// Index of the first element with all exponent bits set (an infinity or a NaN), or `count`.
template <class Bits> int64_t first_not_finite(const unsigned char* data, int64_t count, Bits exponent) {
  for (int64_t i = 0; i < count; ++i) {
    Bits bits = 0;
    std::memcpy(&bits, data + i * static_cast<int64_t>(sizeof bits), sizeof bits);
    if ((bits & exponent) == exponent)
      return i;
  }
  return count;
}

Status check_finite(const char* name, const Desc& desc, const unsigned char* data) {
  int64_t bad = desc.elements();
  if (desc.dtype == DType::f32)
    bad = first_not_finite<uint32_t>(data, desc.elements(), 0x7F800000u);
  else if (desc.dtype == DType::f16)
    bad = first_not_finite<uint16_t>(data, desc.elements(), 0x7C00u);
  if (bad != desc.elements())
    return error(Code::numeric,
                 "weights file, tensor %s: element %lld is not a finite number: its training diverged, use an earlier "
                 "checkpoint",
                 name, static_cast<long long>(bad));
  return {};
}

// One stored value, which must begin at or after `*end`; moves *end to the tensor's end.
Status check_tensor(const Sections& sections, const file::Value& value, size_t* end) {
  const char* name = value.name()->c_str();
  const file::Storage& storage = *value.storage();
  const Desc desc = desc_of(value);
  if (storage.byte_size() != desc.bytes())
    return error(Code::bad_file, "weights file, tensor %s: %" PRIu64 " bytes are stored, its shape needs %zu", name,
                 storage.byte_size(), desc.bytes());
  if (storage.offset() % kFileAlignment != 0 || storage.offset() < *end)
    return error(Code::bad_file,
                 "weights file, tensor %s: offset %" PRIu64
                 " must be a multiple of 64 and not below %zu, the end of the tensor before it",
                 name, storage.offset(), *end);
  if (storage.offset() > sections.tensors_bytes || desc.bytes() > sections.tensors_bytes - storage.offset())
    return error(Code::bad_file, "weights file, tensor %s: %zu bytes at %" PRIu64 " pass the area's end %zu", name,
                 desc.bytes(), storage.offset(), sections.tensors_bytes);
  const auto begin = static_cast<size_t>(storage.offset());
  const unsigned char* data = sections.tensors + begin;
  if (!all_zero(sections.tensors + *end, begin - *end))
    return error(Code::bad_file,
                 "weights file: the padding before tensor %s is not zero: the file is damaged, copy it "
                 "again",
                 name);
  if (const uint32_t crc = crc32c(data, desc.bytes()); crc != storage.crc32c())
    return error(Code::bad_file,
                 "weights file, tensor %s: checksum %08" PRIx32 " is stored, %08" PRIx32
                 " computed: the file is damaged, copy it again",
                 name, storage.crc32c(), crc);
  *end = begin + desc.bytes();
  return check_finite(name, desc, data);
}

} // namespace

Status check_tensors(const Sections& sections, const file::Graph& graph) {
  size_t end = 0;
  for (uint32_t i = 0; i < graph.values()->size(); ++i)
    if (is_stored(*graph.values()->Get(i)))
      PINHOLE_RETURN_IF_ERROR(check_tensor(sections, *graph.values()->Get(i), &end));
  if (!all_zero(sections.tensors + end, sections.tensors_bytes - end))
    return error(Code::bad_file,
                 "weights file: the bytes after the last tensor are not zero: the file is damaged, copy "
                 "it again");
  return {};
}

} // namespace pinhole
