// SPDX-License-Identifier: Apache-2.0
// After bind nothing allocates; before it, every allocation may fail and the answer is a Status.
#include "engine/allocation_trap.h"
#include "engine/unet_model.h"
#include "pinhole/pinhole.h"
#include "weights/aligned_bytes.h"
#include "weights/writer.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

namespace pinhole::testing {
namespace {

constexpr int32_t kWidth = 64, kHeight = 48, kThreads = 3;

AlignedBytes& model_file() {
  static AlignedBytes* file = [] {
    ModelBuilder builder("unet");
    build_unet(&builder, 3);
    std::vector<uint8_t> bytes;
    EXPECT_TRUE(write_model(builder.model(), &bytes).ok());
    return new AlignedBytes(bytes);
  }();
  return *file;
}

// An application's start: memory from the heap, then the C API.
struct App {
  pinhole_engine* engine = nullptr;
  void* memory[4] = {nullptr, nullptr, nullptr, nullptr};

  App() = default;
  App(const App&) = delete;
  App& operator=(const App&) = delete;
  ~App() {
    pinhole_unbind(engine);
    for (void* block : memory)
      std::free(block);
  }

  // False when the application itself got no memory; otherwise *status says how the library fared.
  bool start(int32_t mode, pinhole_status* status) {
    AlignedBytes& file = model_file();
    pinhole_options options = pinhole_default_options();
    options.mode = mode;
    options.width = kWidth;
    options.height = kHeight;
    options.threads = kThreads;
    size_t setup_bytes = 0;
    *status = pinhole_measure(file.data(), file.size(), &options, &setup_bytes);
    if (status->code != PINHOLE_OK || posix_memalign(&memory[0], 64, setup_bytes) != 0)
      return status->code != PINHOLE_OK;
    *status = pinhole_plan(file.data(), file.size(), &options, memory[0], setup_bytes, &engine);
    if (status->code != PINHOLE_OK)
      return true;
    const pinhole_sizes sizes = pinhole_planned(engine);
    const size_t bytes[] = {sizes.prepared, sizes.state, sizes.scratch};
    for (int i = 0; i < 3; ++i)
      if (bytes[i] > 0 && posix_memalign(&memory[i + 1], 64, bytes[i]) != 0)
        return false;
    *status = pinhole_bind(engine, {memory[1], bytes[0]}, {memory[2], bytes[1]}, {memory[3], bytes[2]});
    return true;
  }
};

ptrdiff_t thread_count_of_process() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return std::distance(begin(tasks), end(tasks));
}

// The number of threads once it is `expected`, or after two seconds: the system strikes a thread off its list a moment
// after the join.
ptrdiff_t settled_thread_count(ptrdiff_t expected) {
  for (int wait = 0; wait < 2000 && thread_count_of_process() != expected; ++wait)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return thread_count_of_process();
}

TEST(no_alloc, ThousandFrames) {
  App app;
  pinhole_status status;
  ASSERT_TRUE(app.start(PINHOLE_INFERENCE, &status)) << status.text;
  ASSERT_EQ(status.code, PINHOLE_OK) << status.text;
  std::vector<uint8_t> in(kWidth * kHeight * 3, 90), out(in.size());
  pinhole_frame from = {PINHOLE_RGB24, kWidth, kHeight, {in.data(), nullptr}, {kWidth * 3, 0}, 0};
  pinhole_frame to = {PINHOLE_RGB24, kWidth, kHeight, {out.data(), nullptr}, {kWidth * 3, 0}, 0};
  arm_allocation_trap(0);
  int32_t failures = 0;
  for (uint32_t frame = 0; frame < 1000; ++frame) {
    for (size_t i = frame % 7; i < in.size(); i += 7)
      in[i] = static_cast<uint8_t>(i * 31 + frame);
    failures += pinhole_denoise(app.engine, &from, frame % 2 ? PINHOLE_LEVEL_AUTO : 20.0f, &to).code != PINHOLE_OK;
  }
  EXPECT_EQ(disarm_allocation_trap(), 0);
  EXPECT_EQ(failures, 0);
}

TEST(no_alloc, ThousandTrainingSteps) {
  App app;
  pinhole_status status;
  ASSERT_TRUE(app.start(PINHOLE_TRAINING, &status)) << status.text;
  ASSERT_EQ(status.code, PINHOLE_OK) << status.text;
  const pinhole_update update = pinhole_default_update();
  int32_t failures = 0;
  arm_allocation_trap(0);
  for (int step = 0; step < 1000; ++step) {
    for (const char* name : {"image", "level", "target"}) {
      pinhole_tensor tensor;
      failures += pinhole_get_tensor(app.engine, name, &tensor).code != PINHOLE_OK;
      for (int64_t i = 0; i < tensor.h * tensor.row_stride; ++i)
        tensor.data[i] = static_cast<float>((i + step) % 17) / 17.0f;
    }
    float loss = 0;
    failures += pinhole_train_step(app.engine, &update, &loss).code != PINHOLE_OK;
  }
  EXPECT_EQ(disarm_allocation_trap(), 0);
  EXPECT_EQ(failures, 0);
}

TEST(nth_alloc, EveryFailureIsAStatus) {
  model_file();
  const ptrdiff_t threads_before = thread_count_of_process();
  for (const int32_t mode : {PINHOLE_INFERENCE, PINHOLE_TRAINING}) {
    int64_t n = 1;
    for (bool reached = true; reached; ++n) {
      pinhole_status status;
      bool application_had_memory = false;
      {
        App app;
        arm_allocation_trap(n);
        application_had_memory = app.start(mode, &status);
        reached = disarm_allocation_trap() >= n;
        if (!reached) {
          EXPECT_TRUE(application_had_memory);
          EXPECT_EQ(status.code, PINHOLE_OK) << status.text;
        } else if (application_had_memory) {
          EXPECT_NE(status.code, PINHOLE_OK) << "allocation " << n << " failed and nobody noticed";
          EXPECT_NE(status.text[0], '\0');
        }
      }
      EXPECT_EQ(settled_thread_count(threads_before), threads_before) << "after failure " << n;
    }
    EXPECT_GT(n, 5) << "the trap saw too few allocations to mean anything";
  }
}

} // namespace
} // namespace pinhole::testing
