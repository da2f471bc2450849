// SPDX-License-Identifier: Apache-2.0
// glibc lets a program define the allocators itself and reach the real ones under other names.
#include "engine/allocation_trap.h"

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <pthread.h>

extern "C" {
void* __libc_malloc(size_t bytes);
void* __libc_calloc(size_t count, size_t bytes);
void* __libc_realloc(void* block, size_t bytes);
void* __libc_memalign(size_t alignment, size_t bytes);
int __real_pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*), void* argument);
}

namespace {

std::atomic<bool> armed{false};
std::atomic<int64_t> counted{0}, failing_number{0};

// Counts one; true when it is the one that fails.
bool fails() {
  return armed.load() && counted.fetch_add(1) + 1 == failing_number.load();
}

} // namespace

extern "C" {

void* malloc(size_t bytes) {
  if (!fails())
    return __libc_malloc(bytes);
  errno = ENOMEM;
  return nullptr;
}

void* calloc(size_t count, size_t bytes) {
  if (!fails())
    return __libc_calloc(count, bytes);
  errno = ENOMEM;
  return nullptr;
}

void* realloc(void* block, size_t bytes) {
  if (!fails())
    return __libc_realloc(block, bytes);
  errno = ENOMEM;
  return nullptr;
}

void* aligned_alloc(size_t alignment, size_t bytes) {
  if (!fails())
    return __libc_memalign(alignment, bytes);
  errno = ENOMEM;
  return nullptr;
}

int posix_memalign(void** block, size_t alignment, size_t bytes) {
  if (fails())
    return ENOMEM;
  *block = __libc_memalign(alignment, bytes);
  return *block ? 0 : ENOMEM;
}

int __wrap_pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*), void* argument) {
  return fails() ? EAGAIN : __real_pthread_create(thread, attributes, start, argument);
}
}

namespace pinhole::testing {

void arm_allocation_trap(int64_t failing) {
  counted = 0;
  failing_number = failing;
  armed = true;
}

int64_t disarm_allocation_trap() {
  armed = false;
  return counted;
}

} // namespace pinhole::testing
