// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace pinhole {

// A byte of UTF-8 that is not a character's first.
inline bool continues_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0u) == 0x80u;
}

} // namespace pinhole
