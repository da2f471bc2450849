// SPDX-License-Identifier: Apache-2.0
// A tensor of a chosen memory form in which every byte that is not an element is a guard.
#pragma once

#include "base/tensor.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace pinhole::test {

// The logical elements of a tensor in N, H, W, C order. f32 and i32 are exact in double, so equal Values of one dtype
// mean equal bytes.
using Values = std::vector<double>;

// Extra elements between pixels, rows, images and before the first one; ring_rows as in View.
struct Form {
  int32_t pixel_gap = 0, row_gap = 0, image_gap = 0, offset = 0, ring_rows = 0;
};

// What elements hold before anything is written: NaN and infinity for floating point, 0xFF bytes for integers.
enum class Poison { nan, infinity };

// Guards and gaps are NaNs with a payload that is unique per tensor, so reading one spoils a result and even copying
// one gap over another is seen. With AddressSanitizer, the bytes before and after the tensor cannot be touched at all.
class GuardedTensor {
public:
  GuardedTensor() = default;
  GuardedTensor(const Desc& desc, const Form& form, Poison poison = Poison::nan);

  const View& view() const { return view_; }
  View absent() const; // the same shape with null data: "not needed" to a kernel

  // Rows outside `rows` keep their poison.
  void write(const Values& values, RowRange rows);
  void write(const Values& values) { write(values, {0, view_.desc.h}); }
  Values read(RowRange rows) const; // elements outside `rows` read as 0
  Values read() const { return read({0, view_.desc.h}); }

  bool guards_intact() const;
  // True when every element outside `rows` still holds the poison it started with.
  bool untouched_outside(RowRange rows) const;

private:
  struct Free {
    void operator()(std::byte* bytes) const;
  };
  // Calls visit(element address, index in N, H, W, C order) for every element in `rows`.
  template <class Visit> void for_each(RowRange rows, const Visit& visit) const;
  void fill_guards();
  size_t slots() const { return bytes_ / dtype_size(view_.desc.dtype); }

  View view_;
  Poison poison_ = Poison::nan;
  std::unique_ptr<std::byte, Free> memory_;
  size_t bytes_ = 0, first_ = 0, last_ = 0; // bytes of memory_; slots of the first and the last possible element
  std::vector<uint8_t> element_;            // slot -> is an element; bits would take longer to look at
  uint32_t id_ = 0;
};

double get_element(const void* address, DType dtype);
void set_element(void* address, DType dtype, double value);

// max|a - b| / max|b|; infinity when sizes differ or any of `a` is not finite.
double relative_error(const Values& a, const Values& b);

// True when both hold the same bytes.
bool same_bytes(const Values& a, const Values& b);

} // namespace pinhole::test
