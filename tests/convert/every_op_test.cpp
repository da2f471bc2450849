// SPDX-License-Identifier: Apache-2.0
// The network with every layer, made by tools/convert from PyTorch: the same bytes when written again, the same values
// when run. tests/golden/every_op says what its files hold; torch_test.py compares ONNX Runtime with the same values.
#include "engine/open_engine.h"
#include "weights/mapped_file.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <string>

namespace pinhole::testing {
namespace {

const std::string kFolder = PINHOLE_SOURCE_DIR "/tests/golden/every_op/";
constexpr int kHeight = 16, kWidth = 24, kChannels = 3, kCode = 6;
constexpr size_t kImage = size_t{kHeight} * kWidth * kChannels;

std::vector<float> read_floats(const char* name, size_t count) {
  std::vector<float> values(count);
  std::ifstream file(kFolder + name, std::ios::binary);
  file.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(count * sizeof(float)));
  EXPECT_TRUE(file.good() && file.peek() == EOF) << kFolder << name << " must hold " << count << " floats";
  return values;
}

struct GoldenFile {
  GoldenFile() {
    const Status opened = map.open(kFolder + "every_op.pinhole");
    EXPECT_TRUE(opened.ok()) << opened.text;
    read.emplace(map.data(), map.size());
    EXPECT_TRUE(read->status.ok()) << read->status.text;
  }
  MappedFile map;
  std::optional<ReadFile> read;
};

// Dense data of the inputs to load from and of the output to store to.
struct Frames {
  const Model* model;
  std::vector<float> input, output;

  float* data(ValueId value) {
    const std::string name = model->values[value].name;
    return name == "image" ? input.data() : name == "level" ? input.data() + kImage : output.data();
  }
};

template <class Copy> void each_row(Frames* frames, ValueId value, const View& view, RowRange rows, Copy copy) {
  const size_t row_length = static_cast<size_t>(view.desc.w) * view.desc.c;
  ASSERT_TRUE(view.desc.n == 1 && view.pixel_stride == view.desc.c);
  for (int32_t y = rows.begin; y < rows.end; ++y)
    copy(frames->data(value) + static_cast<size_t>(y) * row_length, view.row<float>(0, y), row_length * sizeof(float));
}

void load(void* context, ValueId value, const View& view, RowRange rows) {
  each_row(static_cast<Frames*>(context), value, view, rows,
           [](const float* dense, float* row, size_t bytes) { std::memcpy(row, dense, bytes); });
}

void store(void* context, ValueId value, const View& view, RowRange rows) {
  each_row(static_cast<Frames*>(context), value, view, rows,
           [](float* dense, const float* row, size_t bytes) { std::memcpy(dense, row, bytes); });
}

std::vector<float> run(const Model& model, const char* entry, size_t outputs, Schedule schedule, int32_t threads) {
  EngineOptions options;
  options.plan.program.entry = entry;
  options.plan.schedule = schedule;
  options.threads = threads;
  OpenEngine engine(model, options);
  Frames frames{&engine->model, read_floats("input.f32", kImage + 1), std::vector<float>(outputs, NAN)};
  const Status status = run_engine(engine.get(), {&frames, load, store});
  EXPECT_TRUE(status.ok()) << status.text;
  return frames.output;
}

TEST(EveryOp, WrittenAgainGivesTheSameBytes) {
  GoldenFile golden;
  std::vector<uint8_t> bytes;
  const Status status = write_model(golden.read->model, &bytes);
  ASSERT_TRUE(status.ok()) << status.text;
  ASSERT_EQ(bytes.size(), golden.map.size());
  EXPECT_EQ(std::memcmp(bytes.data(), golden.map.data(), bytes.size()), 0);
}

TEST(EveryOp, AgreesWithPyTorch) {
  GoldenFile golden;
  const std::vector<float> expected = read_floats("output.f32", kImage + kCode);
  const struct {
    const char* entry;
    size_t first, count;
  } cases[] = {{"reconstruct", 0, kImage}, {"encode", kImage, kCode}};
  for (const auto& part : cases) {
    for (const Schedule schedule : {Schedule::whole, Schedule::rows}) {
      for (const int32_t threads : {1, 3}) {
        const std::vector<float> result = run(golden.read->model, part.entry, part.count, schedule, threads);
        float error = 0, largest = 0;
        for (size_t i = 0; i < part.count; ++i) {
          const float distance = std::fabs(result[i] - expected[part.first + i]);
          error = distance <= error ? error : distance; // a NaN is the largest of all
          largest = std::fmax(largest, std::fabs(expected[part.first + i]));
        }
        EXPECT_LE(error / largest, 1e-5f)
            << part.entry << (schedule == Schedule::rows ? " by rows, " : " whole, ") << threads << " threads";
      }
    }
  }
}

} // namespace
} // namespace pinhole::testing
