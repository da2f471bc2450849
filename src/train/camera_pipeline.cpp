// SPDX-License-Identifier: Apache-2.0
#include "train/camera_pipeline.h"

#include "engine/frame.h"
#include "image/jpeg.h"
#include "train/camera_colour.h"
#include "train/camera_smoothing.h"
#include "train/demosaic.h"
#include "train/fitted_image.h"
#include "train/host_corruption.h"
#include "train/view_pixels.h"

#include <cmath>

namespace pinhole {
namespace {

// Which of the key's numbers is what; those before belong to the other kinds.
enum : uint32_t {
  kPhotons = 16,
  kReadNoise,
  kZoom,
  kExposure,
  kRedGain,
  kBlueGain,
  kTone,
  kMatrix, // six
  kRedY = kMatrix + 6,
  kRedX,
  kDemosaic,
  kLumaWidth,
  kLumaStrength,
  kLumaContrast,
  kChromaWidth,
  kChromaStrength,
  kSharpenWidth,
  kSharpenAmount,
  kQuality,
  kSampling
};

struct Camera {
  float shot_noise, read_noise; // variance a x + b of the sensor's values, x in 0..1
  CameraColour colour;
  BayerPhase phase;
  Demosaic demosaic;
  CameraSmoothing smoothing;
  JpegOptions jpeg;
};

CameraColour draw_colour(const NoiseKey& key) {
  CameraColour colour;
  colour.exposure = draw({0.6f, 1}, key, kExposure);
  colour.gain[0] = draw({1.4f, 2.6f}, key, kRedGain);
  colour.gain[2] = draw({1.3f, 2.4f}, key, kBlueGain);
  colour.tone = draw({0, 1}, key, kTone);
  for (uint32_t row = 0, which = kMatrix; row < 3; ++row)
    for (uint32_t i = 1; i < 3; ++i, ++which) {
      const float taken = draw({0, 0.6f}, key, which);
      colour.matrix[row][(row + i) % 3] -= taken;
      colour.matrix[row][row] += taken;
    }
  return colour;
}

CameraSmoothing draw_smoothing(const Corruption& corruption, const NoiseKey& key) {
  CameraSmoothing smoothing;
  smoothing.luma_width = draw({0.4f, 2}, key, kLumaWidth);
  smoothing.luma_strength = draw({0, 0.9f}, key, kLumaStrength);
  smoothing.luma_contrast = draw({1, 4}, key, kLumaContrast);
  smoothing.chroma_width = draw(corruption.second, key, kChromaWidth);
  smoothing.chroma_strength = draw({0.3f, 1}, key, kChromaStrength);
  smoothing.sharpen_width = draw({0.6f, 1.5f}, key, kSharpenWidth);
  smoothing.sharpen_amount = draw({0, 1}, key, kSharpenAmount);
  return smoothing;
}

Camera draw_camera(const Corruption& corruption, const NoiseKey& key) {
  constexpr ChromaSampling kSamplings[] = {ChromaSampling::s444, ChromaSampling::s422, ChromaSampling::s420};
  const float log_shot = -draw({std::log(corruption.first.low), std::log(corruption.first.high)}, key, kPhotons);
  Camera camera;
  camera.shot_noise = std::exp(log_shot);
  camera.read_noise = std::exp(2.18f * log_shot + 1.2f + draw({-0.5f, 0.5f}, key, kReadNoise));
  camera.colour = draw_colour(key);
  camera.phase = {draw({0, 1}, key, kRedY) < 0.5f ? 0 : 1, draw({0, 1}, key, kRedX) < 0.5f ? 0 : 1};
  camera.demosaic = static_cast<Demosaic>(std::lround(draw(corruption.third, key, kDemosaic)));
  camera.smoothing = draw_smoothing(corruption, key);
  camera.jpeg.quality = static_cast<int>(std::lround(draw({75, 99}, key, kQuality)));
  camera.jpeg.sampling = kSamplings[static_cast<int>(draw({0, 2.999f}, key, kSampling))];
  return camera;
}

View view_of(FloatImage* image) {
  return dense_view({1, image->height, image->width, image->channels, DType::f32}, image->pixels.data());
}

Image bytes_of(FloatImage image) {
  for (float& value : image.pixels)
    value *= 255;
  return to_bytes(image);
}

// The noisy picture and the clean one, before compression.
Status develop(const Camera& camera, const NoiseKey& key, FloatImage* noisy, FloatImage* clean) {
  const ColourConversion conversion(camera.colour);
  conversion.to_sensor(clean);
  FloatImage mosaic;
  PINHOLE_RETURN_IF_ERROR(bayer_mosaic(*clean, camera.phase, &mosaic));
  PINHOLE_RETURN_IF_ERROR(demosaic(mosaic, camera.phase, camera.demosaic, clean));
  Corruption sensor;
  sensor.kind = CorruptionKind::sensor;
  sensor.first = {camera.shot_noise, camera.shot_noise};
  sensor.second = {camera.read_noise, camera.read_noise};
  corrupt(sensor, key, view_of(&mosaic));
  PINHOLE_RETURN_IF_ERROR(demosaic(mosaic, camera.phase, camera.demosaic, noisy));
  conversion.from_sensor(clean);
  conversion.from_sensor(noisy);
  return smooth_in_camera(camera.smoothing, noisy, clean);
}

} // namespace

Status take_camera_shot(const Corruption& corruption, const NoiseKey& key, const FloatImage& picture,
                        CameraShot* shot) {
  if (picture.channels != 3)
    return error(Code::invalid_argument, "noise of kind isp: a camera takes colour pictures, not gray ones");
  const Camera camera = draw_camera(corruption, key);
  FloatImage clean = picture, noisy;
  PINHOLE_RETURN_IF_ERROR(enlarge_middle(draw({1, 2}, key, kZoom), view_of(&clean)));
  PINHOLE_RETURN_IF_ERROR(develop(camera, key, &noisy, &clean));
  std::vector<uint8_t> file;
  PINHOLE_RETURN_IF_ERROR(encode_jpeg(bytes_of(std::move(noisy)), camera.jpeg, &file));
  PINHOLE_RETURN_IF_ERROR(decode_jpeg(file.data(), file.size(), &shot->noisy));
  shot->clean = bytes_of(std::move(clean));
  shot->level = estimate_noise_level(frame_of(shot->noisy)) / 255;
  return {};
}

Status take_camera_shot(const Corruption& corruption, const NoiseKey& key, const View& image, const View& target,
                        float* level) {
  CameraShot shot;
  PINHOLE_RETURN_IF_ERROR(take_camera_shot(corruption, key, read_pixels(image, 1), &shot));
  write_pixels(to_float(shot.noisy), 1.0f / 255, image);
  if (target.data)
    write_pixels(to_float(shot.clean), 1.0f / 255, target);
  *level = shot.level;
  return {};
}

} // namespace pinhole
