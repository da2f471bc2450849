// SPDX-License-Identifier: Apache-2.0
// CRC-32C (Castagnoli, reflected, as in iSCSI and ext4): the checksum of weights files, checkpoints and calibrations.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pinhole {

// The checksum of `bytes` bytes at `data`; crc32c("123456789", 9) is 0xE3069283. To checksum a text in pieces, give
// each call the result of the one before as `previous`.
uint32_t crc32c(const void* data, size_t bytes, uint32_t previous = 0);

} // namespace pinhole
