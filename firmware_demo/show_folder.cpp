// SPDX-License-Identifier: Apache-2.0
// Somebody's own frames: no clean version, so no PSNR.
#include "cameras.h"
#include "image/strip.h"
#include "pictures.h"
#include "report.h"
#include "show.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace demo {
namespace {

// Writes each frame, and the first one's strip.
struct Writer {
  const FolderCamera* camera;
  std::string folder;
  pinhole::Status status;

  static void show(void* context, int64_t index, const pinhole_frame& noisy, const pinhole_frame& denoised) {
    auto* self = static_cast<Writer*>(context);
    if (self->status.ok())
      self->status = self->write(index, noisy, denoised);
  }

private:
  pinhole::Status write(int64_t index, const pinhole_frame& noisy, const pinhole_frame& denoised) const {
    const std::filesystem::path out(folder), name = std::filesystem::path(camera->path(index)).stem();
    const pinhole::Image clean = to_image(denoised);
    PINHOLE_RETURN_IF_ERROR(save_image((out / (name.string() + ".denoised.png")).string(), clean));
    if (index > 0)
      return {};
    pinhole::Image strip;
    PINHOLE_RETURN_IF_ERROR(compose_strip({to_image(noisy), clean}, pinhole::StripDirection::across, 1, &strip));
    return save_image((out / "strip.png").string(), strip);
  }
};

} // namespace

pinhole_status show_folder(const Options& options) {
  firmware::Weights weights = {};
  int32_t channels = 0;
  pinhole_status status = prepare(options, &weights, &channels);
  if (!firmware::ok(status))
    return status;
  FolderCamera camera;
  if (const pinhole::Status opened = camera.open(options.input, channels); !opened.ok())
    return to_c(opened);
  firmware::LoopOptions loop = loop_options(options, channels);
  loop.width = camera.width();
  loop.height = camera.height();
  loop.frames = std::min(options.frames, camera.frames());
  Writer writer = {&camera, options.out, {}};
  firmware::LoopReport report = {};
  status = firmware::run_loop(weights, loop, camera.camera(), {&writer, Writer::show}, &report);
  if (firmware::ok(status) && !camera.status().ok())
    status = to_c(camera.status());
  if (firmware::ok(status) && !writer.status.ok())
    status = to_c(writer.status);
  if (!firmware::ok(status))
    return status;
  std::printf("%dx%d frames of %s\n", loop.width, loop.height, options.input.c_str());
  print_loop(report);
  print_memory("memory", report.bill);
  std::printf("  pictures   %s/*.denoised.png, strip.png: as it came | denoised\n", options.out.c_str());
  return status;
}

} // namespace demo
