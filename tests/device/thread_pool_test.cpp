// SPDX-License-Identifier: Apache-2.0
#include "device/cpu/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <limits>
#include <thread>
#include <vector>

using namespace pinhole;

namespace {

struct Pool {
  explicit Pool(int32_t threads) : memory((thread_pool_bytes(threads) + 64) / sizeof(Line)) {
    Arena arena(memory.data(), memory.size() * sizeof(Line));
    status = start_threads(threads, &arena, &pool);
  }
  ~Pool() {
    if (pool)
      stop_threads(pool);
  }
  struct alignas(64) Line {
    char bytes[64];
  };
  std::vector<Line> memory;
  ThreadPool* pool = nullptr;
  Status status;
};

void count_visits(void* context, int64_t begin, int64_t end) {
  auto& visits = *static_cast<std::vector<std::atomic<int>>*>(context);
  for (int64_t i = begin; i < end; ++i)
    ++visits[static_cast<size_t>(i)];
}

struct Masks {
  std::vector<sigset_t> of_thread;
  std::atomic<int> there{0};
};

// Each thread takes one, and waits for the others.
void note_mask(void* context, int64_t begin, int64_t end) {
  auto& masks = *static_cast<Masks*>(context);
  for (int64_t i = begin; i < end; ++i) {
    pthread_sigmask(SIG_SETMASK, nullptr, &masks.of_thread[static_cast<size_t>(i)]);
    ++masks.there;
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (masks.there < static_cast<int>(masks.of_thread.size()) && std::chrono::steady_clock::now() < patience)
      std::this_thread::yield();
  }
}

bool blocks(const sigset_t& mask, int signal) {
  return sigismember(&mask, signal) == 1;
}

} // namespace

TEST(ThreadPool, WorkersLeaveSignalsToTheFirmware) {
  sigset_t before, after;
  pthread_sigmask(SIG_SETMASK, nullptr, &before);
  Pool pool(3);
  ASSERT_TRUE(pool.status.ok()) << pool.status.text;
  pthread_sigmask(SIG_SETMASK, nullptr, &after);
  Masks masks;
  masks.of_thread.resize(3);
  parallel_for(pool.pool, 3, note_mask, &masks);
  ASSERT_EQ(masks.there, 3);
  for (const int signal : {SIGTERM, SIGALRM, SIGINT}) {
    EXPECT_EQ(blocks(after, signal), blocks(before, signal)) << "the caller's are as they were";
    int blocking = 0;
    for (const sigset_t& mask : masks.of_thread)
      blocking += blocks(mask, signal);
    EXPECT_EQ(blocking, blocks(before, signal) ? 3 : 2);
  }
  for (const sigset_t& mask : masks.of_thread)
    EXPECT_FALSE(blocks(mask, SIGSEGV));
}

TEST(ThreadPool, VisitsEveryUnitOnceInEveryLoop) {
  for (const int32_t threads : {1, 2, 3, 8, 64}) {
    Pool pool(threads);
    ASSERT_TRUE(pool.status.ok()) << pool.status.text;
    EXPECT_EQ(thread_count(pool.pool), threads);
    for (int64_t units = 0; units < 200; ++units) {
      std::vector<std::atomic<int>> visits(static_cast<size_t>(units));
      parallel_for(pool.pool, units, count_visits, &visits);
      for (const auto& visit : visits)
        ASSERT_EQ(visit, 1) << units << " units, " << threads << " threads";
    }
  }
}

TEST(ThreadPool, WakesSleepingWorkers) {
  Pool pool(2);
  for (int i = 0; i < 5; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2)); // far beyond the spin time
    // Two units that each wait for the other: finishes only if the worker wakes up.
    std::atomic<int> arrived{0};
    const auto meet = [](void* context, int64_t begin, int64_t end) {
      auto& count = *static_cast<std::atomic<int>*>(context);
      count += static_cast<int>(end - begin);
      while (count < 2)
        std::this_thread::yield();
    };
    parallel_for(pool.pool, 2, meet, &arrived);
    EXPECT_EQ(arrived, 2);
  }
}

TEST(ThreadPool, WorkersFlushDenormals) {
  Pool pool(2);
  struct Halves {
    std::atomic<int> arrived{0};
    std::atomic<int> flushed{0};
    std::thread::id caller = std::this_thread::get_id();
  } halves;
  const auto halve = [](void* context, int64_t, int64_t) {
    auto& h = *static_cast<Halves*>(context);
    ++h.arrived;
    while (h.arrived < 2)
      std::this_thread::yield();
    volatile float least = std::numeric_limits<float>::min();
    if (std::this_thread::get_id() != h.caller && least / 2 == 0.0f)
      ++h.flushed;
  };
  parallel_for(pool.pool, 2, halve, &halves);
  EXPECT_EQ(halves.flushed, 1);
}

TEST(ThreadPool, RefusesBadCountsAndShortMemory) {
  EXPECT_EQ(Pool(0).status.code, Code::invalid_argument);
  EXPECT_EQ(Pool(65).status.code, Code::invalid_argument);
  alignas(64) static char memory[1 << 16];
  ThreadPool* pool = nullptr;
  Arena small(memory, thread_pool_bytes(2) - 1);
  EXPECT_EQ(start_threads(2, &small, &pool).code, Code::too_little_memory);
  Arena measure(nullptr, 0);
  EXPECT_TRUE(start_threads(2, &measure, &pool).ok());
  EXPECT_EQ(measure.used(), thread_pool_bytes(2));
}
