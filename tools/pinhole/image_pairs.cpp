// SPDX-License-Identifier: Apache-2.0
#include "image_pairs.h"

#include "image/color.h"
#include "image/file_bytes.h"
#include "image/frame_list.h"
#include "image/listing.h"
#include "image/metrics.h"
#include "progress.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>

namespace pinhole::tool {
namespace {

// "a/b_real.jpg" with "_real" -> "a/b_mean.jpg"; empty when the name does not end in `from`.
std::string with_other_ending(const std::string& path, const std::string& from, const std::string& to) {
  const std::filesystem::path p(path);
  const std::string stem = p.stem().string();
  if (stem.size() < from.size() || stem.compare(stem.size() - from.size(), from.size(), from) != 0)
    return "";
  return (p.parent_path() / (stem.substr(0, stem.size() - from.size()) + to + p.extension().string())).string();
}

} // namespace

Status find_pairs(const std::string& path, const std::string& range, std::vector<ImagePair>* pairs) {
  std::vector<std::string> files;
  PINHOLE_RETURN_IF_ERROR(list_images(path, false, &files));
  for (const std::string& file : files) {
    if (const std::string real = with_other_ending(file, "_mean", "_real");
        !real.empty() && std::find(files.begin(), files.end(), real) != files.end())
      continue; // a reference of another file
    const std::string mean = with_other_ending(file, "_real", "_mean");
    const bool paired = !mean.empty() && std::find(files.begin(), files.end(), mean) != files.end();
    pairs->push_back({file, paired ? mean : ""});
  }
  if (range.empty())
    return {};
  std::vector<std::string> inputs;
  for (const ImagePair& pair : *pairs)
    inputs.push_back(pair.input);
  FrameList list;
  if (const Status status = number_frames(inputs, range, &list); !status.ok())
    return with_path(path, status);
  print_warning(notice_of(list, path));
  std::vector<ImagePair> chosen;
  auto pair = pairs->begin();
  for (const FrameFile& frame : list.frames) { // in the order of the pairs
    pair = std::find_if(pair, pairs->end(), [&](const ImagePair& p) { return p.input == frame.path; });
    chosen.push_back(*pair);
  }
  pairs->swap(chosen);
  return {};
}

Status load_as(const std::string& path, int32_t channels, Image* image, std::string* note) {
  PINHOLE_RETURN_IF_ERROR(load_image(path, image, note));
  if (image->channels != channels)
    *image = channels == 1 ? rgb_to_gray(*image) : gray_to_rgb(*image);
  return {};
}

double ssim_or_nan(const Image& image, const Image& reference) {
  double similarity = 0;
  return ssim(image, reference, &similarity).ok() ? similarity : std::nan("");
}

std::string similarity_text(double similarity) {
  char text[32] = "-";
  if (!std::isnan(similarity))
    std::snprintf(text, sizeof text, "%.4f", similarity);
  return text;
}

Status with_path_once(const std::string& path, const Status& status) {
  const bool named = std::string(status.text).rfind(short_path(path) + ": ", 0) == 0;
  return named ? status : with_path(path, status);
}

std::string base_name(const std::string& path) {
  return path.substr(path.find_last_of('/') + 1);
}

} // namespace pinhole::tool
