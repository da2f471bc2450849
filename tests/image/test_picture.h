// SPDX-License-Identifier: Apache-2.0
// Pictures and files that the tests of this folder share.
#pragma once

#include "image/image.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <unistd.h>

namespace pinhole {

// Smooth slopes that differ per channel: what JPEG keeps to within a few grey levels.
inline Image smooth_picture(int32_t width, int32_t height, int32_t channels) {
  Image image{width, height, channels, {}};
  for (int32_t y = 0; y < height; ++y)
    for (int32_t x = 0; x < width; ++x)
      for (int32_t c = 0; c < channels; ++c)
        image.pixels.push_back(static_cast<uint8_t>(40 + 150 * (x + c * y) / (width + channels * height)));
  return image;
}

// Slopes with jumps, as reference_values.py makes them, too.
inline Image textured_picture(int32_t width, int32_t height, int32_t channels) {
  Image image{width, height, channels, {}};
  for (int32_t y = 0; y < height; ++y)
    for (int32_t x = 0; x < width; ++x)
      for (int32_t c = 0; c < channels; ++c)
        image.pixels.push_back(static_cast<uint8_t>((x * x / 16 + 5 * y + 40 * c) % 256));
  return image;
}

inline int max_difference(const Image& a, const Image& b) {
  int most = a.same_shape(b) ? 0 : 256;
  for (size_t i = 0; most < 256 && i < a.pixels.size(); ++i)
    most = std::max(most, std::abs(a.pixels[i] - b.pixels[i]));
  return most;
}

// $PINHOLE_DATA/name, or "" when the test data are not there.
inline std::string data_path(const std::string& name) {
  const char* folder = std::getenv("PINHOLE_DATA");
  return folder ? std::string(folder) + "/" + name : "";
}

inline std::vector<uint8_t> file_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// An empty folder that goes with its owner.
struct TemporaryFolder {
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "pinhole_image_XXXXXX").string();
    path = mkdtemp(name.data()) ? name : "";
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string file(const std::string& name) const { return path + "/" + name; }
  std::string write(const std::string& name, const std::vector<uint8_t>& bytes) const {
    std::ofstream(file(name), std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return file(name);
  }
  std::string path;
};

} // namespace pinhole
