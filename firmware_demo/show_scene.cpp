// SPDX-License-Identifier: Apache-2.0
#include "cameras.h"
#include "frame_ring.h"
#include "image/strip.h"
#include "pictures.h"
#include "report.h"
#include "show.h"
#include "show_watch.h"
#include "weights/writer.h"

#include <algorithm>
#include <cstdio>

namespace demo {
namespace {

constexpr int kBlurSamples = 5;       // frames on which the best blur is chosen
constexpr int64_t kMeasureEvery = 5;  // frames; measuring takes longer than denoising
constexpr int64_t kTestFrames = 40;   // before and after training
constexpr int64_t kTrainFrom = 20000; // moments that neither the table nor the comparison sees
constexpr int64_t kTestFrom = 40000;

// Measures frames as the firmware shows them, and keeps one of them as a picture.
struct Observer {
  const SceneCamera* camera;
  Quality quality;
  int64_t every;
  int64_t strip_at; // -1: none
  pinhole::Image strip;
  pinhole::Status status;

  static void show(void* context, int64_t index, const pinhole_frame& noisy, const pinhole_frame& denoised) {
    auto* self = static_cast<Observer*>(context);
    if (self->status.ok())
      self->status = self->look(index, noisy, denoised);
  }

private:
  pinhole::Status look(int64_t index, const pinhole_frame& noisy, const pinhole_frame& denoised) {
    const bool keep = strip_at >= 0 && index >= strip_at;
    if (index % every != 0 && !keep)
      return {};
    const pinhole::Image in = to_image(noisy), out = to_image(denoised), clean = to_bytes(camera->clean());
    if (keep) {
      strip_at = -1;
      PINHOLE_RETURN_IF_ERROR(compose_strip({in, out, clean}, pinhole::StripDirection::across, 1, &strip));
    }
    return index % every == 0 ? quality.add(in, out, clean) : pinhole::Status();
  }
};

pinhole_status choose_blur(const Options& options, int32_t channels, SceneCamera* camera, double* sigma) {
  std::vector<pinhole::Image> noisy(kBlurSamples), clean(kBlurSamples);
  const firmware::Camera source = camera->camera();
  for (int i = 0; i < kBlurSamples; ++i) {
    pinhole::Image& image = noisy[static_cast<size_t>(i)];
    if (const pinhole::Status made =
            pinhole::make_image(firmware::kSceneWidth, firmware::kSceneHeight, channels, &image);
        !made.ok())
      return to_c(made);
    pinhole_frame frame = firmware::make_frame(image.pixels.data(), image.width, image.height, channels);
    if (!source.grab(source.context, options.frames * i / kBlurSamples, &frame))
      return to_c(camera->status());
    clean[static_cast<size_t>(i)] = to_bytes(camera->clean());
  }
  return to_c(best_blur(noisy, clean, sigma));
}

// Runs the firmware's loop under the eyes of an observer.
pinhole_status run_observed(const firmware::Weights& weights, const firmware::LoopOptions& loop, SceneCamera* camera,
                            Observer* observer, firmware::LoopReport* report) {
  const pinhole_status status = firmware::run_loop(weights, loop, camera->camera(), {observer, Observer::show}, report);
  if (!firmware::ok(status))
    return status;
  return to_c(camera->status().ok() ? observer->status : camera->status());
}

pinhole_status save_strip(const Options& options, const pinhole::Image& strip) {
  const std::string path = options.out + "/strip.png";
  const pinhole::Status saved = save_image(path, strip);
  if (saved.ok())
    std::printf("  picture    %s: noisy | denoised | clean\n", path.c_str());
  return to_c(saved);
}

// The mean PSNR of frames that were not trained on.
pinhole_status test_model(const firmware::Weights& weights, const Options& options, int32_t channels, double sigma,
                          SceneCamera* camera, double* decibel) {
  firmware::LoopOptions loop = loop_options(options, channels);
  loop.first_frame = kTestFrom;
  loop.frames = std::min(kTestFrames, options.frames);
  loop.frames_per_second = 0;
  Observer observer = {camera, Quality(sigma), kMeasureEvery, -1, {}, {}};
  firmware::LoopReport report = {};
  const pinhole_status status = run_observed(weights, loop, camera, &observer, &report);
  *decibel = observer.quality.denoised();
  return status;
}

pinhole_status train_and_compare(const firmware::Weights& factory, const Options& options, int32_t channels,
                                 double sigma, SceneCamera* camera) {
  std::printf(
      "\ntraining on the scene for %.0f seconds: noisy patches against the mean of %d frames, none of them clean\n",
      options.train_seconds, firmware::kRingFrames - 1);
  double before = 0, after = 0;
  pinhole_status status = test_model(factory, options, channels, sigma, camera, &before);
  if (!firmware::ok(status))
    return status;
  const firmware::Weights learned = firmware::copy_weights(factory, firmware::Bank::trained_denoiser);
  firmware::TrainOptions training;
  training.channels = channels;
  training.threads = options.threads;
  training.seconds = options.train_seconds;
  training.first_frame = kTrainFrom;
  training.seed = options.seed;
  TrainingBar bar;
  firmware::TrainReport report = {};
  status = train_on_scene(learned, training, camera->camera(), bar.observer(), &report);
  if (!firmware::ok(status))
    return status;
  print_training(report);
  if (report.steps == 0)
    return firmware::failure(PINHOLE_UNSUPPORTED, "no still place to train on was found in %.0f seconds",
                             options.train_seconds);
  print_memory("training", report.bill);
  status = test_model(learned, options, channels, sigma, camera, &after);
  if (!firmware::ok(status))
    return status;
  std::printf("  PSNR       before %.2f dB   after %.2f dB   (%+.2f dB%s)\n", before, after, after - before,
              after > before ? "" : ": no gain, the untrained model is the better one here");
  const std::string path = options.out + "/scene.pinhole";
  const pinhole::Status saved = pinhole::replace_file(path, learned.data, learned.bytes);
  std::printf("  weights    %s\n", path.c_str());
  return to_c(saved);
}

pinhole_status show_denoising(const Options& options, const firmware::Weights& weights, int32_t channels,
                              SceneCamera* camera) {
  double sigma = 0;
  pinhole_status status = choose_blur(options, channels, camera, &sigma);
  if (!firmware::ok(status))
    return status;
  std::printf("denoising %lld frames of %dx%d\n", static_cast<long long>(options.frames), firmware::kSceneWidth,
              firmware::kSceneHeight);
  Observer observer = {camera, Quality(sigma), kMeasureEvery, options.frames * 3 / 8, {}, {}};
  firmware::LoopReport report = {};
  status = run_observed(weights, loop_options(options, channels), camera, &observer, &report);
  if (!firmware::ok(status))
    return status;
  print_loop(report);
  print_quality(observer.quality);
  print_memory("memory", report.bill);
  status = save_strip(options, observer.strip);
  if (firmware::ok(status) && options.train_seconds > 0)
    status = train_and_compare(weights, options, channels, sigma, camera);
  return status;
}

} // namespace

pinhole_status show_scene(const Options& options) {
  firmware::Weights weights = {};
  int32_t channels = 0;
  pinhole_status status = prepare(options, &weights, &channels);
  if (!firmware::ok(status))
    return status;
  SceneCamera camera(channels, options.seed, options.jpeg_quality);
  if (!options.only_watch)
    status = show_denoising(options, weights, channels, &camera);
  if (firmware::ok(status) && options.watch_frames > 0)
    status = show_watch(options, weights, channels, &camera);
  return status;
}

} // namespace demo
