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
        return error(Code::io_error, "%s: another program keeps its folder locked: end that one",
                     short_path(path).c_str());
      std::this_thread::sleep_for(kPause);
    }
    return {};
  }

private:
  int descriptor_ = -1;
};

bool is_there(const std::string& path) {
  return access(path.c_str(), F_OK) == 0 || errno != ENOENT;
}

Status replace(const std::string& path, const std::string& text) {
  return replace_file(path, text.data(), text.size());
}

} // namespace

Status write_new_calibration(const std::string& path, const std::string& text) {
  FolderLock lock;
  PINHOLE_RETURN_IF_ERROR(lock.lock(path));
  return replace(path, text);
}

Status CalibrationStore::read(const std::string& path, std::vector<uint8_t>* bytes) {
  PINHOLE_RETURN_IF_ERROR(read_file(path, kMostBytes, bytes));
  path_ = path;
  text_.assign(bytes->begin(), bytes->end());
  return {};
}

bool CalibrationStore::is_as_it_was() const {
  std::vector<uint8_t> bytes;
  if (!read_file(path_, kMostBytes, &bytes).ok())
    return !is_there(path_);
  return bytes.size() == text_.size() && std::memcmp(bytes.data(), text_.data(), bytes.size()) == 0;
}

// Another name, beside what another program has written.
Status CalibrationStore::evade() {
  const std::string stem = path_ + ".new";
  std::string other = stem;
  for (int number = 1; is_there(other) && number <= kMostNeighbours; ++number)
    other = stem + "." + std::to_string(number);
  if (is_there(other))
    return error(Code::io_error, "%s: %d such files lie beside it: remove some", short_path(stem).c_str(),
                 kMostNeighbours);
  conflict_ = error(Code::invalid_argument,
                    "%s: another program has written it meanwhile, and it stays; %s has what this one adds: use one of "
                    "them, and do the other's work again on it",
                    short_path(path_).c_str(), std::filesystem::path(other).filename().string().c_str());
  path_ = other;
  return {};
}

Status CalibrationStore::write(const std::string& text) {
  FolderLock lock;
  PINHOLE_RETURN_IF_ERROR(lock.lock(path_));
  if (!is_as_it_was())
    PINHOLE_RETURN_IF_ERROR(evade());
  PINHOLE_RETURN_IF_ERROR(replace(path_, text));
  text_ = text;
  return {};
}

} // namespace pinhole::tool
