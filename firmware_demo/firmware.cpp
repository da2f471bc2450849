// SPDX-License-Identifier: Apache-2.0
#include "firmware.h"

namespace firmware {
namespace {

alignas(64) unsigned char sensor_pixels[size_t{3} * kMaxWidth * kMaxHeight];
alignas(64) unsigned char clean_pixels[size_t{3} * kMaxWidth * kMaxHeight];
LatencyLog latency;

// Which frame a live camera has ready, and how many passed by.
class CameraClock {
public:
  explicit CameraClock(double frames_per_second) : rate_(frames_per_second) {}

  // The newest frame at or after `next`; when it is not there yet, time passes until it is.
  int64_t latest(int64_t next) {
    if (rate_ <= 0)
      return next;
    const auto newest = static_cast<int64_t>(seconds_ * rate_);
    if (newest > next)
      return newest;
    const double due = static_cast<double>(next) / rate_;
    seconds_ = seconds_ > due ? seconds_ : due;
    return next;
  }
  void advance(double seconds) { seconds_ += seconds; }

private:
  double rate_, seconds_ = 0;
};

pinhole_status denoise_frames(pinhole_engine* engine, const LoopOptions& options, const Camera& camera,
                              const Display& display, LoopReport* report) {
  pinhole_frame noisy = make_frame(sensor_pixels, options.width, options.height, options.channels);
  pinhole_frame clean = make_frame(clean_pixels, options.width, options.height, options.channels);
  latency.clear();
  CameraClock clock(options.frames_per_second);
  for (int64_t next = 0; next < options.frames;) {
    const int64_t index = clock.latest(next);
    report->dropped += (index < options.frames ? index : options.frames) - next;
    next = index + 1;
    if (index >= options.frames || !camera.grab(camera.context, options.first_frame + index, &noisy))
      break;
    const double begin = now_seconds();
    const pinhole_status status = pinhole_denoise(engine, &noisy, options.level, &clean);
    if (!ok(status))
      return status;
    const double seconds = now_seconds() - begin;
    clock.advance(seconds);
    latency.add(seconds);
    ++report->frames;
    display.show(display.context, options.first_frame + index, noisy, clean);
  }
  return {};
}

} // namespace

pinhole_status run_loop(const Weights& weights, const LoopOptions& options, const Camera& camera,
                        const Display& display, LoopReport* report) {
  *report = {};
  if (options.width > kMaxWidth || options.height > kMaxHeight || options.frames > kMaxFrames)
    return failure(PINHOLE_TOO_LITTLE_MEMORY, "%lld frames of %dx%d: the static memory is for %lld of %dx%d",
                   static_cast<long long>(options.frames), options.width, options.height,
                   static_cast<long long>(kMaxFrames), kMaxWidth, kMaxHeight);
  pinhole_options engine_options = pinhole_default_options();
  engine_options.width = options.width;
  engine_options.height = options.height;
  engine_options.threads = options.threads;
  pinhole_engine* engine = nullptr;
  pinhole_status status = open_engine(weights, engine_options, &report->bill, &engine);
  if (!ok(status))
    return status;
  status = denoise_frames(engine, options, camera, display, report);
  pinhole_unbind(engine);
  report->latency = latency.summarize();
  return status;
}

} // namespace firmware
