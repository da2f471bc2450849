// SPDX-License-Identifier: Apache-2.0
// Where frames come from: a folder of pictures, or motion JPEG in a file, from a FIFO or from standard input.
#pragma once

#include "image/frame_list.h"
#include "image/image.h"
#include "image/mjpeg.h"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace pinhole::tool {

// Where the time of a frame comes from. automatic: arrival for what comes through a pipe, else frames.
enum class FrameClock { automatic, frames, arrival };

struct SourceOptions {
  std::string input; // folder, picture, .mjpeg or .mjpg file, FIFO, or "-"
  std::string range; // numbers as in --range; empty: all
  double frames_per_second = 25;
  FrameClock clock = FrameClock::automatic;
};

enum class Arrival {
  frame,
  none,     // nothing came for a while, or a signal did: ask again
  unusable, // `fault` says why; the next one may be good
  end
};

struct SourceFrame {
  Arrival arrival = Arrival::end;
  Image image;
  int64_t number = 0; // as frame_numbers has it; in a stream the position, from 0, where what cannot be used counts too
  double time = 0;    // seconds: number / frames_per_second, or the Unix time of arrival, which never goes backwards
  std::string name;   // for messages: the file or stream, and the number
  std::string fault;  // with the file's or stream's name
};

// Whether `path` is read as motion JPEG: "-", a FIFO, or a name that ends in .mjpeg or .mjpg.
bool is_stream(const std::string& path);

// Holds at most one compressed frame of kMostFrameBytes beside the picture that it gives out.
class FrameSource {
public:
  static constexpr size_t kMostFrameBytes = MjpegSplitter::kDefaultMaxFrame;

  FrameSource() = default;
  FrameSource(const FrameSource&) = delete;
  FrameSource& operator=(const FrameSource&) = delete;
  ~FrameSource();

  // Errors say what to give instead. A FIFO that nobody writes to yet is waited for by next().
  Status open(const SourceOptions& options);
  // The next frame, waiting for it for a fifth of a second at most. An error means that the source is lost.
  Status next(SourceFrame* frame);

  // Frames in all; 0 when only the stream's end will tell.
  int64_t total() const { return static_cast<int64_t>(list_.frames.size()); }
  // Of a folder, see notice_of.
  std::string notice() const { return notice_of(list_, options_.input); }
  // Whether frames carry the time of their arrival.
  bool is_live() const { return live_; }
  // The present time on the clock of the frames; of use when live.
  double now() const;
  // Bytes that belonged to no whole frame.
  int64_t bytes_skipped() const { return reader_ ? reader_->splitter().skipped_bytes() : 0; }

private:
  Status open_stream(const std::string& path);
  Status next_of_stream(SourceFrame* frame);
  void take_picture(const std::vector<uint8_t>& bytes, SourceFrame* frame);
  bool is_wanted(int64_t number);

  SourceOptions options_;
  std::string name_;               // of the stream, for messages
  FrameList list_;                 // of a folder, the wanted ones
  std::vector<int64_t> positions_; // of a stream, the wanted ones; none without a range
  size_t at_ = 0;                  // in either
  int descriptor_ = -1;
  bool opened_ = false, live_ = false;
  bool drained_ = false, ended_ = false; // the stream; what is wanted of it
  std::unique_ptr<MjpegReader> reader_;
  std::vector<uint8_t> bytes_; // a whole frame; not yet given while broken ones before it are told of
  int64_t whole_ = 0, broken_ = 0;
  double started_ = 0; // Unix time at steady_started_
  std::chrono::steady_clock::time_point steady_started_;
};

} // namespace pinhole::tool
