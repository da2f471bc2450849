// SPDX-License-Identifier: Apache-2.0
// Motion JPEG: one JPEG after the other, in a file or from a pipe, with anything between them (HTTP part headers, the
// rest of a frame that was cut).
#pragma once

#include "base/status.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace pinhole {

// Whether the name of a file says that it is motion JPEG: .mjpeg or .mjpg, in any case.
bool is_mjpeg_name(const std::string& path);

// Finds whole JPEGs in a stream. Follows the segments, so a thumbnail inside of one does not end the frame; looks for
// the next start where the stream is damaged. Says nothing of the pixels: decode_jpeg does.
class MjpegSplitter {
public:
  static constexpr size_t kDefaultMaxFrame = size_t{16} << 20;
  explicit MjpegSplitter(size_t max_frame_bytes = kDefaultMaxFrame) : max_frame_bytes_(max_frame_bytes) {}

  // Appends bytes of the stream. Call next() until it returns false between two calls: then at most max_frame_bytes and
  // what one push brought are held.
  void push(const uint8_t* bytes, size_t size);
  // Says that no more bytes come: next() then also looks into a frame that never ended, whose length may have been a
  // lie.
  void end() { ended_ = true; }
  // Moves the oldest whole frame, from its start marker to its end marker, into *frame; false when more bytes are
  // needed.
  bool next(std::vector<uint8_t>* frame);

  // Bytes that were between frames, in damaged or in oversized ones.
  int64_t skipped_bytes() const { return skipped_bytes_; }
  // Frames that began and were given up.
  int64_t broken_frames() const { return broken_frames_; }

private:
  enum class Place : uint8_t { between, marker, entropy }; // what stands at position at_

  bool advance(std::vector<uint8_t>* frame, bool* found);
  bool seek_start();
  bool read_marker(std::vector<uint8_t>* frame, bool* found);
  bool read_entropy();
  void give_up(size_t resume);
  void drop(size_t count);

  size_t max_frame_bytes_;
  std::vector<uint8_t> held_;
  size_t begin_ = 0;        // of the frame, or of what has not been looked at
  size_t at_ = 0;           // everything before it has been followed
  size_t last_segment_ = 0; // payload of the latest segment: its length may have been a lie
  Place place_ = Place::between;
  bool ended_ = false;
  int64_t skipped_bytes_ = 0, broken_frames_ = 0;
};

// The frames of an open file or pipe.
class MjpegReader {
public:
  // Reads from `file_descriptor`, which stays the caller's.
  explicit MjpegReader(int file_descriptor, size_t max_frame_bytes = MjpegSplitter::kDefaultMaxFrame)
      : file_descriptor_(file_descriptor), splitter_(max_frame_bytes) {}

  // The next frame, waiting for it where it must; an empty *frame at the end of the stream. io_error: the read failed.
  Status next(std::vector<uint8_t>* frame);
  // The same, but waits at most so long. *waiting: no whole frame is there yet, or a signal came; ask again.
  Status next(int milliseconds, std::vector<uint8_t>* frame, bool* waiting);
  const MjpegSplitter& splitter() const { return splitter_; }

private:
  Status take_chunk(bool* ended);

  int file_descriptor_;
  MjpegSplitter splitter_;
  std::vector<uint8_t> chunk_;
};

} // namespace pinhole
