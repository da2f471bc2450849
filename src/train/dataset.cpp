// SPDX-License-Identifier: Apache-2.0
#include "train/dataset.h"

#include "base/random_streams.h"
#include "image/color.h"
#include "image/file_bytes.h"
#include "image/frame_list.h"
#include "image/idx.h"
#include "image/listing.h"
#include "image/mjpeg.h"
#include "train/fitted_image.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <numeric>
#include <set>

namespace pinhole {
namespace {

std::string last_part(const std::string& path) {
  const std::filesystem::path parts = std::filesystem::path(path).lexically_normal();
  return parts.has_filename() ? parts.filename().string() : parts.parent_path().filename().string();
}

Status choose(const std::string& range, size_t count, std::vector<int64_t>* positions) {
  if (!range.empty())
    return parse_range(range, static_cast<int64_t>(count), positions);
  positions->resize(count);
  std::iota(positions->begin(), positions->end(), 0);
  return Status();
}

bool is_mjpeg_file(const std::string& path) {
  std::error_code ignored;
  return is_mjpeg_name(path) && !std::filesystem::is_directory(path, ignored);
}

Status add_image(Image image, const std::string& name, int64_t position, const Recipe& recipe, Dataset* dataset) {
  const InputSpec& input = recipe.model.inputs[0];
  if (recipe.data.fit && dataset->images.size() == kMostTrainedFrames)
    return error(Code::invalid_argument,
                 "more than %zu frames: a model's file cannot name so many as trained on; give a --range, or every "
                 "second frame",
                 kMostTrainedFrames);
  if (recipe.data.fit)
    PINHOLE_RETURN_IF_ERROR(fit_image(image, input.height, input.width, input.channels, &image));
  if (image.channels != input.channels)
    image = input.channels == 1 ? rgb_to_gray(image) : gray_to_rgb(image);
  dataset->images.push_back(std::move(image));
  dataset->names.push_back(name);
  dataset->positions.push_back(position);
  return Status();
}

// Where more are damaged than not, something else is wrong.
Status check_left_out(const std::string& path, const Dataset& dataset) {
  const size_t used = dataset.images.size(), left_out = dataset.left_out.size();
  if (used > 0 && left_out <= used)
    return {};
  return left_out == 0 ? error(Code::bad_file, "%s: no frame of it can be used", short_path(path).c_str())
                       : error(Code::bad_file, "%s: %zu of its %zu pictures cannot be used; the first: %s",
                               short_path(path).c_str(), left_out, used + left_out, dataset.left_out[0].c_str());
}

Status load_idx(const std::string& path, const std::string& range, const Recipe& recipe, Dataset* dataset) {
  IdxImages idx;
  PINHOLE_RETURN_IF_ERROR(load_idx_images(path, &idx));
  std::vector<int64_t> positions;
  PINHOLE_RETURN_IF_ERROR(choose(range, static_cast<size_t>(idx.count), &positions));
  const int64_t size = int64_t{idx.height} * idx.width;
  for (const int64_t position : positions) {
    Image image;
    PINHOLE_RETURN_IF_ERROR(make_image(idx.width, idx.height, 1, &image));
    std::copy_n(idx.pixels.begin() + position * size, size, image.pixels.begin());
    PINHOLE_RETURN_IF_ERROR(add_image(std::move(image), "#" + std::to_string(position), position, recipe, dataset));
  }
  return Status();
}

// A picture that is damaged, as a recording's last one may be, is left out and told of.
Status load_folder(const std::string& path, const std::string& range, const Recipe& recipe, Dataset* dataset) {
  FrameList list;
  PINHOLE_RETURN_IF_ERROR(list_frames(path, true, range, &list));
  const std::filesystem::path top = std::filesystem::path(path) / "";
  std::set<std::filesystem::path> folders;
  for (const FrameFile& file : list.frames) {
    if (const std::filesystem::path folder = std::filesystem::path(file.path).parent_path(); folder / "" != top)
      folders.insert(folder);
    Image image;
    const Status loaded = load_image(file.path, &image);
    if (loaded.code == Code::bad_file) {
      dataset->left_out.emplace_back(loaded.text);
      continue;
    }
    PINHOLE_RETURN_IF_ERROR(loaded);
    PINHOLE_RETURN_IF_ERROR(add_image(std::move(image), std::filesystem::path(file.path).filename().string(),
                                      file.number, recipe, dataset));
  }
  dataset->folders = static_cast<int32_t>(folders.size());
  return check_left_out(path, *dataset);
}

// A frame that was cut has its position, and is passed over.
Status load_mjpeg(const std::string& path, const std::string& range, const Recipe& recipe, Dataset* dataset) {
  constexpr int64_t kMostPositions = int64_t{1} << 24;
  std::vector<int64_t> positions;
  if (!range.empty())
    PINHOLE_RETURN_IF_ERROR(parse_range(range, kMostPositions, &positions));
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"), std::fclose);
  if (!file)
    return error(Code::io_error, "%s: cannot be opened: %s", short_path(path).c_str(), std::strerror(errno));
  MjpegReader reader(fileno(file.get()));
  std::vector<uint8_t> bytes;
  for (int64_t whole = 0;; ++whole) {
    PINHOLE_RETURN_IF_ERROR(reader.next(&bytes));
    const int64_t position = whole + reader.splitter().broken_frames();
    if (bytes.empty() || (!positions.empty() && position > positions.back()))
      return check_left_out(path, *dataset);
    if (!positions.empty() && !std::binary_search(positions.begin(), positions.end(), position))
      continue;
    const std::string name = "#" + std::to_string(position);
    Image image;
    if (const Status status = decode_image(bytes.data(), bytes.size(), &image); !status.ok()) {
      dataset->left_out.push_back(short_path(path) + ", frame " + name + ": " + status.text);
      continue;
    }
    PINHOLE_RETURN_IF_ERROR(add_image(std::move(image), name, position, recipe, dataset));
  }
}

Status check_sizes(const Recipe& recipe, const Dataset& dataset) {
  const InputSpec& input = recipe.model.inputs[0];
  const int32_t patch = recipe.data.patch;
  for (size_t i = 0; i < dataset.images.size(); ++i) {
    const Image& image = dataset.images[i];
    const char* name = dataset.names[i].c_str();
    if (patch > 0 && (image.width < patch || image.height < patch))
      return error(Code::bad_shape,
                   "%s is %dx%d, smaller than the recipe's patches of %dx%d: leave it out, or take a copy of the "
                   "recipe with a smaller \"patch\"",
                   short_path(name).c_str(), image.width, image.height, patch, patch);
    const int32_t width = input.width > 0 ? input.width : dataset.images[0].width;
    const int32_t height = input.height > 0 ? input.height : dataset.images[0].height;
    if (patch == 0 && (image.width != width || image.height != height))
      return error(Code::bad_shape, "%s is %dx%d; without \"patch\" all images must be %dx%d", short_path(name).c_str(),
                   image.width, image.height, width, height);
  }
  return Status();
}

// Draws `count` of the positions without repetition.
void hold_out(int32_t count, Dataset* dataset) {
  std::vector<int32_t> order(dataset->images.size());
  std::iota(order.begin(), order.end(), 0);
  for (int32_t i = 0; i < count; ++i) {
    const uint32_t word = random_words(0, RandomStream::held_out, 0, 0, static_cast<uint64_t>(i)).word[0];
    std::swap(order[i], order[i + static_cast<int32_t>(index_from(word, static_cast<uint32_t>(order.size() - i)))]);
  }
  dataset->validation.assign(order.begin(), order.begin() + count);
  dataset->training.assign(order.begin() + count, order.end());
  std::sort(dataset->validation.begin(), dataset->validation.end());
  std::sort(dataset->training.begin(), dataset->training.end());
}

} // namespace

std::string idx_file(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(path, ignored))
    return std::filesystem::path(path).filename().string().find("idx3-ubyte") != std::string::npos ? path : "";
  for (const char* name : {"/train-images-idx3-ubyte", "/train-images-idx3-ubyte.gz"})
    if (std::filesystem::is_regular_file(path + name, ignored))
      return path + name;
  return "";
}

