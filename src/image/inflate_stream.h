// SPDX-License-Identifier: Apache-2.0
// Bytes that may be gzip, read piece by piece into memory of known size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <zlib.h>

namespace pinhole {

class InflateStream {
public:
  // `bytes` must outlive the stream; unpacked when they start like gzip, else taken as they are.
  InflateStream(const uint8_t* bytes, size_t size);
  ~InflateStream();
  InflateStream(const InflateStream&) = delete;
  InflateStream& operator=(const InflateStream&) = delete;

  // Whether `count` further bytes can come out, by the input's size and the greatest ratio that deflate reaches.
  bool may_hold(int64_t count) const;
  // The next `count` bytes; false, with problem() set, when there are fewer or the input is damaged.
  bool read(uint8_t* to, size_t count);
  // True when nothing is left and, for gzip, length and CRC-32 agree.
  bool finish();
  const char* problem() const { return problem_; }

private:
  bool fail(const char* problem);

  z_stream zlib_ = {};
  bool gzip_ = false;
  const uint8_t* next_;
  size_t left_;
  const char* problem_ = "";
};

} // namespace pinhole
