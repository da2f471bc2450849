// SPDX-License-Identifier: Apache-2.0
#include "image/inflate_stream.h"

#include <climits>
#include <cstring>

namespace pinhole {

InflateStream::InflateStream(const uint8_t* bytes, size_t size) : next_(bytes), left_(size) {
  constexpr int kGzipOnly = 16 + MAX_WBITS;
  gzip_ = size >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B;
  if (!gzip_)
    return;
  if (size > UINT_MAX || inflateInit2(&zlib_, kGzipOnly) != Z_OK) {
    problem_ = "zlib cannot start (no memory, or a file over 4 GiB)";
    return;
  }
  zlib_.next_in = const_cast<Bytef*>(bytes); // read only
  zlib_.avail_in = static_cast<uInt>(size);
}

InflateStream::~InflateStream() {
  if (gzip_)
    inflateEnd(&zlib_);
}

bool InflateStream::fail(const char* problem) {
  problem_ = problem;
  return false;
}

bool InflateStream::may_hold(int64_t count) const {
  constexpr uint64_t kMaxRatio = 1032;
  const uint64_t input = gzip_ ? zlib_.avail_in + uint64_t{64} : left_; // 64: already taken in, not yet given out
  return static_cast<uint64_t>(count) <= input * (gzip_ ? kMaxRatio : 1);
}

bool InflateStream::read(uint8_t* to, size_t count) {
  if (problem_[0] != 0)
    return false;
  if (!gzip_) {
    if (count > left_)
      return fail("the file is truncated");
    std::memcpy(to, next_, count);
    next_ += count;
    left_ -= count;
    return true;
  }
  if (count > UINT_MAX)
    return fail("more than 4 GiB");
  zlib_.next_out = to;
  zlib_.avail_out = static_cast<uInt>(count);
  while (zlib_.avail_out > 0) {
    const int result = inflate(&zlib_, Z_NO_FLUSH);
    if (zlib_.avail_out > 0 && result == Z_STREAM_END)
      return fail("fewer values than the header says");
    if (result == Z_BUF_ERROR)
      return fail("the file is truncated");
    if (result != Z_OK && result != Z_STREAM_END)
      return fail("the gzip stream is damaged");
  }
  return true;
}

bool InflateStream::finish() {
  if (!gzip_)
    return left_ == 0 || fail("more values than the header says");
  uint8_t extra = 0;
  zlib_.next_out = &extra;
  zlib_.avail_out = 1;
  const int result = inflate(&zlib_, Z_NO_FLUSH);
  if (zlib_.avail_out == 0)
    return fail("more values than the header says");
  if (result == Z_BUF_ERROR || result == Z_OK)
    return fail("the file is truncated");
  return result == Z_STREAM_END || fail("the gzip stream is damaged");
}

} // namespace pinhole
