// SPDX-License-Identifier: Apache-2.0
#include "show.h"

#include <cstdio>
#include <filesystem>

namespace demo {
namespace {

namespace fs = std::filesystem;

std::string shipped_model() {
  const fs::path folder = PINHOLE_DEMO_WEIGHTS;
  const fs::path color = folder / "denoise-rgb.pinhole";
  return (fs::exists(color) ? color : folder / "denoise-gray.pinhole").string();
}

} // namespace

pinhole_status to_c(const pinhole::Status& status) {
  return firmware::failure(static_cast<pinhole_code>(status.code), "%s", status.text);
}

pinhole_status prepare(const Options& options, firmware::Weights* weights, int32_t* channels) {
  const std::string model = options.model.empty() ? shipped_model() : options.model;
  pinhole_status status = firmware::read_weights(model.c_str(), firmware::Bank::denoiser, weights);
  if (!firmware::ok(status))
    return status;
  status = firmware::count_channels(*weights, channels);
  if (!firmware::ok(status))
    return firmware::failure(static_cast<pinhole_code>(status.code), "%.100s: %.140s", model.c_str(), status.text);
  std::error_code failure;
  fs::create_directories(options.out, failure);
  if (failure)
    return firmware::failure(PINHOLE_IO_ERROR, "--out %s: %s", options.out.c_str(), failure.message().c_str());
  std::printf("model %s, %s, %d threads\n", model.c_str(), *channels == 1 ? "gray" : "colour", options.threads);
  return status;
}

firmware::LoopOptions loop_options(const Options& options, int32_t channels) {
  firmware::LoopOptions loop;
  loop.channels = channels;
  loop.threads = options.threads;
  loop.level = options.level;
  loop.frames = options.frames;
  loop.frames_per_second = options.frames_per_second;
  return loop;
}

} // namespace demo