void hold_out_ends(const std::vector<int64_t>& positions, double fraction, int32_t gap, std::vector<int32_t>* training,
                   std::vector<int32_t>* held_out) {
  for (size_t first = 0, end = 0; first < positions.size(); first = end) {
    // Across what is missing for less long than the gap, frames are still alike: those held out must not lie beside
    // others that are trained on.
    for (end = first + 1; end < positions.size() && positions[end] - positions[end - 1] <= std::max(gap, 1);)
      ++end;
    const auto held = static_cast<size_t>(std::lround(fraction * static_cast<double>(end - first)));
    const size_t unused = std::min(end - first - held, static_cast<size_t>(gap));
    for (size_t i = first; i < end - held - unused; ++i)
      training->push_back(static_cast<int32_t>(i));
    for (size_t i = end - held; i < end; ++i)
      held_out->push_back(static_cast<int32_t>(i));
  }
}

Status load_dataset(const std::string& path, const std::string& range, const Recipe& recipe, Dataset* dataset) {
  *dataset = Dataset();
  dataset->label = last_part(path);
  const int32_t channels = recipe.model.inputs[0].channels;
  if (channels != 1 && channels != 3)
    return error(Code::unsupported, "the recipe's images have %d channels: images give 1 or 3", channels);
  const std::string idx = idx_file(path);
  PINHOLE_RETURN_IF_ERROR(!idx.empty()          ? load_idx(idx, range, recipe, dataset)
                          : is_mjpeg_file(path) ? load_mjpeg(path, range, recipe, dataset)
                                                : load_folder(path, range, recipe, dataset));
  PINHOLE_RETURN_IF_ERROR(check_sizes(recipe, *dataset));
  const auto total = static_cast<int32_t>(dataset->images.size());
  const ValidationSpec& validation = recipe.validation;
  if (validation.gap >= 0) {
    hold_out_ends(dataset->positions, static_cast<double>(validation.fraction), validation.gap, &dataset->training,
                  &dataset->validation);
    return dataset->training.empty()
               ? error(Code::invalid_argument,
                       "%s: %d frames in runs that are too short leave none to train on, as the end of each run and "
                       "%d frames before that are kept out: give longer runs",
                       short_path(path).c_str(), total, validation.gap)
               : Status();
  }
  const int32_t held = validation.files > 0
                           ? validation.files
                           : static_cast<int32_t>(std::lround(static_cast<double>(validation.fraction) * total));
  if (held >= total)
    return error(Code::invalid_argument,
                 "%s: %d images, and the recipe holds %d out for validation, which leaves none to train on: give more "
                 "than %d, or take a copy of the recipe with fewer in \"validation\"",
                 short_path(path).c_str(), total, held, held);
  hold_out(held, dataset);
  return Status();
}

} // namespace pinhole
