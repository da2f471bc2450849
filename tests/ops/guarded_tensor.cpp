// SPDX-License-Identifier: Apache-2.0
#include "ops/guarded_tensor.h"

#include "base/checked.h"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, bytes) static_cast<void>(address)
#define ASAN_UNPOISON_MEMORY_REGION(address, bytes) static_cast<void>(address)
#endif

namespace pinhole::test {
namespace {

constexpr size_t kGuardBytes = 256;

uint64_t guard_bits(DType dtype, uint32_t id) {
  switch (dtype) {
  case DType::f64:
    return 0x7FF8000000000000u | id;
  case DType::f32:
    return 0x7FC00000u | (id & 0x3FFFFFu);
  default:
    return 0x01010101u * (0x40u + id % 0x40u);
  }
}

template <class T> void set_as(void* address, double value) {
  const T converted = static_cast<T>(value);
  std::memcpy(address, &converted, sizeof converted);
}

template <class T> double get_as(const void* address) {
  T value;
  std::memcpy(&value, address, sizeof value);
  return static_cast<double>(value);
}

uint64_t poison_bits(DType dtype, Poison poison) {
  const bool floating = dtype == DType::f32 || dtype == DType::f64;
  uint64_t bits = UINT64_MAX;
  if (floating && poison == Poison::infinity)
    set_element(&bits, dtype, std::numeric_limits<double>::infinity());
  return bits;
}

// Calls body with the low bytes of `bits` that an element of `dtype` has, as a number of that size: the compiler knows
// how long that is, and under sanitizers nothing is called for each of millions of elements.
template <class Body> void with_word(DType dtype, uint64_t bits, Body body) {
  switch (dtype_size(dtype)) {
  case 8:
    return body(bits);
  case 4:
    return body(static_cast<uint32_t>(bits));
  case 2:
    return body(static_cast<uint16_t>(bits));
  default:
    return body(static_cast<uint8_t>(bits));
  }
}

template <class Word> bool holds(const std::byte* address, Word word) {
  Word there;
  std::memcpy(&there, address, sizeof there);
  return there == word;
}

} // namespace

double get_element(const void* address, DType dtype) {
  switch (dtype) {
  case DType::f64:
    return get_as<double>(address);
  case DType::f32:
    return get_as<float>(address);
  case DType::i32:
    return get_as<int32_t>(address);
  case DType::i8:
    return get_as<int8_t>(address);
  case DType::u8:
    return get_as<uint8_t>(address);
  case DType::f16:
    break;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

void set_element(void* address, DType dtype, double value) {
  switch (dtype) {
  case DType::f64:
    return set_as<double>(address, value);
  case DType::f32:
    return set_as<float>(address, value);
  case DType::i32:
    return set_as<int32_t>(address, value);
  case DType::i8:
    return set_as<int8_t>(address, value);
  case DType::u8:
    return set_as<uint8_t>(address, value);
  case DType::f16:
    break;
  }
}

void GuardedTensor::Free::operator()(std::byte* bytes) const {
  std::free(bytes);
}

GuardedTensor::GuardedTensor(const Desc& desc, const Form& form, Poison poison) : poison_(poison) {
  static uint32_t next_id = 0;
  id_ = ++next_id;
  const int32_t rows = form.ring_rows > 0 ? form.ring_rows : desc.h;
  view_.desc = desc;
  view_.pixel_stride = int64_t{desc.c} + form.pixel_gap;
  view_.row_stride = view_.pixel_stride * desc.w + form.row_gap;
  view_.image_stride = view_.row_stride * rows + form.image_gap;
  view_.ring_rows = form.ring_rows;
  const size_t size = dtype_size(desc.dtype), guard = kGuardBytes / size;
  const int64_t reach =
      (desc.n - 1) * view_.image_stride + (rows - 1) * view_.row_stride + (desc.w - 1) * view_.pixel_stride + desc.c;
  first_ = guard + static_cast<size_t>(form.offset);
  last_ = first_ + static_cast<size_t>(reach) - 1;
  bytes_ = align_up((last_ + 1 + guard) * size, 64);
  memory_.reset(static_cast<std::byte*>(std::aligned_alloc(64, bytes_)));
  view_.data = memory_.get() + first_ * size;
  element_.assign(slots(), false);
  fill_guards();
  with_word(desc.dtype, poison_bits(desc.dtype, poison_), [&](auto word) {
    for_each({0, desc.h}, [&](std::byte* address, int64_t) {
      element_[static_cast<size_t>(address - memory_.get()) / sizeof word] = true;
      std::memcpy(address, &word, sizeof word);
    });
  });
  ASAN_POISON_MEMORY_REGION(memory_.get(), first_ * size);
  ASAN_POISON_MEMORY_REGION(memory_.get() + (last_ + 1) * size, bytes_ - (last_ + 1) * size);
}

void GuardedTensor::fill_guards() {
  with_word(view_.desc.dtype, guard_bits(view_.desc.dtype, id_), [&](auto word) {
    for (size_t slot = 0; slot < slots(); ++slot)
      std::memcpy(memory_.get() + slot * sizeof word, &word, sizeof word);
  });
}

template <class Visit> void GuardedTensor::for_each(RowRange rows, const Visit& visit) const {
  const Desc& d = view_.desc;
  const auto size = static_cast<int64_t>(dtype_size(d.dtype));
  for (int32_t n = 0; n < d.n; ++n)
    for (int32_t y = rows.begin; y < rows.end; ++y) {
      const int64_t slot = view_.ring_rows > 0 ? y % view_.ring_rows : y;
      std::byte* row = view_.base<std::byte>() + (n * view_.image_stride + slot * view_.row_stride) * size;
      int64_t index = (int64_t{n} * d.h + y) * d.w * d.c;
      for (int64_t x = 0; x < d.w; ++x)
        for (int64_t c = 0; c < d.c; ++c)
          visit(row + (x * view_.pixel_stride + c) * size, index++);
    }
}

View GuardedTensor::absent() const {
  View view = view_;
  view.data = nullptr;
  return view;
}

void GuardedTensor::write(const Values& values, RowRange rows) {
  for_each(rows, [&](std::byte* address, int64_t i) { set_element(address, view_.desc.dtype, values[i]); });
}

Values GuardedTensor::read(RowRange rows) const {
  Values values(static_cast<size_t>(view_.desc.elements()), 0.0);
  for_each(rows, [&](std::byte* address, int64_t i) { values[i] = get_element(address, view_.desc.dtype); });
  return values;
}

bool GuardedTensor::guards_intact() const {
  ASAN_UNPOISON_MEMORY_REGION(memory_.get(), bytes_);
  bool intact = true;
  with_word(view_.desc.dtype, guard_bits(view_.desc.dtype, id_), [&](auto word) {
    for (size_t slot = 0; slot < slots() && intact; ++slot)
      intact = element_[slot] || holds(memory_.get() + slot * sizeof word, word);
  });
  return intact;
}

bool GuardedTensor::untouched_outside(RowRange rows) const {
  bool untouched = true;
  with_word(view_.desc.dtype, poison_bits(view_.desc.dtype, poison_), [&](auto word) {
    const auto look = [&](std::byte* address, int64_t) { untouched = untouched && holds(address, word); };
    for_each({0, rows.begin}, look);
    for_each({rows.end, view_.desc.h}, look);
  });
  return untouched;
}

double relative_error(const Values& a, const Values& b) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (a.size() != b.size())
    return kInfinity;
  double difference = 0, scale = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!std::isfinite(a[i]) || !std::isfinite(b[i]))
      return kInfinity;
    difference = std::fmax(difference, std::fabs(a[i] - b[i]));
    scale = std::fmax(scale, std::fabs(b[i]));
  }
  return difference == 0 ? 0 : difference / scale;
}

bool same_bytes(const Values& a, const Values& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof a[0]) == 0);
}

} // namespace pinhole::test
