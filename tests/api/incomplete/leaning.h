// SPDX-License-Identifier: Apache-2.0
// Compiles only after <cstdint>: what header_test must find.
#pragma once

inline uint32_t twice(uint32_t number) {
  return 2 * number;
}
