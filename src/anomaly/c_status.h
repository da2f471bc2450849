// SPDX-License-Identifier: Apache-2.0
// A Status as the C API returns it.
#pragma once

#include "base/status.h"
#include "pinhole/pinhole.h"

#include <cstring>

namespace pinhole {

static_assert(sizeof(pinhole_status) == sizeof(Status), "the C status is the C++ status");

inline pinhole_status to_c(const Status& status) {
  pinhole_status result;
  std::memcpy(&result, &status, sizeof result);
  return result;
}

} // namespace pinhole
