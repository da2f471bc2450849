# SPDX-License-Identifier: Apache-2.0
"""CRC32C (Castagnoli), the checksum of .pinhole files: crc32c(b"123456789") == 0xE3069283."""
from math import isqrt

import numpy as np

_POLYNOMIAL = 0x82F63B78  # reflected


def _make_table() -> np.ndarray:
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = (table >> 1) ^ np.where(table & 1, np.uint32(_POLYNOMIAL), np.uint32(0))
    return table.astype(np.uint32)


_TABLE = _make_table()
_TABLE_LIST = _TABLE.tolist()
_SERIAL_BYTES = 2048  # below this the plain loop is as fast


def _serial(register: int, data: bytes) -> int:
    for byte in data:
        register = _TABLE_LIST[(register ^ byte) & 0xFF] ^ (register >> 8)
    return register


def crc32c(data: bytes) -> int:
    """Checksum of all bytes. Long inputs are cut into about sqrt(n) lanes whose registers advance together; the lanes
    are joined by the linear map 'advance by one lane of zero bytes', which 32 extra lanes compute on the way."""
    register = 0xFFFFFFFF
    if len(data) < _SERIAL_BYTES:
        return _serial(register, data) ^ 0xFFFFFFFF
    lane_bytes = isqrt(len(data))
    head = len(data) % lane_bytes
    register = _serial(register, data[:head])
    lanes = np.frombuffer(data, dtype=np.uint8, offset=head).reshape(-1, lane_bytes)
    count = lanes.shape[0]
    columns = np.zeros((lane_bytes, count + 32), dtype=np.uint32)
    columns[:, :count] = lanes.T
    state = np.zeros(count + 32, dtype=np.uint32)
    state[count:] = np.uint32(1) << np.arange(32, dtype=np.uint32)
    for column in columns:
        state = _TABLE[(state ^ column) & 0xFF] ^ (state >> 8)
    values = state.tolist()
    advanced_bit = values[count:]
    for lane in values[:count]:
        advanced = lane
        for bit in range(32):
            if register >> bit & 1:
                advanced ^= advanced_bit[bit]
        register = advanced
    return register ^ 0xFFFFFFFF
