// SPDX-License-Identifier: Apache-2.0
// One loop at a time is open. Workers join it, take chunks from a shared counter, and leave; the caller closes the loop
// when the counter has run out and waits for those that joined, so a worker that is late to wake delays nobody.
#include "device/cpu/thread_pool.h"

#include "base/checked.h"
#include "device/cpu/denormals.h"

#include <csignal>
#include <ctime>
#include <pthread.h>

namespace pinhole {
namespace {

constexpr int32_t kMaxThreads = 64;
constexpr int64_t kSpinNanoseconds = 20000; // about what a sleep and a wake-up cost
constexpr int64_t kChunksPerThread = 4;     // evens out threads that the system interrupts

struct Loop {
  void (*body)(void*, int64_t, int64_t);
  void* context;
  int64_t units, chunk;
};

} // namespace

struct ThreadPool {
  int32_t threads;
  pthread_t worker[kMaxThreads];
  pthread_mutex_t mutex;
  pthread_cond_t opened, left;
  // Written under the mutex; `loops`, `joined` and `stop` are also polled without it.
  Loop loop;
  bool open, stop;
  int32_t joined, sleeping;
  uint32_t loops;           // opened so far
  alignas(64) int64_t next; // first unit that nobody has taken
};

namespace {

template <class T> T polled(const T& value) {
  return __atomic_load_n(&value, __ATOMIC_ACQUIRE);
}
template <class T> void publish(T* value, T now) {
  __atomic_store_n(value, now, __ATOMIC_RELEASE);
}

int64_t nanoseconds() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1000000000 + now.tv_nsec;
}

void pause_briefly() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Polls until `done(pool)` or the spin time is over.
template <class Done> void spin(const Done& done) {
  const int64_t end = nanoseconds() + kSpinNanoseconds;
  do {
    for (int i = 0; i < 32; ++i) {
      if (done())
        return;
      pause_briefly();
    }
  } while (nanoseconds() < end);
}

void take_chunks(ThreadPool* pool, const Loop& loop) {
  for (;;) {
    const int64_t begin = __atomic_fetch_add(&pool->next, loop.chunk, __ATOMIC_RELAXED);
    if (begin >= loop.units)
      return;
    loop.body(loop.context, begin, min_of(begin + loop.chunk, loop.units));
  }
}

// Waits for a loop later than number `seen`, or the end. Returns with the mutex held.
void await_loop(ThreadPool* pool, uint32_t seen) {
  const auto called = [pool, seen] { return polled(pool->loops) != seen || polled(pool->stop); };
  spin(called);
  pthread_mutex_lock(&pool->mutex);
  ++pool->sleeping;
  while (!called())
    pthread_cond_wait(&pool->opened, &pool->mutex);
  --pool->sleeping;
}

void* work(void* argument) {
  ThreadPool* pool = static_cast<ThreadPool*>(argument);
  const FlushDenormals flush;
  for (uint32_t seen = 0;;) {
    await_loop(pool, seen);
    seen = pool->loops;
    const bool join = pool->open && !pool->stop, stop = pool->stop;
    const Loop loop = pool->loop;
    if (join)
      publish(&pool->joined, pool->joined + 1);
    pthread_mutex_unlock(&pool->mutex);
    if (stop)
      return nullptr;
    if (!join)
      continue;
    take_chunks(pool, loop);
    pthread_mutex_lock(&pool->mutex);
    publish(&pool->joined, pool->joined - 1);
    if (pool->joined == 0)
      pthread_cond_signal(&pool->left);
    pthread_mutex_unlock(&pool->mutex);
  }
}

// The firmware's signals are for its own threads; the CPU's faults are for whoever raises them.
sigset_t signals_of_others() {
  constexpr int kKept[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS, SIGPROF};
  sigset_t set;
  sigfillset(&set);
  for (const int kept : kKept)
    sigdelset(&set, kept);
  return set;
}

// A thread that is born with those signals blocked.
int create_worker(ThreadPool* pool, pthread_t* worker) {
  const sigset_t blocked = signals_of_others();
  sigset_t before;
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const int code = pthread_create(worker, nullptr, work, pool);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return code;
}

} // namespace

size_t thread_pool_bytes(int32_t) {
  return align_up(sizeof(ThreadPool), Arena::kAlignment);
}

Status start_threads(int32_t threads, Arena* setup, ThreadPool** pool) {
  if (threads < 1 || threads > kMaxThreads)
    return error(Code::invalid_argument, "threads: %d asked; use 1 .. %d", threads, kMaxThreads);
  Array<ThreadPool> memory;
  if (!setup->take(1, &memory))
    return error(Code::too_little_memory, "threads: the setup region lacks the %zu bytes of the thread pool",
                 thread_pool_bytes(threads));
  *pool = memory.data;
  if (setup->measuring())
    return {};
  ThreadPool* started = memory.data;
  pthread_mutex_init(&started->mutex, nullptr);
  pthread_cond_init(&started->opened, nullptr);
  pthread_cond_init(&started->left, nullptr);
  for (started->threads = 1; started->threads < threads; ++started->threads) {
    const int code = create_worker(started, &started->worker[started->threads]);
    if (code != 0) {
      const int32_t refused = started->threads;
      stop_threads(started);
      *pool = nullptr;
      return error(Code::io_error, "threads: the system refused thread %d of %d (error %d); ask for fewer", refused + 1,
                   threads, code);
    }
  }
  return {};
}

void stop_threads(ThreadPool* pool) {
  pthread_mutex_lock(&pool->mutex);
  publish(&pool->stop, true);
  pthread_cond_broadcast(&pool->opened);
  pthread_mutex_unlock(&pool->mutex);
  for (int32_t i = 1; i < pool->threads; ++i)
    pthread_join(pool->worker[i], nullptr);
  pthread_cond_destroy(&pool->left);
  pthread_cond_destroy(&pool->opened);
  pthread_mutex_destroy(&pool->mutex);
}

void parallel_for(ThreadPool* pool, int64_t units, void (*body)(void*, int64_t, int64_t), void* context) {
  if (units <= 0)
    return;
  if (pool->threads == 1 || units == 1)
    return body(context, 0, units);
  const Loop loop = {body, context, units, max_of<int64_t>(1, units / (pool->threads * kChunksPerThread))};
  pthread_mutex_lock(&pool->mutex);
  pool->loop = loop;
  pool->open = true;
  publish(&pool->next, int64_t{0});
  publish(&pool->loops, pool->loops + 1);
  if (pool->sleeping > 0)
    pthread_cond_broadcast(&pool->opened);
  pthread_mutex_unlock(&pool->mutex);

  take_chunks(pool, loop);

  pthread_mutex_lock(&pool->mutex);
  pool->open = false;
  pthread_mutex_unlock(&pool->mutex);
  const auto all_left = [pool] { return polled(pool->joined) == 0; };
  spin(all_left);
  pthread_mutex_lock(&pool->mutex);
  while (!all_left())
    pthread_cond_wait(&pool->left, &pool->mutex);
  pthread_mutex_unlock(&pool->mutex);
}

int32_t thread_count(const ThreadPool* pool) {
  return pool->threads;
}

} // namespace pinhole
