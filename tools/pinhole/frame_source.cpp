// SPDX-License-Identifier: Apache-2.0
#include "frame_source.h"

#include "image/file_bytes.h"
#include "image/listing.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pinhole::tool {
namespace {

constexpr int kPatience = 200;                       // milliseconds
constexpr int64_t kMostPositions = int64_t{1} << 24; // of a stream, in --range
constexpr char kFromCamera[] = "ffmpeg -f v4l2 -input_format mjpeg -i /dev/video0 -c:v copy -f mjpeg - | "
                               "pinhole watch ... --input -";

mode_t mode_of(const std::string& path) {
  struct stat facts = {};
  return stat(path.c_str(), &facts) == 0 ? facts.st_mode : 0;
}

bool ends_with(const std::string& text, const char* end) {
  const size_t length = std::strlen(end);
  return text.size() >= length && text.compare(text.size() - length, length, end) == 0;
}

// Of what is no source, but can be made one.
Status check_source(const std::string& input) {
  const bool address = input.find("://") != std::string::npos, device = input.compare(0, 10, "/dev/video") == 0;
  bool film = address;
  for (const char* end : {".mp4", ".mkv", ".avi", ".mov", ".ts", ".h264", ".h265", ".webm", ".m4v", ".mpg"})
    film = film || ends_with(input, end);
  if (device)
    return error(Code::invalid_argument, "%s is no stream of pictures; for a camera: %s", short_path(input).c_str(),
                 kFromCamera);
  if (film)
    return error(Code::invalid_argument,
                 "%s is no motion JPEG; ffmpeg makes it: ffmpeg -i %s -q:v 2 -f mjpeg - | "
                 "pinhole watch ... --input - (to a file, .mjpeg, for calibrate and train)",
                 short_path(input).c_str(), address ? "ADDRESS" : "FILE");
  return {};
}

} // namespace

bool is_stream(const std::string& path) {
  const mode_t mode = mode_of(path);
  return path == "-" || S_ISFIFO(mode) || S_ISCHR(mode) || S_ISSOCK(mode) || (!S_ISDIR(mode) && is_mjpeg_name(path));
}

FrameSource::~FrameSource() {
  if (opened_)
    close(descriptor_);
}

Status FrameSource::open(const SourceOptions& options) {
  options_ = options;
  started_ = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  steady_started_ = std::chrono::steady_clock::now();
  if (is_stream(options.input)) {
    PINHOLE_RETURN_IF_ERROR(open_stream(options.input));
    return options.range.empty() ? Status() : parse_range(options.range, kMostPositions, &positions_);
  }
  PINHOLE_RETURN_IF_ERROR(check_source(options.input));
  live_ = options.clock == FrameClock::arrival;
  return list_frames(options.input, false, options.range, &list_);
}

Status FrameSource::open_stream(const std::string& path) {
  name_ = path == "-" ? "standard input" : short_path(path);
  if (path == "-") {
    descriptor_ = STDIN_FILENO;
  } else {
    // Without waiting for a FIFO's writer: next() waits, and can be stopped.
    descriptor_ = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    opened_ = descriptor_ >= 0;
  }
  struct stat facts = {};
  if (descriptor_ < 0 || fstat(descriptor_, &facts) != 0)
    return error(Code::io_error, "%s: cannot be opened: %s", name_.c_str(), std::strerror(errno));
  if (S_ISCHR(facts.st_mode) || S_ISDIR(facts.st_mode))
    return error(Code::invalid_argument, "%s is no stream of pictures; for a camera: %s", name_.c_str(), kFromCamera);
  if (opened_)
    fcntl(descriptor_, F_SETFL, fcntl(descriptor_, F_GETFL) & ~O_NONBLOCK);
  live_ = options_.clock == FrameClock::arrival || (options_.clock == FrameClock::automatic && !S_ISREG(facts.st_mode));
  reader_ = std::make_unique<MjpegReader>(descriptor_, kMostFrameBytes);
  return {};
}

double FrameSource::now() const {
  const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - steady_started_).count();
  return std::floor((started_ + elapsed) * 1000) / 1000;
}

Status FrameSource::next(SourceFrame* frame) {
  if (list_.frames.empty())
    return next_of_stream(frame);
  if (at_ == list_.frames.size()) {
    frame->arrival = Arrival::end;
    return {};
  }
  const FrameFile& file = list_.frames[at_++];
  frame->number = file.number;
  frame->name = short_path(file.path) + ", frame " + std::to_string(file.number);
  frame->time = live_ ? now() : static_cast<double>(frame->number) / options_.frames_per_second;
  const Status status = load_image(file.path, &frame->image);
  frame->arrival = status.ok() ? Arrival::frame : Arrival::unusable;
  frame->fault = status.ok() ? "" : status.text;
  return {};
}

// Whether this frame of a stream is in the range; those before it are behind.
bool FrameSource::is_wanted(int64_t number) {
  if (positions_.empty())
    return true;
  while (at_ < positions_.size() && positions_[at_] < number)
    ++at_;
  ended_ = at_ == positions_.size();
  return !ended_ && positions_[at_] == number;
}

Status FrameSource::next_of_stream(SourceFrame* frame) {
  const auto has_broken = [this] { return broken_ < reader_->splitter().broken_frames(); };
  frame->arrival = Arrival::end;
  while (!ended_) {
    bool waiting = false;
    if (bytes_.empty() && !drained_ && !has_broken()) {
      if (const Status status = reader_->next(kPatience, &bytes_, &waiting); !status.ok())
        return with_path(name_, status);
      drained_ = !waiting && bytes_.empty();
    }
    const bool broken = has_broken();
    if (!broken && bytes_.empty()) {
      frame->arrival = waiting ? Arrival::none : Arrival::end;
      return {};
    }
    frame->number = whole_ + broken_;
    ++(broken ? broken_ : whole_);
    frame->time = live_ ? now() : static_cast<double>(frame->number) / options_.frames_per_second;
    std::vector<uint8_t> bytes;
    if (!broken)
      bytes.swap(bytes_);
    if (is_wanted(frame->number)) {
      take_picture(bytes, frame);
      return {};
    }
  }
  return {};
}

// `bytes`: empty for a frame that was cut.
void FrameSource::take_picture(const std::vector<uint8_t>& bytes, SourceFrame* frame) {
  frame->name = name_ + ", frame " + std::to_string(frame->number);
  const Status status = bytes.empty() ? error(Code::bad_file, "cut short, damaged, or over %zu bytes", kMostFrameBytes)
                                      : decode_image(bytes.data(), bytes.size(), &frame->image);
  frame->arrival = status.ok() ? Arrival::frame : Arrival::unusable;
  frame->fault = status.ok() ? "" : frame->name + ": " + status.text;
}

} // namespace pinhole::tool
