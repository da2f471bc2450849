// SPDX-License-Identifier: Apache-2.0
#include "calibration_store.h"

#include "image/file_bytes.h"
#include "weights/writer.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pinhole::tool {
namespace {

constexpr int64_t kMostBytes = int64_t{64} << 20;
constexpr std::chrono::milliseconds kPause{20};
constexpr int kMostNeighbours = 1000;

// Between looking at a file and replacing it, nobody else does either. The folder is locked, since the file itself is
// another one after every replacement.
class FolderLock {
public:
  FolderLock() = default;
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  ~FolderLock() {
    if (descriptor_ >= 0)
      ::close(descriptor_);
  }

  // A folder that cannot be locked (of some network file systems) is none that is locked: the work goes on without.
  Status lock(const std::string& path, std::chrono::milliseconds patience) {
    std::string target;
    uint32_t mode = 0;
    PINHOLE_RETURN_IF_ERROR(resolve_target(path, &target, &mode));
    const std::string folder = std::filesystem::path(target).parent_path().string();
    descriptor_ = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const auto until = std::chrono::steady_clock::now() + patience;
    while (descriptor_ >= 0 && flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
      if (std::chrono::steady_clock::now() > until)
        return error(Code::io_error, "%s: another program keeps its folder locked", short_path(path).c_str());
      std::this_thread::sleep_for(kPause);
    }
    return {};
  }

private:
  int descriptor_ = -1;
};

// A link to nowhere is there, too.
bool is_there(const std::string& path) {
  struct stat facts = {};
  return lstat(path.c_str(), &facts) == 0 || errno != ENOENT;
}

Status replace(const std::string& path, const std::string& text) {
  return replace_file(path, text.data(), text.size());
}

} // namespace

Status write_new_calibration(const std::string& path, const std::string& text) {
  FolderLock lock;
  (void)lock.lock(path, kPatience); // what stands there goes in any case; that it cannot, replace says
  return replace(path, text);
}

Status CalibrationStore::read(const std::string& path, std::vector<uint8_t>* bytes) {
  PINHOLE_RETURN_IF_ERROR(read_file(path, kMostBytes, bytes));
  path_ = original_ = path;
  text_.assign(bytes->begin(), bytes->end());
  return {};
}

Status CalibrationStore::check_unchanged() const {
  if (!is_there(path_))
    return {};
  std::vector<uint8_t> bytes;
  PINHOLE_RETURN_IF_ERROR(read_file(path_, kMostBytes, &bytes));
  if (bytes.size() != text_.size() || std::memcmp(bytes.data(), text_.data(), bytes.size()) != 0)
    return error(Code::invalid_argument, "%s: another program has written it meanwhile", short_path(path_).c_str());
  return {};
}

// A free name beside the file that was read. It is made, empty, so that no other program takes it, too: not all hold
// the lock.
Status CalibrationStore::claim_neighbour(std::string* path) const {
  const std::string stem = original_ + ".new";
  for (int number = 0; number <= kMostNeighbours; ++number) {
    *path = number == 0 ? stem : stem + "." + std::to_string(number);
    const int descriptor = ::open(path->c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor >= 0) {
      ::close(descriptor);
      return {};
    }
    if (errno != EEXIST)
      return error(Code::io_error, "%s: cannot be made: %s", short_path(*path).c_str(), std::strerror(errno));
  }
  return error(Code::io_error, "%s: %d such files lie beside it: remove some", short_path(stem).c_str(),
               kMostNeighbours);
}

Status CalibrationStore::write_beside(const std::string& text, const Status& obstacle) {
  std::string path;
  PINHOLE_RETURN_IF_ERROR(claim_neighbour(&path));
  const Status written = replace(path, text);
  if (!written.ok()) {
    unlink(path.c_str());
    return written;
  }
  text_ = text;
  path_ = path;
  if (conflict_.ok())
    reason_ = obstacle;
  conflict_ = error(Code::invalid_argument,
                    "%s has what is added here, and the old file stays: keep one of them and do the other's work again "
                    "on it. %s",
                    std::filesystem::path(path).filename().string().c_str(), reason_.text);
  return {};
}

Status CalibrationStore::write(const std::string& text) {
  FolderLock lock;
  Status obstacle = path_ == original_ ? lock.lock(path_, patience_) : Status(); // nobody else looks for the neighbour
  if (obstacle.ok())
    obstacle = check_unchanged();
  if (!obstacle.ok())
    return write_beside(text, obstacle);
  PINHOLE_RETURN_IF_ERROR(replace(path_, text));
  text_ = text;
  return {};
}

} // namespace pinhole::tool
