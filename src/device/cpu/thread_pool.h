// SPDX-License-Identifier: Apache-2.0
// A fixed set of threads that split one loop at a time. No allocation after start.
#pragma once

#include "base/arena.h"
#include "base/status.h"

namespace pinhole {

struct ThreadPool; // lives in the arena it was started in

// Bytes of setup memory that start_threads takes, 0 workers included.
size_t thread_pool_bytes(int32_t threads);

// Starts threads-1 workers (the caller is the other one). 1 <= threads <= 64.
Status start_threads(int32_t threads, Arena* setup, ThreadPool** pool);

// Joins the workers. The memory stays the caller's.
void stop_threads(ThreadPool* pool);

// Calls body(context, begin, end) over 0..units-1 in disjoint ranges on all threads, and returns when all are done.
// Ranges are contiguous and their boundaries unspecified. One caller at a time.
void parallel_for(ThreadPool* pool, int64_t units, void (*body)(void* context, int64_t begin, int64_t end),
                  void* context);

int32_t thread_count(const ThreadPool* pool);

} // namespace pinhole
