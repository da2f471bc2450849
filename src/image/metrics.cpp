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
// Sums for every value of a row of pixels, kind by kind, so that the loops over them are vector loops.
using RowSums = std::array<std::vector<double>, kSums>;

double similarity_of(const RowSums& mean, size_t at) {
  constexpr double kC1 = (0.01 * 255) * (0.01 * 255), kC2 = (0.03 * 255) * (0.03 * 255);
  const double a = mean[0][at], b = mean[1][at];
  const double variance_a = mean[2][at] - a * a, variance_b = mean[3][at] - b * b, covariance = mean[4][at] - a * b;
  return (2 * a * b + kC1) * (2 * covariance + kC2) / ((a * a + b * b + kC1) * (variance_a + variance_b + kC2));
}

// Weighted sums down the window's rows; `columns` has width * channels entries of each kind.
void sum_columns(const Image& a, const Image& b, int32_t top, const Window& window, RowSums* columns) {
  const size_t values = (*columns)[0].size();
  for (std::vector<double>& sums : *columns)
    sums.assign(values, 0.0);
  for (int k = 0; k < kWindow; ++k) {
    const uint8_t *row_a = a.row(top + k), *row_b = b.row(top + k);
    const double weight = window[static_cast<size_t>(k)];
    for (size_t i = 0; i < values; ++i) {
      const double va = row_a[i], vb = row_b[i];
      (*columns)[0][i] += weight * va;
      (*columns)[1][i] += weight * vb;
      (*columns)[2][i] += weight * va * va;
      (*columns)[3][i] += weight * vb * vb;
      (*columns)[4][i] += weight * va * vb;
    }
  }
}

// Weighted sums of `columns` along the row: one entry per window, so (window - 1) * channels fewer.
void sum_windows(const RowSums& columns, size_t channels, const Window& window, RowSums* means) {
  for (size_t s = 0; s < kSums; ++s) {
    std::vector<double>& mean = (*means)[s];
    mean.assign(columns[s].size() - (kWindow - 1) * channels, 0.0);
    for (size_t k = 0; k < kWindow; ++k) {
      const double* shifted = columns[s].data() + k * channels;
      const double weight = window[k];
      for (size_t i = 0; i < mean.size(); ++i)
        mean[i] += weight * shifted[i];
    }
  }
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
  const size_t channels = static_cast<size_t>(image.channels);
  RowSums columns, means;
  columns[0].resize(static_cast<size_t>(image.width) * channels);
  double total = 0;
  for (int32_t top = 0; top + kWindow <= image.height; ++top) {
    sum_columns(image, reference, top, window, &columns);
    sum_windows(columns, channels, window, &means);
    for (size_t i = 0; i < means[0].size(); ++i)
      total += similarity_of(means, i);
  }
  const int64_t windows = int64_t{image.width - kWindow + 1} * (image.height - kWindow + 1) * image.channels;
  *similarity = total / static_cast<double>(windows);
  return {};
}

} // namespace pinhole
