// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/status.h"

namespace pinhole {

// Sizes and pitch of a raw camera plane whose rows are `row_bytes` long.
inline Status check_raw(const char* what, const uint8_t* data, int64_t pitch, int32_t width, int32_t height,
                        int64_t row_bytes) {
  if (data != nullptr && width > 0 && height > 0 && pitch >= row_bytes)
    return {};
  return error(Code::invalid_argument, "%s of %d x %d with a pitch of %lld bytes: a row needs %lld, no size may be 0",
               what, width, height, static_cast<long long>(pitch), static_cast<long long>(row_bytes));
}

} // namespace pinhole
