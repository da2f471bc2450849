// SPDX-License-Identifier: Apache-2.0
#include "weights/mapped_file.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pinhole {
namespace {

// Maps all of `descriptor` to *data, *size.
Status map_descriptor(int descriptor, const char* path, void** data, size_t* size) {
  struct stat facts = {};
  if (fstat(descriptor, &facts) != 0)
    return error(Code::io_error, "%s: cannot be examined: %s", path, std::strerror(errno));
  if (!S_ISREG(facts.st_mode))
    return error(Code::invalid_argument, "%s: is %s, not a file: name a file", path,
                 S_ISDIR(facts.st_mode) ? "a folder" : "a device or pipe");
  if (facts.st_size == 0)
    return error(Code::bad_file, "%s: is empty: copy or write it again", path);
  void* mapping = mmap(nullptr, static_cast<size_t>(facts.st_size), PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (mapping == MAP_FAILED)
    return error(Code::io_error, "%s: cannot be mapped: %s", path, std::strerror(errno));
  *data = mapping;
  *size = static_cast<size_t>(facts.st_size);
  return {};
}

} // namespace

Status MappedFile::open(const std::string& path) {
  close();
  // O_NONBLOCK: opening a pipe must not wait for a writer.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0)
    return error(Code::io_error, "%s: cannot be opened: %s", path.c_str(), std::strerror(errno));
  Status status = map_descriptor(descriptor, path.c_str(), &data_, &size_);
  ::close(descriptor);
  return status;
}

void MappedFile::close() {
  if (data_)
    munmap(data_, size_);
  data_ = nullptr;
  size_ = 0;
}

void MappedFile::swap(MappedFile* other) {
  std::swap(data_, other->data_);
  std::swap(size_, other->size_);
}

} // namespace pinhole
