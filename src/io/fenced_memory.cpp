// SPDX-License-Identifier: Apache-2.0
#include "io/fenced_memory.h"

#include "base/checked.h"

#include <cerrno>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

namespace pinhole {

Status FencedMemory::allocate(size_t bytes) {
  release();
  if (bytes == 0)
    return {};
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  const size_t inner = align_up(bytes, page), total = inner + 2 * page;
  void* mapping = mmap(nullptr, total, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED)
    return error(Code::io_error, "no %zu bytes of memory: %s", total, std::strerror(errno));
  mapping_ = mapping;
  mapping_bytes_ = total;
  auto* start = static_cast<unsigned char*>(mapping);
  if (mprotect(start, page, PROT_NONE) != 0 || mprotect(start + page + inner, page, PROT_NONE) != 0)
    return error(Code::io_error, "cannot protect the pages around a region: %s", std::strerror(errno));
  data_ = start + page + (inner - bytes);
  size_ = bytes;
  return {};
}

void FencedMemory::paint(unsigned char pattern) {
  if (size_ > 0)
    std::memset(data_, pattern, size_);
}

size_t FencedMemory::touched(unsigned char pattern) const {
  size_t last = size_;
  while (last > 0 && data_[last - 1] == pattern)
    --last;
  return last;
}

void FencedMemory::release() {
  if (mapping_)
    munmap(mapping_, mapping_bytes_);
  mapping_ = nullptr;
  data_ = nullptr;
  size_ = 0;
}

} // namespace pinhole
