// SPDX-License-Identifier: Apache-2.0
#include "image/mjpeg.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <poll.h>
#include <unistd.h>

namespace pinhole {
namespace {

constexpr uint8_t kMark = 0xFF, kStart = 0xD8, kEnd = 0xD9, kScan = 0xDA, kTem = 0x01;

bool is_restart(uint8_t code) {
  return code >= 0xD0 && code <= 0xD7;
}

bool ends_in(const std::string& text, const std::string& ending) {
  return text.size() > ending.size() && std::equal(ending.rbegin(), ending.rend(), text.rbegin(), [](char a, char b) {
           return a == std::tolower(static_cast<unsigned char>(b));
         });
}

} // namespace

bool is_mjpeg_name(const std::string& path) {
  return ends_in(path, ".mjpeg") || ends_in(path, ".mjpg");
}

void MjpegSplitter::push(const uint8_t* bytes, size_t size) {
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(begin_));
  at_ -= begin_;
  last_segment_ -= std::min(begin_, last_segment_);
  begin_ = 0;
  held_.insert(held_.end(), bytes, bytes + size);
}

bool MjpegSplitter::next(std::vector<uint8_t>* frame) {
  bool found = false;
  while (!found) {
    if (advance(frame, &found))
      continue;
    if (!ended_ || place_ == Place::between)
      return false;
    give_up(last_segment_);
  }
  return true;
}

// One step; false when more bytes are needed for it.
bool MjpegSplitter::advance(std::vector<uint8_t>* frame, bool* found) {
  if (place_ != Place::between && at_ - begin_ > max_frame_bytes_)
    give_up(std::min(at_, held_.size()));
  switch (place_) {
  case Place::between:
    return seek_start();
  case Place::marker:
    return read_marker(frame, found);
  case Place::entropy:
    return read_entropy();
  }
  return false;
}

void MjpegSplitter::drop(size_t count) {
  skipped_bytes_ += static_cast<int64_t>(count);
  begin_ += count;
}

// Forgets the frame that began, and looks for a start from `resume` on.
void MjpegSplitter::give_up(size_t resume) {
  ++broken_frames_;
  drop(resume - begin_);
  place_ = Place::between;
}

bool MjpegSplitter::seek_start() {
  while (begin_ + 1 < held_.size()) {
    if (held_[begin_] == kMark && held_[begin_ + 1] == kStart) {
      at_ = last_segment_ = begin_ + 2;
      place_ = Place::marker;
      return true;
    }
    drop(1);
  }
  at_ = begin_;
  return false;
}

bool MjpegSplitter::read_marker(std::vector<uint8_t>* frame, bool* found) {
  if (at_ + 2 > held_.size())
    return false;
  const uint8_t code = held_[at_ + 1];
  if (held_[at_] != kMark || code == 0) {
    give_up(last_segment_);
  } else if (code == kMark) {
    ++at_; // fill byte
  } else if (code == kStart) {
    give_up(at_);
  } else if (code == kEnd) {
    const auto first = held_.begin() + static_cast<std::ptrdiff_t>(begin_);
    at_ += 2;
    frame->assign(first, held_.begin() + static_cast<std::ptrdiff_t>(at_));
    begin_ = at_;
    place_ = Place::between;
    *found = true;
  } else if (code == kTem || is_restart(code)) {
    at_ += 2;
  } else {
    if (at_ + 4 > held_.size())
      return false;
    const size_t length = static_cast<size_t>(held_[at_ + 2]) << 8 | held_[at_ + 3];
    last_segment_ = at_ + 4;
    at_ += 2 + length;
    place_ = code == kScan ? Place::entropy : Place::marker;
    if (length < 2)
      give_up(last_segment_);
  }
  return true;
}

bool MjpegSplitter::read_entropy() {
  for (; at_ + 1 < held_.size(); ++at_) {
    const uint8_t code = held_[at_ + 1];
    if (held_[at_] == kMark && code != 0 && code != kMark && !is_restart(code)) {
      last_segment_ = at_;
      place_ = Place::marker;
      return true;
    }
    if (at_ - begin_ > max_frame_bytes_)
      return true;
  }
  return false;
}

// Reads what is there, at least one byte; says to the splitter when nothing more comes.
Status MjpegReader::take_chunk(bool* ended) {
  constexpr size_t kChunk = size_t{1} << 16;
  chunk_.resize(kChunk);
  ssize_t got = 0;
  do
    got = read(file_descriptor_, chunk_.data(), kChunk);
  while (got < 0 && errno == EINTR);
  if (got < 0)
    return error(Code::io_error, "MJPEG stream: %s", std::strerror(errno));
  *ended = got == 0;
  if (*ended)
    splitter_.end();
  else
    splitter_.push(chunk_.data(), static_cast<size_t>(got));
  return {};
}

Status MjpegReader::next(std::vector<uint8_t>* frame) {
  for (bool ended = false; !splitter_.next(frame);) {
    if (ended) {
      frame->clear();
      return {};
    }
    PINHOLE_RETURN_IF_ERROR(take_chunk(&ended));
  }
  return {};
}

Status MjpegReader::next(int milliseconds, std::vector<uint8_t>* frame, bool* waiting) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point deadline = Clock::now() + std::chrono::milliseconds(milliseconds);
  *waiting = false;
  for (bool ended = false; !splitter_.next(frame);) {
    if (ended) {
      frame->clear();
      return {};
    }
    // A stream that trickles, or brings garbage alone, does not put off the deadline.
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd wanted = {file_descriptor_, POLLIN, 0};
    const int ready = left < 0 ? 0 : poll(&wanted, 1, static_cast<int>(left));
    if (ready == 0 || (ready < 0 && errno == EINTR)) {
      *waiting = true;
      return {};
    }
    PINHOLE_RETURN_IF_ERROR(take_chunk(&ended));
  }
  return {};
}

} // namespace pinhole
