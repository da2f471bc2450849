// SPDX-License-Identifier: Apache-2.0
#include "weights/writer.h"

#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pinhole {
namespace {

Status system_error(const std::string& path, const char* what) {
  return error(Code::io_error, "%s: %s: %s", path.c_str(), what, std::strerror(errno));
}

// `mode`: as resolve_target has it, 0 where there is no old file.
Status not_written(const std::string& path, uint32_t mode) {
  return system_error(path, mode == 0 ? "cannot be written" : "cannot be written, the old file is untouched");
}

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos)
    return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Opens a new file beside `target`; its name goes to *name.
int create_beside(const std::string& target, std::string* name) {
  static std::atomic<unsigned> counter{0};
  int descriptor = -1;
  do {
    *name = target + ".new-" + std::to_string(getpid()) + "-" + std::to_string(counter++);
    descriptor = open(name->c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  } while (descriptor < 0 && errno == EEXIST);
  return descriptor;
}

// resolve_target and create_beside.
Status open_beside(const std::string& path, std::string* target, std::string* temporary, mode_t* mode,
                   int* descriptor) {
  PINHOLE_RETURN_IF_ERROR(resolve_target(path, target, mode));
  *descriptor = create_beside(*target, temporary);
  return *descriptor < 0 ? system_error(path, "a new file cannot be made beside it") : Status();
}

bool write_all(int descriptor, const char* bytes, size_t size) {
  while (size > 0) {
    const ssize_t written = write(descriptor, bytes, size);
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return false;
    bytes += written;
    size -= static_cast<size_t>(written);
  }
  return true;
}

// fsync, so that the new name survives a crash. Some file systems cannot sync a folder; that is no failure.
Status sync_folder(const std::string& folder) {
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0)
    return system_error(folder, "the folder cannot be opened to sync it");
  const bool synced = fsync(descriptor) == 0 || errno == EINVAL;
  const Status status = synced ? Status() : system_error(folder, "the folder cannot be synced");
  close(descriptor);
  return status;
}

} // namespace

Status resolve_target(const std::string& path, std::string* target, uint32_t* mode) {
  struct stat facts = {};
  *target = path;
  *mode = 0;
  if (stat(path.c_str(), &facts) != 0) {
    if (errno != ENOENT)
      return system_error(path, "cannot be examined");
    return lstat(path.c_str(), &facts) != 0
               ? Status()
               : error(Code::invalid_argument,
                       "%s: is a link to what is not there: make that file, remove the link, or name another file",
                       path.c_str());
  }
  if (!S_ISREG(facts.st_mode))
    return error(Code::invalid_argument, "%s: is %s, not a file: name a file", path.c_str(),
                 S_ISDIR(facts.st_mode) ? "a folder" : "a device or pipe");
  char resolved[PATH_MAX];
  if (!realpath(path.c_str(), resolved))
    return system_error(path, "cannot be resolved");
  *target = resolved;
  *mode = facts.st_mode & 0777;
  return {};
}

Status check_replaceable(const std::string& path) {
  std::string target, temporary;
  mode_t mode = 0;
  int descriptor = -1;
  PINHOLE_RETURN_IF_ERROR(open_beside(path, &target, &temporary, &mode, &descriptor));
  close(descriptor);
  unlink(temporary.c_str());
  return {};
}

Status move_into_place(int descriptor, const std::string& written, const std::string& target, uint32_t mode) {
  Status status = (mode == 0 || fchmod(descriptor, static_cast<mode_t>(mode)) == 0) && fsync(descriptor) == 0
                      ? Status()
                      : not_written(target, mode);
  if (close(descriptor) != 0 && status.ok())
    status = not_written(target, mode);
  PINHOLE_RETURN_IF_ERROR(status);
  return rename(written.c_str(), target.c_str()) == 0 ? sync_folder(folder_of(target))
                                                      : system_error(target, "cannot be replaced");
}

Status replace_file(const std::string& path, const void* bytes, size_t size) {
  std::string target, temporary;
  mode_t mode = 0;
  int descriptor = -1;
  PINHOLE_RETURN_IF_ERROR(open_beside(path, &target, &temporary, &mode, &descriptor));
  Status status;
  if (write_all(descriptor, static_cast<const char*>(bytes), size)) {
    status = move_into_place(descriptor, temporary, target, mode);
  } else {
    status = not_written(path, mode);
    close(descriptor);
  }
  if (!status.ok())
    unlink(temporary.c_str()); // gone already when it is the folder that could not be synced
  return status;
}

} // namespace pinhole
