// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/tensor.h"

#include <cstdio>

namespace pinhole {

// "2x3x4x5 f32" for messages.
struct DescText {
  char text[64];
  explicit DescText(const Desc& desc) {
    std::snprintf(text, sizeof text, "%dx%dx%dx%d %s", desc.n, desc.h, desc.w, desc.c, dtype_name(desc.dtype));
  }
};

} // namespace pinhole
