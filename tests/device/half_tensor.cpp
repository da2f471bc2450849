// SPDX-License-Identifier: Apache-2.0
#include "device/half_tensor.h"

#include "base/half.h"

namespace pinhole::test {
namespace {

constexpr uint16_t kPoison = 0x7E01, kGuard = 0x7E5A; // two different NaNs

} // namespace

Values as_half(Values values) {
  for (double& value : values)
    value = float_from_half(half_from_float(static_cast<float>(value)));
  return values;
}

template <class Visit> void HalfTensor::for_each(const Visit& visit) const {
  const Desc& desc = layout_.desc;
  int64_t i = 0;
  for (int32_t n = 0; n < desc.n; ++n)
    for (int32_t y = 0; y < desc.h; ++y)
      for (int32_t x = 0; x < desc.w; ++x)
        for (int32_t c = 0; c < desc.c; ++c)
          visit(first_ + n * layout_.image_stride + y * layout_.row_stride + x * layout_.pixel_stride + c, i++);
}

HalfTensor::HalfTensor(const Desc& desc, const Form& form) : first_(form.offset) {
  layout_.desc = desc;
  layout_.desc.dtype = DType::f16;
  layout_.pixel_stride = desc.c + form.pixel_gap;
  layout_.row_stride = desc.w * layout_.pixel_stride + form.row_gap;
  layout_.image_stride = desc.h * layout_.row_stride + form.image_gap;
  memory_.assign(static_cast<size_t>(first_ + desc.n * layout_.image_stride), kGuard);
  for_each([&](int64_t slot, int64_t) { memory_[slot] = kPoison; });
}

void HalfTensor::write(const Values& values) {
  for_each([&](int64_t slot, int64_t i) { memory_[slot] = half_from_float(static_cast<float>(values[i])); });
}

Values HalfTensor::read() const {
  Values values(static_cast<size_t>(layout_.desc.elements()));
  for_each([&](int64_t slot, int64_t i) { values[i] = float_from_half(memory_[slot]); });
  return values;
}

bool HalfTensor::gaps_intact() const {
  std::vector<uint16_t> rest = memory_;
  for_each([&](int64_t slot, int64_t) { rest[slot] = kGuard; });
  for (const uint16_t bits : rest)
    if (bits != kGuard)
      return false;
  return true;
}

View HalfTensor::view() {
  View view = layout_;
  view.data = memory_.data() + first_;
  return view;
}

} // namespace pinhole::test
