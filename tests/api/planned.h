// SPDX-License-Identifier: Apache-2.0
// The sample model as a program in C++ plans and feeds it, in memory of exactly the sizes it is told.
#pragma once

#include "pinhole/pinhole.hpp"

#include "weights/aligned_bytes.h"
#include "weights/sample_model.h"
#include "weights/writer.h"

#include <gtest/gtest.h>

#include <array>

namespace api_testing {

using namespace pinhole::api; // NOLINT(google-build-using-namespace)
using pinhole::testing::AlignedBytes;

constexpr int32_t kWidth = 12, kHeight = 8;

inline std::vector<uint8_t> sample_bytes() {
  pinhole::testing::ModelBuilder builder("sample");
  pinhole::testing::build_sample(&builder);
  std::vector<uint8_t> bytes;
  const pinhole::Status status = write_model(builder.model(), &bytes);
  EXPECT_TRUE(status.ok()) << status.text;
  return bytes;
}

inline Memory memory(AlignedBytes& bytes) {
  return {bytes.data(), bytes.size()};
}

inline size_t measured(File file, const Options& options) {
  size_t bytes = 0;
  const Status status = measure(file, options, &bytes);
  EXPECT_TRUE(status) << status.text();
  return bytes;
}

// An engine, planned, and memory of exactly the planned sizes.
struct Planned {
  explicit Planned(const Options& options)
      : file_bytes(sample_bytes()), setup(measured(file(), options)),
        plan_status(engine.plan(file(), options, memory(setup))), prepared(engine.planned().prepared),
        state(engine.planned().state), scratch(engine.planned().scratch) {
    EXPECT_TRUE(plan_status) << plan_status.text();
  }
  File file() { return {file_bytes.data(), file_bytes.size()}; }
  Status bind() { return engine.bind(memory(prepared), memory(state), memory(scratch)); }

  AlignedBytes file_bytes, setup;
  Engine engine;
  Status plan_status;
  AlignedBytes prepared, state, scratch;
};

struct GrayFrame {
  GrayFrame() {
    for (size_t i = 0; i < pixels.size(); ++i)
      pixels[i] = static_cast<uint8_t>(2 * i);
    frame.format = PINHOLE_GRAY8;
    frame.width = kWidth;
    frame.height = kHeight;
    frame.plane[0] = pixels.data();
    frame.pitch[0] = kWidth;
  }
  std::array<uint8_t, size_t{kWidth} * kHeight> pixels{};
  Frame frame{};
};

} // namespace api_testing
