// SPDX-License-Identifier: Apache-2.0
#include "image/metrics.h"

#include <array>
#include <cmath>
#include <limits>

namespace pinhole {
namespace {

constexpr int kWindow = 11, kCentre = kWindow / 2;
constexpr int kSums = 5; // of a, b, a*a, b*b, a*b

Status check_pair(const Image& image, const Image& reference) {
  if (image.same_shape(reference) && !image.pixels.empty())
    return {};
  return error(Code::invalid_argument, "picture of %d x %d x %d against a reference of %d x %d x %d", image.width,
               image.height, image.channels, reference.width, reference.height, reference.channels);
}

std::array<double, kWindow> gaussian_window() {
  constexpr double kSigma = 1.5;
  std::array<double, kWindow> weights = {};
  double sum = 0;
  for (int i = 0; i < kWindow; ++i) {
    const double offset = i - kCentre;
    weights[static_cast<size_t>(i)] = std::exp(-offset * offset / (2 * kSigma * kSigma));
    sum += weights[static_cast<size_t>(i)];
  }
  for (double& weight : weights)
    weight /= sum;
  return weights;
}

using Window = std::array<double, kWindow>;
using Moments = std::array<double, kSums>;

double similarity_of(const Moments& mean) {
  constexpr double kC1 = (0.01 * 255) * (0.01 * 255), kC2 = (0.03 * 255) * (0.03 * 255);
  const double variance_a = mean[2] - mean[0] * mean[0], variance_b = mean[3] - mean[1] * mean[1];
  const double covariance = mean[4] - mean[0] * mean[1];
  return (2 * mean[0] * mean[1] + kC1) * (2 * covariance + kC2) /
         ((mean[0] * mean[0] + mean[1] * mean[1] + kC1) * (variance_a + variance_b + kC2));
}

// Weighted sums down the window's rows, for every value of the row: `columns` has width * channels entries.
void sum_columns(const Image& a, const Image& b, int32_t top, const Window& window, std::vector<Moments>* columns) {
  columns->assign(columns->size(), Moments{});
  for (int k = 0; k < kWindow; ++k) {
    const uint8_t *row_a = a.row(top + k), *row_b = b.row(top + k);
    const double weight = window[static_cast<size_t>(k)];
    for (size_t i = 0; i < columns->size(); ++i) {
      const double va = row_a[i], vb = row_b[i];
      Moments& sums = (*columns)[i];
      sums[0] += weight * va;
      sums[1] += weight * vb;
      sums[2] += weight * va * va;
      sums[3] += weight * vb * vb;
      sums[4] += weight * va * vb;
    }
  }
}

double sum_of_row(const std::vector<Moments>& columns, size_t channels, const Window& window) {
  double total = 0;
  for (size_t left = 0; left + (kWindow - 1) * channels < columns.size(); ++left) {
    Moments mean = {};
    for (size_t k = 0; k < kWindow; ++k)
      for (size_t s = 0; s < kSums; ++s)
        mean[s] += window[k] * columns[left + k * channels][s];
    total += similarity_of(mean);
  }
  return total;
}

} // namespace

Status psnr(const Image& image, const Image& reference, double* decibel) {
  PINHOLE_RETURN_IF_ERROR(check_pair(image, reference));
  int64_t squares = 0; // exact: 64 Mpixel * 3 * 255^2 < 2^44
  for (size_t i = 0; i < image.pixels.size(); ++i) {
    const int32_t difference = image.pixels[i] - reference.pixels[i];
    squares += difference * difference;
  }
  const double mean = static_cast<double>(squares) / static_cast<double>(image.pixels.size());
  *decibel = squares == 0 ? std::numeric_limits<double>::infinity() : 10 * std::log10(255.0 * 255.0 / mean);
  return {};
}

Status ssim(const Image& image, const Image& reference, double* similarity) {
  PINHOLE_RETURN_IF_ERROR(check_pair(image, reference));
  if (image.width < kWindow || image.height < kWindow)
    return error(Code::invalid_argument, "SSIM of a picture of %d x %d: both sides must be at least %d", image.width,
                 image.height, kWindow);
  const Window window = gaussian_window();
  std::vector<Moments> columns(static_cast<size_t>(image.width) * static_cast<size_t>(image.channels));
  double total = 0;
  for (int32_t top = 0; top + kWindow <= image.height; ++top) {
    sum_columns(image, reference, top, window, &columns);
    total += sum_of_row(columns, static_cast<size_t>(image.channels), window);
  }
  const int64_t windows = int64_t{image.width - kWindow + 1} * (image.height - kWindow + 1) * image.channels;
  *similarity = total / static_cast<double>(windows);
  return {};
}

} // namespace pinhole
