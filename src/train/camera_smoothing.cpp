// SPDX-License-Identifier: Apache-2.0
#include "train/camera_smoothing.h"

#include "image/filter.h"

namespace pinhole {
namespace {

// JPEG's colours (BT.601, full range), chroma around 0.
struct Planes {
  FloatImage y, cb, cr;
};

Status split(const FloatImage& rgb, Planes* planes) {
  for (FloatImage* plane : {&planes->y, &planes->cb, &planes->cr})
    PINHOLE_RETURN_IF_ERROR(make_image(rgb.width, rgb.height, 1, plane));
  for (size_t i = 0; i < planes->y.pixels.size(); ++i) {
    const float* pixel = &rgb.pixels[3 * i];
    const float y = 0.299f * pixel[0] + 0.587f * pixel[1] + 0.114f * pixel[2];
    planes->y.pixels[i] = y;
    planes->cb.pixels[i] = (pixel[2] - y) / 1.772f;
    planes->cr.pixels[i] = (pixel[0] - y) / 1.402f;
  }
  return {};
}

void join(const Planes& planes, FloatImage* rgb) {
  for (size_t i = 0; i < planes.y.pixels.size(); ++i) {
    float* pixel = &rgb->pixels[3 * i];
    const float y = planes.y.pixels[i];
    pixel[0] = y + 1.402f * planes.cr.pixels[i];
    pixel[2] = y + 1.772f * planes.cb.pixels[i];
    pixel[1] = (y - 0.299f * pixel[0] - 0.114f * pixel[2]) / 0.587f;
  }
}

// What a Gaussian would take away.
Status details_of(const FloatImage& plane, float width, FloatImage* details) {
  PINHOLE_RETURN_IF_ERROR(gaussian_blur(plane, static_cast<double>(width), details));
  for (size_t i = 0; i < plane.pixels.size(); ++i)
    details->pixels[i] = plane.pixels[i] - details->pixels[i];
  return {};
}

Status add_details(float width, float amount, FloatImage* plane) {
  FloatImage details;
  PINHOLE_RETURN_IF_ERROR(details_of(*plane, width, &details));
  for (size_t i = 0; i < plane->pixels.size(); ++i)
    plane->pixels[i] += amount * details.pixels[i];
  return {};
}

float mean_square_difference(const FloatImage& a, const FloatImage& b) {
  double sum = 0;
  for (size_t i = 0; i < a.pixels.size(); ++i) {
    const auto difference = static_cast<double>(a.pixels[i] - b.pixels[i]);
    sum += difference * difference;
  }
  return static_cast<float>(sum / static_cast<double>(a.pixels.size()));
}

Status smooth_luma(const CameraSmoothing& smoothing, FloatImage* noisy, FloatImage* clean) {
  FloatImage noisy_details, clean_details;
  PINHOLE_RETURN_IF_ERROR(details_of(*noisy, smoothing.luma_width, &noisy_details));
  PINHOLE_RETURN_IF_ERROR(details_of(*clean, smoothing.luma_width, &clean_details));
  const float level =
      smoothing.luma_contrast * smoothing.luma_contrast * mean_square_difference(noisy_details, clean_details);
  FloatImage contrast = clean_details;
  for (float& value : contrast.pixels)
    value *= value;
  PINHOLE_RETURN_IF_ERROR(gaussian_blur(contrast, static_cast<double>(smoothing.luma_width), &contrast));
  for (size_t i = 0; i < contrast.pixels.size(); ++i) {
    const float sum = level + contrast.pixels[i];
    const float share = sum > 0 ? smoothing.luma_strength * level / sum : 0;
    noisy->pixels[i] -= share * noisy_details.pixels[i];
    clean->pixels[i] -= share * clean_details.pixels[i];
  }
  return {};
}

} // namespace

Status smooth_in_camera(const CameraSmoothing& smoothing, FloatImage* noisy, FloatImage* clean) {
  Planes noisy_planes, clean_planes;
  PINHOLE_RETURN_IF_ERROR(split(*noisy, &noisy_planes));
  PINHOLE_RETURN_IF_ERROR(split(*clean, &clean_planes));
  PINHOLE_RETURN_IF_ERROR(smooth_luma(smoothing, &noisy_planes.y, &clean_planes.y));
  for (Planes* planes : {&noisy_planes, &clean_planes}) {
    PINHOLE_RETURN_IF_ERROR(add_details(smoothing.chroma_width, -smoothing.chroma_strength, &planes->cb));
    PINHOLE_RETURN_IF_ERROR(add_details(smoothing.chroma_width, -smoothing.chroma_strength, &planes->cr));
    PINHOLE_RETURN_IF_ERROR(add_details(smoothing.sharpen_width, smoothing.sharpen_amount, &planes->y));
  }
  join(noisy_planes, noisy);
  join(clean_planes, clean);
  return {};
}

} // namespace pinhole
