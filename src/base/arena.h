// SPDX-License-Identifier: Apache-2.0
// A bump allocator over memory that somebody else owns, and the array that stands where a vector would.
//
//   Arena arena{memory, bytes};
//   Array<int32_t> order;
//   if (!arena.take(count, &order)) return error(Code::too_little_memory, ...);
#pragma once

#include "base/checked.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace pinhole {

// `size` elements at `data`; owns nothing and never grows. Trivially copyable.
template <class T> struct Array {
  T* data = nullptr;
  int32_t size = 0;

  T& operator[](int64_t i) { return data[i]; }
  const T& operator[](int64_t i) const { return data[i]; }
  T* begin() { return data; }
  T* end() { return data + size; }
  const T* begin() const { return data; }
  const T* end() const { return data + size; }
};

// Hands out zeroed memory from one block, in order. With `base` null it only counts, so the same code that builds can
// measure: every take() "succeeds" with a null pointer and `used` says what a real build would need.
class Arena {
public:
  // Every block starts at a multiple of this many bytes; `base` must, too.
  static constexpr size_t kAlignment = 64;

  Arena(void* base, size_t size) : base_(static_cast<std::byte*>(base)), size_(base ? size : SIZE_MAX) {}

  // `bytes` zeroed bytes in *block; false, with nothing taken, when they do not fit.
  [[nodiscard]] bool take_bytes(size_t bytes, void** block) {
    size_t end = 0;
    if (!checked_add(used_, bytes, &end) || end > SIZE_MAX - kAlignment || align_up(end, kAlignment) > size_)
      return false;
    *block = base_ ? base_ + used_ : nullptr;
    used_ = align_up(end, kAlignment);
    if (base_)
      std::memset(*block, 0, used_ - static_cast<size_t>(static_cast<std::byte*>(*block) - base_));
    return true;
  }

  template <class T> [[nodiscard]] bool take(int64_t count, Array<T>* array) {
    static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= kAlignment, "arena memory is zeroed, never built");
    size_t bytes = 0;
    void* block = nullptr;
    if (count < 0 || count > INT32_MAX || !checked_mul(static_cast<size_t>(count), sizeof(T), &bytes) ||
        !take_bytes(bytes, &block))
      return false;
    *array = {static_cast<T*>(block), static_cast<int32_t>(count)};
    return true;
  }

  size_t used() const { return used_; }
  size_t size() const { return size_; }
  bool measuring() const { return base_ == nullptr; }

private:
  std::byte* base_;
  size_t size_;
  size_t used_ = 0;
};

} // namespace pinhole
