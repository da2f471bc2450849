// SPDX-License-Identifier: Apache-2.0
#include "alert_log.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pinhole {
namespace {

constexpr char kLineBegin[] = "{\"event\":";
constexpr off_t kLongestLine = 1024;

// Without the locale's comma.
std::string number(double value, int digits) {
  if (!std::isfinite(value))
    return "null";
  char text[40];
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::general, digits).ptr;
  return {text, end};
}

Status system_error(const std::string& path, const char* what) {
  return error(Code::io_error, "%s: %s: %s", path.c_str(), what, std::strerror(errno));
}

// Pipes and the like cannot be synced; that is no failure.
bool synced(int descriptor) {
  return fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS;
}

bool read_at(const std::string& path, off_t from, std::string* bytes) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0)
    return false;
  const bool read = pread(descriptor, &(*bytes)[0], bytes->size(), from) == static_cast<ssize_t>(bytes->size());
  close(descriptor);
  return read;
}

// What event_line gives, by its first words and its last letter.
bool is_event_line(const std::string& line) {
  if (line.empty() || line.back() != '}')
    return false;
  for (int32_t kind = 0; kind <= PINHOLE_EVENT_GONE; ++kind)
    for (const char* state : {"open", "closed"}) {
      const std::string begin =
          kLineBegin + std::string("\"") + pinhole_event_name(kind) + "\",\"state\":\"" + state + "\",\"first\":";
      if (line.compare(0, begin.size(), begin) == 0)
        return true;
    }
  return false;
}

} // namespace

std::string event_line(const pinhole_event& event) {
  std::string line = kLineBegin;
  line += "\"" + std::string(pinhole_event_name(event.kind)) + "\",\"state\":\"" + (event.open ? "open" : "closed");
  line += "\",\"first\":" + std::to_string(event.first) + ",\"peak\":" + std::to_string(event.peak);
  line += ",\"last\":" + std::to_string(event.last) + ",\"score\":" + number(event.score, 9);
  line += ",\"threshold\":" + number(event.threshold, 9) + ",\"box\":[" + std::to_string(event.box.x) + ",";
  line += std::to_string(event.box.y) + "," + std::to_string(event.box.width) + ",";
  line += std::to_string(event.box.height) + "],\"time\":" + number(event.time, 15);
  if (event.reason != PINHOLE_CLOSED_OVER)
    line += ",\"reason\":\"" + std::string(pinhole_close_reason_name(event.reason)) + "\"";
  return line + (event.suppressed ? ",\"suppressed\":true}" : "}");
}

AlertLog::~AlertLog() {
  if (descriptor_ >= 0)
    ::close(descriptor_);
}

Status AlertLog::open(const std::string& path) {
  if (descriptor_ >= 0)
    return error(Code::invalid_argument, "%s: the log of alerts is open already", path_.c_str());
  path_ = path;
  // A limit on the size of files is then an error of write, as a full disk is.
  std::signal(SIGXFSZ, SIG_IGN);
  descriptor_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor_ < 0)
    return system_error(path, "alerts cannot be written there");
  const Status status = lock_and_mend();
  if (!status.ok()) {
    ::close(descriptor_);
    descriptor_ = -1;
  }
  return status;
}

Status AlertLog::lock_and_mend() {
  if (flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    return error(Code::io_error, "%s: another program writes alerts there: name another file", path_.c_str());
  struct stat facts = {};
  if (fstat(descriptor_, &facts) != 0)
    return system_error(path_, "cannot be examined");
  regular_ = S_ISREG(facts.st_mode);
  if (!regular_ || facts.st_size == 0)
    return {};
  std::string head(static_cast<size_t>(std::min(facts.st_size, kLongestLine)), '\0'), tail = head;
  const off_t from = facts.st_size - static_cast<off_t>(tail.size());
  if (!read_at(path_, 0, &head) || !read_at(path_, from, &tail))
    return system_error(path_, "it cannot be read");
  const size_t first_end = head.find('\n');
  const bool no_line = first_end == std::string::npos && facts.st_size > kLongestLine;
  if (no_line || (first_end != std::string::npos && !is_event_line(head.substr(0, first_end))))
    return error(Code::invalid_argument, "%s: does not begin with an alert: name another file", path_.c_str());
  const size_t line_end = tail.rfind('\n'), begin = line_end == std::string::npos ? 0 : line_end + 1;
  const std::string rest = tail.substr(begin);
  if (rest.empty())
    return {};
  const size_t compared = std::min(rest.size(), std::strlen(kLineBegin));
  if (rest.compare(0, compared, kLineBegin, compared) != 0 || (begin == 0 && from > 0))
    return error(Code::invalid_argument, "%s: does not end in an alert: name another file", path_.c_str());
  // A brace ends a line and nothing else: only the line's end is missing.
  if (rest.back() == '}')
    return ::write(descriptor_, "\n", 1) == 1 ? Status() : system_error(path_, "its last line cannot be ended");
  if (ftruncate(descriptor_, from + static_cast<off_t>(begin)) != 0)
    return system_error(path_, "the half-written line at its end cannot be cut off");
  return {};
}

// False when the first kept line is not in the file afterwards, with errno.
bool AlertLog::write_first() {
  const std::string& line = kept_.front();
  ssize_t written = 0;
  do
    written = ::write(descriptor_, line.data() + begun_, line.size() - begun_);
  while (written < 0 && errno == EINTR);
  const bool whole = written == static_cast<ssize_t>(line.size() - begun_);
  if (whole && synced(descriptor_))
    return true;
  const int cause = written >= 0 && !whole ? ENOSPC : errno;
  struct stat facts = {};
  const off_t size = fstat(descriptor_, &facts) == 0 ? facts.st_size : 0;
  if (written > 0 && !(regular_ && size >= written && ftruncate(descriptor_, size - written) == 0))
    begun_ += static_cast<size_t>(written); // to be continued
  errno = cause;
  return begun_ == line.size();
}

Status AlertLog::flush() {
  while (!kept_.empty()) {
    if (!write_first()) {
      const bool known = reported_;
      reported_ = true;
      return known ? Status() : system_error(path_, "alerts cannot be written now; they are kept and written later");
    }
    kept_.pop_front();
    begun_ = 0;
    ++written_;
  }
  reported_ = false;
  return {};
}

Status AlertLog::write(const pinhole_event& event) {
  kept_.push_back(event_line(event) + "\n");
  return retry();
}

Status AlertLog::retry() {
  if (descriptor_ < 0)
    return error(Code::invalid_argument, "the log of alerts is not open");
  return flush();
}

Status AlertLog::close() {
  if (descriptor_ < 0)
    return {};
  static_cast<void>(flush()); // what matters is what is left
  if (::close(descriptor_) != 0 && kept_.empty()) {
    descriptor_ = -1;
    return system_error(path_, "cannot be closed");
  }
  descriptor_ = -1;
  if (kept_.empty())
    return {};
  return error(
      Code::io_error,
      "%s: %zu of %lld lines of alerts could not be written: make room on the disk, or keep what reads them open",
      path_.c_str(), kept_.size(), static_cast<long long>(written_) + static_cast<long long>(kept_.size()));
}

} // namespace pinhole
