// SPDX-License-Identifier: Apache-2.0
#include "calibration_store.h"

#include "image/file_bytes.h"
#include "weights/writer.h"

#include <cerrno>
#include <chrono>
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
constexpr std::chrono::seconds kPatience{10};
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
  Status lock(const std::string& path) {
    std::string target;
    uint32_t mode = 0;
    PINHOLE_RETURN_IF_ERROR(resolve_target(path, &target, &mode));
    const std::string folder = std::filesystem::path(target).parent_path().string();
    descriptor_ = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const auto until = std::chrono::steady_clock::now() + kPatience;
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
  (void)lock.lock(path); // what stands there goes in any case; that it cannot, replace says
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

// A free name beside the file that was read.
Status CalibrationStore::find_neighbour(std::string* path) const {
  const std::string stem = original_ + ".new";
  *path = stem;
  for (int number = 1; is_there(*path) && number <= kMostNeighbours; ++number)
    *path = stem + "." + std::to_string(number);
  return is_there(*path) ? error(Code::io_error, "%s: %d such files lie beside it: remove some",
                                 short_path(stem).c_str(), kMostNeighbours)
                         : Status();
}

Status CalibrationStore::write(const std::string& text) {
  FolderLock lock;
  Status obstacle = lock.lock(path_);
  if (obstacle.ok())
    obstacle = check_unchanged();
  std::string path = path_;
  if (!obstacle.ok())
    PINHOLE_RETURN_IF_ERROR(find_neighbour(&path));
  PINHOLE_RETURN_IF_ERROR(replace(path, text));
  text_ = text;
  if (obstacle.ok())
    return {};
  path_ = path;
  const std::string again = short_path(original_) + ": another program has written it, and what this one had added";
  conflict_ =
      error(Code::invalid_argument,
            "%s; it stays, and %s has what this one adds: use one of them, and do the other's work again on it",
            conflict_.ok() ? obstacle.text : again.c_str(), std::filesystem::path(path).filename().string().c_str());
  return {};
}

} // namespace pinhole::tool
