// SPDX-License-Identifier: Apache-2.0
// An f16 tensor in host memory whose gaps between pixels, rows and images are guarded.
#pragma once

#include "ops/guarded_tensor.h"

#include <cstdint>
#include <vector>

namespace pinhole::test {

// Every value as f16 would store it.
Values as_half(Values values);

class HalfTensor {
public:
  // The shape of `desc` with f16 elements, every one of them NaN. form.ring_rows is ignored.
  HalfTensor(const Desc& desc, const Form& form);

  void write(const Values& values);
  Values read() const;
  bool gaps_intact() const;

  View view(); // on the host
  std::vector<uint16_t>& memory() { return memory_; }
  int64_t first() const { return first_; } // index in memory() of the first element

private:
  // Calls visit(index in memory(), index in N, H, W, C order) for every element.
  template <class Visit> void for_each(const Visit& visit) const;

  View layout_; // data null
  int64_t first_;
  std::vector<uint16_t> memory_;
};

} // namespace pinhole::test
