// SPDX-License-Identifier: Apache-2.0
// Two cameras for the firmware: the simulated scene, and a folder of somebody's own frames.
#pragma once

#include "board.h"
#include "scene.h"
#include "sensor.h"

#include <functional>
#include <string>
#include <vector>

namespace demo {

// Frames of the scene, with noise. They may be asked for in any order; each looks the same every time.
class SceneCamera {
public:
  using Life = std::function<Moment(int64_t index)>; // what happens

  // jpeg_quality 1..100: every frame goes through a JPEG of that quality, as from a camera that sends them; 0: raw.
  SceneCamera(int32_t channels, uint64_t seed, int jpeg_quality);

  firmware::Camera camera() { return {this, grab}; }
  void live(Life life) { life_ = std::move(life); } // at first: every day's
  // Without noise, 0..255: the frame grabbed last.
  const pinhole::FloatImage& clean() const { return clean_; }
  const pinhole::Status& status() const { return status_; } // why grab gave no frame

private:
  static bool grab(void* context, int64_t index, pinhole_frame* frame);
  pinhole::Status through_jpeg(pinhole_frame* frame) const;

  Scene scene_;
  Sensor sensor_;
  Life life_;
  pinhole::FloatImage clean_;
  int32_t channels_;
  int jpeg_quality_;
  pinhole::Status status_;
};

// The pictures of a folder in natural order, all of one size.
class FolderCamera {
public:
  pinhole::Status open(const std::string& folder, int32_t channels);

  firmware::Camera camera() { return {this, grab}; }
  int32_t width() const { return width_; }
  int32_t height() const { return height_; }
  int64_t frames() const { return static_cast<int64_t>(paths_.size()); }
  const std::string& path(int64_t index) const { return paths_[static_cast<size_t>(index)]; }
  const pinhole::Status& status() const { return status_; }

private:
  static bool grab(void* context, int64_t index, pinhole_frame* frame);
  pinhole::Status load(int64_t index, pinhole::Image* image) const;

  std::vector<std::string> paths_;
  int32_t channels_ = 3, width_ = 0, height_ = 0;
  pinhole::Status status_;
};

} // namespace demo
