// SPDX-License-Identifier: Apache-2.0
#include "weights/convert_storage.h"

#include "base/half.h"

#include <cmath>

namespace pinhole {
namespace {

Status narrow(const Value& value, uint16_t* half) {
  const auto* from = static_cast<const float*>(value.data);
  for (int64_t i = 0; i < value.desc.elements(); ++i) {
    if (!(std::fabs(from[i]) <= kHalfMax))
      return error(Code::numeric, "tensor %s: element %lld is %g, f16 ends at 65504: keep the model in f32", value.name,
                   static_cast<long long>(i), double{from[i]});
    half[i] = half_from_float(from[i]);
  }
  return {};
}

} // namespace

Status to_f16(const Model& model, Arena* memory, Model* out) {
  const Status full = error(Code::too_little_memory, "model %s: the memory cannot hold its f16 copy", model.name);
  Array<Value> values;
  if (!memory->take(model.values.size, &values))
    return full;
  for (int32_t i = 0; i < model.values.size; ++i) {
    Value value = model.values[i];
    if (value.kind == ValueKind::parameter && value.desc.dtype == DType::f32 &&
        value.desc.elements() > kMaxElementsKeptF32) {
      Array<uint16_t> half;
      if (!memory->take(value.desc.elements(), &half))
        return full;
      if (!memory->measuring())
        PINHOLE_RETURN_IF_ERROR(narrow(value, half.data));
      value.data = half.data;
      value.desc.dtype = DType::f16;
    }
    if (!memory->measuring())
      values[i] = value;
  }
  *out = model;
  out->values = values;
  out->kind = FileKind::deploy;
  return {};
}

} // namespace pinhole
