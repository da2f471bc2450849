// SPDX-License-Identifier: Apache-2.0
// A model file applied to whole images of any size.
#pragma once

#include "engine/engine.h"
#include "image/image.h"
#include "train/host_engine.h"

#include <string>
#include <vector>

namespace pinhole::tool {

class Denoiser {
public:
  // Reads the file; sizes are planned as images come.
  Status open(const std::string& path, int32_t threads, Schedule schedule = Schedule::automatic);
  // The same of a file in memory; `path` is its name in messages.
  Status open_bytes(const std::string& path, std::vector<uint8_t> file, int32_t threads,
                    Schedule schedule = Schedule::automatic);

  int32_t channels() const { return channels_; }
  // What makes it no denoiser: it says where a picture is defective, or knows one scene.
  Status check_cleans(const std::string& path) const;
  // The text of the recipe that made the model; "" where the file does not say.
  const std::string& recipe() const { return recipe_; }

  // `noisy`: 0..255, unclipped, channels() channels. `level`: noise deviation on that scale, or kLevelAuto
  // (option_values.h). *clean gets the same shape, unclipped. *used_level (may be null) gets the level in force.
  Status run(const FloatImage& noisy, float level, FloatImage* clean, float* used_level);

private:
  Status plan_for(int32_t width, int32_t height);

  std::vector<uint8_t> file_;
  EngineOptions options_;
  HostEngine engine_;
  std::string recipe_;
  int32_t channels_ = 1, width_ = 0, height_ = 0;
};

// Whole content of a file.
Status read_file(const std::string& path, std::vector<uint8_t>* bytes);

} // namespace pinhole::tool
