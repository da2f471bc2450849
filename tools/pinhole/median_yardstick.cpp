// SPDX-License-Identifier: Apache-2.0
#include "median_yardstick.h"

#include "image/file_bytes.h"
#include "image/listing.h"
#include "image_pairs.h"
#include "progress.h"

#include <algorithm>
#include <cmath>

namespace pinhole::tool {
namespace {

// Pixelwise, of the chosen images.
Image median_of(const std::vector<Image>& images, const std::vector<bool>& chosen) {
  Image median = images[0];
  std::vector<uint8_t> values;
  for (size_t pixel = 0; pixel < median.pixels.size(); ++pixel) {
    values.clear();
    for (size_t i = 0; i < images.size(); ++i)
      if (chosen[i])
        values.push_back(images[i].pixels[pixel]);
    std::nth_element(values.begin(), values.begin() + static_cast<int64_t>(values.size() / 2), values.end());
    median.pixels[pixel] = values[values.size() / 2];
  }
  return median;
}

double mean_of(const Image& image) {
  double sum = 0;
  for (const uint8_t value : image.pixels)
    sum += value;
  return sum / static_cast<double>(image.pixels.size());
}

} // namespace

Status median_difference(const std::string& folder, const std::vector<bool>& training,
                         std::vector<double>* difference) {
  std::vector<std::string> files;
  PINHOLE_RETURN_IF_ERROR(list_images(folder, false, &files));
  if (files.size() != training.size() || std::count(training.begin(), training.end(), true) == 0)
    return error(Code::invalid_argument, "%s: %zu frames, %zu labels, %zu of them for training",
                 short_path(folder).c_str(), files.size(), training.size(),
                 static_cast<size_t>(std::count(training.begin(), training.end(), true)));
  std::vector<Image> images(files.size());
  ProgressLine line;
  for (size_t i = 0; i < files.size(); ++i) {
    line.show_count(static_cast<int64_t>(i), static_cast<int64_t>(files.size()), "frames for the yardstick");
    PINHOLE_RETURN_IF_ERROR(load_as(files[i], 1, &images[i]));
    if (!images[i].same_shape(images[0]))
      return error(Code::bad_shape, "%s has another size than the first frame", short_path(files[i]).c_str());
  }
  const Image median = median_of(images, training);
  const double brightness = mean_of(median);
  for (const Image& image : images) {
    const double gain = brightness / std::max(mean_of(image), 1e-3);
    double sum = 0;
    for (size_t i = 0; i < image.pixels.size(); ++i)
      sum += std::fabs(gain * image.pixels[i] - median.pixels[i]);
    difference->push_back(sum / static_cast<double>(image.pixels.size()));
  }
  return {};
}

} // namespace pinhole::tool
