// SPDX-License-Identifier: Apache-2.0
// Small recipes and pictures for the trainer's tests.
#pragma once

#include "train/dataset.h"
#include "train/recipe.h"

#include <cmath>
#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>

namespace pinhole::test {

// A two-level network of 297 parameters, the one of tests/golden/make_train_golden.py.
inline const char* const kTinyLayers = R"(
    "inputs": {"image": {"channels": 1}},
    "layers": [
      {"op": "conv2d", "name": "head", "out_channels": 4, "kernel": 3, "padding": 1},
      {"op": "relu", "name": "skip"},
      {"op": "conv2d", "name": "down", "out_channels": 8, "kernel": 2, "stride": 2},
      {"op": "relu", "name": "down_relu"},
      {"op": "conv_transpose2d", "name": "up", "out_channels": 4, "kernel": 2, "stride": 2},
      {"op": "relu", "name": "up_relu"},
      {"op": "concat", "name": "joined", "in": ["up_relu", "skip"]},
      {"op": "conv2d", "name": "tail", "out_channels": 1, "kernel": 3, "padding": "same"},
      {"op": "add", "name": "clean", "in": ["image", "tail"]}
    ],
    "outputs": {"reconstruct": "clean"})";

// A recipe of that network; `rest` is further sections, each beginning with a comma.
inline std::string tiny_recipe(const std::string& rest) {
  return std::string("{\"name\": \"tiny\", \"model\": {") + kTinyLayers + "}, \"loss\": {\"op\": \"mse_loss\"}" + rest +
         "}";
}

inline Recipe parsed(const std::string& text) {
  Recipe recipe;
  const Status status = parse_recipe("tiny.json", text, &recipe);
  EXPECT_TRUE(status.ok()) << status.text;
  return recipe;
}

// Soft gray waves, each image different.
inline Image picture(int32_t number, int32_t width, int32_t height) {
  Image image;
  EXPECT_TRUE(make_image(width, height, 1, &image).ok());
  for (int32_t y = 0; y < height; ++y)
    for (int32_t x = 0; x < width; ++x) {
      const double phase = (x * (1 + number % 3) + y * (2 + number % 4)) / 12.0 + number;
      image.row(y)[x] = static_cast<uint8_t>(128 + 60 * std::sin(phase));
    }
  return image;
}

// A folder of its own that goes away with it.
class TemporaryFolder {
public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "pinhole_train_XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string file(const std::string& name) const { return path_ + "/" + name; }

  // Ten pictures of 40x32.
  std::string with_pictures() const {
    std::string folder = file("pictures");
    std::filesystem::create_directory(folder);
    for (int32_t i = 0; i < 10; ++i) {
      const Status status = save_image(folder + "/" + std::to_string(i) + ".png", picture(i, 40, 32));
      EXPECT_TRUE(status.ok()) << status.text;
    }
    return folder;
  }

private:
  std::string path_;
};

} // namespace pinhole::test
