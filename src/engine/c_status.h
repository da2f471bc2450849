// SPDX-License-Identifier: Apache-2.0
// The core's Status as the C API hands it out, and back.
#pragma once

#include "base/status.h"
#include "pinhole/pinhole.h"

#include <cstring>

namespace pinhole {

static_assert(sizeof(pinhole_status) == sizeof(Status), "the C status is the C++ status");

inline pinhole_status to_c(const Status& status) {
  pinhole_status result;
  result.code = static_cast<int32_t>(status.code);
  std::memcpy(result.text, status.text, sizeof result.text);
  return result;
}

inline Status from_c(const pinhole_status& status) {
  Status result;
  result.code = static_cast<Code>(status.code);
  std::memcpy(result.text, status.text, sizeof result.text);
  return result;
}

} // namespace pinhole
