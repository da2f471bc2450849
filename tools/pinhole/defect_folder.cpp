// SPDX-License-Identifier: Apache-2.0
#include "defect_folder.h"

#include "image/file_bytes.h"
#include "image/listing.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace pinhole::tool {
namespace {

namespace fs = std::filesystem;

const char* const kTestEnding = "_test";

std::vector<std::string> folders_in(const std::string& path) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(path, ignored))
    if (entry.is_directory(ignored) && entry.path().filename().string()[0] != '.')
      names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end(), natural_less);
  return names;
}

std::string stem_of(const std::string& path) {
  return fs::path(path).stem().string();
}

bool ends_with(const std::string& text, const std::string& ending) {
  return text.size() >= ending.size() && text.compare(text.size() - ending.size(), ending.size(), ending) == 0;
}

bool exists(const std::string& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

Status add_kind(const std::string& root, size_t kind, MaskedFolder* folder) {
  const std::string& name = folder->kinds[kind];
  std::vector<std::string> files;
  PINHOLE_RETURN_IF_ERROR(list_images(root + "/test/" + name, false, &files));
  for (const std::string& file : files) {
    MaskedPicture picture = {file, "", kind};
    if (name != kGood)
      picture.mask = root + "/ground_truth/" + name + "/" + stem_of(file) + "_mask.png";
    if (!picture.mask.empty() && !exists(picture.mask))
      return error(Code::io_error,
                   "%s is missing: every picture of test/%s needs a mask of its name, white where it is "
                   "defective",
                   short_path(picture.mask).c_str(), name.c_str());
    folder->pictures.push_back(picture);
  }
  return {};
}

} // namespace

bool is_masked_folder(const std::string& path) {
  return !folders_in(path + "/test").empty();
}

Status read_masked_folder(const std::string& path, MaskedFolder* folder) {
  *folder = {};
  std::vector<std::string> kinds = folders_in(path + "/test");
  const auto good = std::find(kinds.begin(), kinds.end(), kGood);
  if (good == kinds.end())
    return error(Code::io_error, "%s/test has no folder good: defects can only be ranked against good pictures",
                 short_path(path).c_str());
  std::rotate(kinds.begin(), good, good + 1);
  if (kinds.size() == 1)
    return error(Code::io_error, "%s/test holds good pictures alone: put the defective ones into folders beside good",
                 short_path(path).c_str());
  folder->kinds = kinds;
  for (size_t kind = 0; kind < kinds.size(); ++kind)
    PINHOLE_RETURN_IF_ERROR(add_kind(path, kind, folder));
  return {};
}

Status load_mask(const std::string& path, int32_t width, int32_t height, Mask* mask) {
  constexpr uint8_t kMostUnmarked = 127;
  Image image;
  PINHOLE_RETURN_IF_ERROR(load_image(path, &image));
  if (image.width != width || image.height != height)
    return error(Code::bad_shape, "%s is %dx%d, its picture %dx%d: a mask must have its picture's size",
                 short_path(path).c_str(), image.width, image.height, width, height);
  *mask = {width, height, std::vector<uint8_t>(static_cast<size_t>(width) * static_cast<size_t>(height))};
  bool any = false;
  for (size_t i = 0; i < mask->marked.size(); ++i) {
    mask->marked[i] = image.pixels[i * static_cast<size_t>(image.channels)] > kMostUnmarked;
    any = any || mask->marked[i];
  }
  if (!any)
    return error(Code::bad_file, "%s marks nothing: no pixel is above %d; a good picture belongs into test/good",
                 short_path(path).c_str(), kMostUnmarked);
  return {};
}

bool is_boxed_folder(const std::string& path) {
  std::error_code ignored;
  if (!fs::is_directory(path + "/boxes", ignored))
    return false;
  for (const fs::directory_entry& entry : fs::directory_iterator(path + "/test", ignored))
    if (ends_with(entry.path().stem().string(), kTestEnding))
      return true;
  return false;
}

Status read_boxed_folder(const std::string& path, const std::string& range, std::vector<BoxedPicture>* pictures) {
  std::vector<std::string> files;
  PINHOLE_RETURN_IF_ERROR(list_images(path + "/test", false, &files));
  std::vector<int64_t> positions;
  PINHOLE_RETURN_IF_ERROR(parse_range(range.empty() ? "0-" + std::to_string(files.size() - 1) : range,
                                      static_cast<int64_t>(files.size()), &positions));
  pictures->clear();
  for (const int64_t position : positions) {
    const std::string& file = files[static_cast<size_t>(position)];
    const std::string stem = stem_of(file);
    if (!ends_with(stem, kTestEnding))
      return error(Code::bad_file, "%s: the pictures of a folder with boxes are called NAME_test.jpg",
                   short_path(file).c_str());
    const std::string name = stem.substr(0, stem.size() - std::string(kTestEnding).size());
    BoxedPicture picture = {file, path + "/boxes/" + name + ".txt", path + "/template/" + name + "_temp.jpg"};
    picture.has_reference = exists(picture.reference);
    if (!exists(picture.boxes))
      return error(Code::io_error, "%s is missing: every picture needs one, empty when it has no defect",
                   short_path(picture.boxes).c_str());
    pictures->push_back(picture);
  }
  return {};
}

Status load_boxes(const std::string& path, int32_t width, int32_t height, std::vector<DefectBox>* boxes) {
  boxes->clear();
  std::ifstream file(path);
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    const auto fault = [&](const std::string& what) {
      return error(Code::bad_file, "%s, line %d: %s", short_path(path).c_str(), number, what.c_str());
    };
    if (line.find_first_not_of(" \t\r") == std::string::npos)
      continue;
    std::istringstream numbers(line);
    DefectBox box;
    int32_t type = 0;
    std::string more;
    if (!(numbers >> box.left >> box.top >> box.right >> box.bottom >> type) || numbers >> more)
      return fault("a defect is five whole numbers: x1 y1 x2 y2 type");
    if (box.left > box.right || box.top > box.bottom)
      return fault("x2 and y2 must not lie before x1 and y1");
    if (box.left < 0 || box.top < 0 || box.left >= width || box.top >= height)
      return fault("the box lies outside of the picture of " + std::to_string(width) + "x" + std::to_string(height));
    box.right = std::min(box.right, width - 1);
    box.bottom = std::min(box.bottom, height - 1);
    boxes->push_back(box);
  }
  return file.bad() ? error(Code::io_error, "%s cannot be read", short_path(path).c_str()) : Status();
}

} // namespace pinhole::tool
