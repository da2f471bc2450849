// SPDX-License-Identifier: Apache-2.0
#include "growing_file.h"

#include "image/file_bytes.h"
#include "weights/writer.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pinhole::tool {
namespace {

constexpr size_t kEnough = size_t{1} << 16;
constexpr int kMostKeptAside = 1000;

Status system_error(const std::string& path, const char* what) {
  return error(Code::io_error, "%s: %s: %s", short_path(path).c_str(), what, std::strerror(errno));
}

} // namespace

GrowingFile::~GrowingFile() {
  abandon();
}

void GrowingFile::abandon() {
  if (descriptor_ >= 0)
    ::close(descriptor_);
  descriptor_ = -1;
}

Status GrowingFile::open(const std::string& path) {
  // A limit on the size of files is then an error of write, as a full disk is.
  PINHOLE_RETURN_IF_ERROR(resolve_target(path, &target_, &mode_));
  partial_ = target_ + ".partial";
  PINHOLE_RETURN_IF_ERROR(open_partial());
  struct stat facts = {};
  if (fstat(descriptor_, &facts) != 0 || facts.st_size > 0) {
    PINHOLE_RETURN_IF_ERROR(keep_aside());
    PINHOLE_RETURN_IF_ERROR(open_partial());
  }
  flushed_ = std::chrono::steady_clock::now();
  return {};
}

// Nobody else writes it from here on.
Status GrowingFile::open_partial() {
  descriptor_ = ::open(partial_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (descriptor_ < 0)
    return system_error(partial_, "cannot be made");
  if (flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    abandon();
    return error(Code::io_error, "%s: another program writes it: name another file", short_path(partial_).c_str());
  }
  return {};
}

Status GrowingFile::keep_aside() {
  Status status = error(Code::io_error, "%s: %d such files of earlier runs lie beside it: remove some",
                        short_path(partial_).c_str(), kMostKeptAside);
  for (int number = 1; number <= kMostKeptAside; ++number) {
    kept_aside_ = partial_ + "." + std::to_string(number);
    if (access(kept_aside_.c_str(), F_OK) == 0)
      continue;
    status = rename(partial_.c_str(), kept_aside_.c_str()) == 0
                 ? Status()
                 : system_error(partial_, "what an earlier run left cannot be kept under another name");
    break;
  }
  abandon();
  return status;
}

Status GrowingFile::add(const std::string& line) {
  if (kept_.size() + line.size() > kMostKept)
    ++lost_;
  else
    kept_ += line;
  return refresh();
}

Status GrowingFile::refresh() {
  const auto now = std::chrono::steady_clock::now();
  if (kept_.empty() || (kept_.size() < kEnough && now - flushed_ < std::chrono::seconds(1)))
    return {};
  flushed_ = now;
  const Status status = write_kept();
  if (status.ok() || reported_)
    return {};
  reported_ = true;
  return status;
}

// As many lines as there is room for, whole; the others stay kept.
Status GrowingFile::write_kept() {
  const off_t before = lseek(descriptor_, 0, SEEK_CUR);
  Status status;
  size_t done = 0;
  while (status.ok() && done < kept_.size()) {
    const ssize_t written = ::write(descriptor_, kept_.data() + done, kept_.size() - done);
    if (written > 0)
      done += static_cast<size_t>(written);
    else if (written == 0 || errno != EINTR)
      status = system_error(partial_, "cannot be written now; its lines are kept and written later");
  }
  if (status.ok()) {
    kept_.clear();
    reported_ = false;
    return {};
  }
  const size_t end = done == 0 ? std::string::npos : kept_.rfind('\n', done - 1);
  const size_t whole = end == std::string::npos ? 0 : end + 1;
  const off_t keep = before + static_cast<off_t>(whole);
  if (lseek(descriptor_, keep, SEEK_SET) != keep || ftruncate(descriptor_, keep) != 0)
    lost_ += 1;
  kept_.erase(0, whole);
  return status;
}

Status GrowingFile::finish() {
  if (descriptor_ < 0)
    return {};
  const Status flushed = write_kept();
  Status status;
  if (!flushed.ok())
    status = error(Code::io_error, "%s: its last lines could not be written: make room on the disk",
                   short_path(partial_).c_str());
  else if (lost_ > 0)
    status = error(Code::io_error, "%s: %lld lines are missing in it, the disk was full for long: it keeps this name",
                   short_path(partial_).c_str(), static_cast<long long>(lost_));
  if (!status.ok()) {
    abandon();
    return status;
  }
  const int descriptor = descriptor_;
  descriptor_ = -1;
  return move_into_place(descriptor, partial_, target_, mode_);
}

} // namespace pinhole::tool
