// SPDX-License-Identifier: Apache-2.0
#include "median_yardstick.h"

#include "image/file_bytes.h"
#include "image/frame_list.h"
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

Status median_difference(const std::string& folder, const std::vector<int64_t>& numbers,
                         const std::vector<bool>& training, std::vector<double>* difference) {
  FrameList list;
  PINHOLE_RETURN_IF_ERROR(list_frames(folder, false, "", &list));
  print_warning(notice_of(list, folder));
  difference->assign(numbers.size(), std::nan(""));
  std::vector<Image> images;
  std::vector<bool> chosen;
  std::vector<size_t> rows;
  ProgressLine line;
  for (const FrameFile& file : list.frames) {
    line.show_count(static_cast<int64_t>(images.size()), static_cast<int64_t>(list.frames.size()),
                    "frames for the yardstick");
    const auto found = std::lower_bound(numbers.begin(), numbers.end(), file.number);
    if (found == numbers.end() || *found != file.number)
      return error(Code::invalid_argument,
                   "%s, frame %lld: has no label: give every frame a row with its number; -1 leaves it out",
                   short_path(file.path).c_str(), static_cast<long long>(file.number));
    images.emplace_back();
    rows.push_back(static_cast<size_t>(found - numbers.begin()));
    chosen.push_back(training[rows.back()]);
    PINHOLE_RETURN_IF_ERROR(load_as(file.path, 1, &images.back()));
    if (!images.back().same_shape(images[0]))
      return error(Code::bad_shape, "%s has another size than the first frame", short_path(file.path).c_str());
  }
  if (std::count(chosen.begin(), chosen.end(), true) == 0)
    return error(Code::invalid_argument, "%s: none of its %zu frames is labelled as one of the training",
                 short_path(folder).c_str(), images.size());
  const Image median = median_of(images, chosen);
  const double brightness = mean_of(median);
  for (size_t i = 0; i < images.size(); ++i) {
    const double gain = brightness / std::max(mean_of(images[i]), 1e-3);
    double sum = 0;
    for (size_t pixel = 0; pixel < images[i].pixels.size(); ++pixel)
      sum += std::fabs(gain * images[i].pixels[pixel] - median.pixels[pixel]);
    (*difference)[rows[i]] = sum / static_cast<double>(images[i].pixels.size());
  }
  return {};
}

} // namespace pinhole::tool
