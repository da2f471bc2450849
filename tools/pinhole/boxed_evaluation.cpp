// SPDX-License-Identifier: Apache-2.0
#include "defect_evaluation.h"

#include "defect_folder.h"
#include "defect_pictures.h"
#include "heat_mapper.h"
#include "image/file_bytes.h"
#include "image_pairs.h"
#include "json.h"
#include "progress.h"
#include "size_warning.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>

namespace pinhole::tool {
namespace {

constexpr double kFalsePerPicture = 1;
constexpr double kOwnShare = 0.5;                    // of a region's pixels, for it to belong to a box
constexpr double kLeastArea = 1e-5, kMostArea = 0.1; // of all pixels above the threshold, from where to where it goes
constexpr int kThresholdsPerDecade = 30;

struct Case {
  FloatImage heat;
  std::vector<DefectBox> boxes;
};

// What is found at a threshold.
struct Found {
  int64_t hit = 0, false_regions = 0;
};

int32_t pixels_inside(const std::vector<int32_t>& region, int32_t width, const DefectBox& box) {
  return static_cast<int32_t>(std::count_if(region.begin(), region.end(), [&](int32_t at) {
    const int32_t x = at % width, y = at / width;
    return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
  }));
}

// A region belongs to the box that holds most of it, if that is at least half; so one that floods the picture belongs
// to none, and none hits several boxes.
Found find_at(float threshold, const Case& shot) {
  Mask mask = {shot.heat.width, shot.heat.height, std::vector<uint8_t>(shot.heat.pixels.size())};
  for (size_t i = 0; i < mask.marked.size(); ++i)
    mask.marked[i] = shot.heat.pixels[i] >= threshold;
  std::vector<bool> hit(shot.boxes.size());
  Found found;
  for (const std::vector<int32_t>& region : find_regions(mask)) {
    int32_t most = 0;
    size_t best = 0;
    for (size_t i = 0; i < shot.boxes.size(); ++i)
      if (const int32_t inside = pixels_inside(region, mask.width, shot.boxes[i]); inside > most) {
        most = inside;
        best = i;
      }
    if (static_cast<double>(most) < kOwnShare * static_cast<double>(region.size()))
      ++found.false_regions;
    else
      hit[best] = true;
  }
  found.hit = std::count(hit.begin(), hit.end(), true);
  return found;
}

// Descending: the heat that given shares of all pixels reach.
std::vector<float> thresholds(const std::vector<Case>& cases) {
  std::vector<float> heat;
  for (const Case& shot : cases)
    heat.insert(heat.end(), shot.heat.pixels.begin(), shot.heat.pixels.end());
  std::sort(heat.begin(), heat.end(), std::greater<>());
  std::vector<float> chosen;
  const int count = static_cast<int>(std::lround(kThresholdsPerDecade * std::log10(kMostArea / kLeastArea)));
  for (int i = 0; i <= count; ++i) {
    const double share = kLeastArea * std::pow(10.0, static_cast<double>(i) / kThresholdsPerDecade);
    const float at = heat[static_cast<size_t>(share * static_cast<double>(heat.size() - 1))];
    if (chosen.empty() || at < chosen.back())
      chosen.push_back(at);
  }
  return chosen;
}

// The threshold that finds most without more false regions than allowed; of equal ones the lowest.
Found find_at_allowed(const std::vector<Case>& cases, float* threshold) {
  Found best;
  ProgressLine line;
  int64_t done = 0;
  const std::vector<float> tried = thresholds(cases);
  for (const float at : tried) {
    line.show_count(done++, static_cast<int64_t>(tried.size()), "thresholds");
    Found sum;
    for (const Case& shot : cases) {
      const Found found = find_at(at, shot);
      sum.hit += found.hit;
      sum.false_regions += found.false_regions;
    }
    if (static_cast<double>(sum.false_regions) > kFalsePerPicture * static_cast<double>(cases.size()))
      continue; // there may be fewer below: at a high one a region falls into pieces
    if (sum.hit >= best.hit) {
      best = sum;
      *threshold = at;
    }
  }
  return best;
}

Mask mask_of(const Case& shot) {
  Mask mask = {shot.heat.width, shot.heat.height, std::vector<uint8_t>(shot.heat.pixels.size())};
  for (const DefectBox& box : shot.boxes)
    for (int32_t y = box.top; y <= box.bottom; ++y)
      for (int32_t x = box.left; x <= box.right; ++x)
        mask.marked[static_cast<size_t>(y) * static_cast<size_t>(mask.width) + static_cast<size_t>(x)] = 1;
  return mask;
}

// The picture against the same one without defects, as far as they are aligned: a yardstick that needs a reference.
Status compare(const BoxedPicture& file, const Image& picture, const std::vector<DefectBox>& boxes, Case* shot) {
  Image reference;
  PINHOLE_RETURN_IF_ERROR(load_as(file.reference, picture.channels, &reference));
  if (!reference.same_shape(picture))
    return error(Code::bad_shape, "%s is %dx%d, its picture %dx%d", short_path(file.reference).c_str(), reference.width,
                 reference.height, picture.width, picture.height);
  shot->boxes = boxes;
  return difference_heat(to_float(picture), to_float(reference), &shot->heat);
}

Json share_hit(const std::vector<Case>& cases, int64_t boxes) {
  float threshold = 0;
  const Found found = find_at_allowed(cases, &threshold);
  return {{"hit", found.hit},
          {"hit_share", static_cast<double>(found.hit) / static_cast<double>(boxes)},
          {"false_regions", found.false_regions},
          {"false_regions_per_picture", static_cast<double>(found.false_regions) / static_cast<double>(cases.size())},
          {"threshold", threshold}};
}

} // namespace

Status evaluate_boxed(const DefectOptions& options, const Common& common, Json* result) {
  std::vector<BoxedPicture> files;
  PINHOLE_RETURN_IF_ERROR(read_boxed_folder(options.data, options.range, &files));
  HeatMapper mapper;
  PINHOLE_RETURN_IF_ERROR(mapper.open(options.model, common.thread_count()));
  DefectPictures pictures(options.heatmaps);
  PINHOLE_RETURN_IF_ERROR(pictures.open());
  std::vector<Case> cases, compared; // by the model, with the reference
  std::vector<std::string> missing;  // references
  int64_t boxes = 0;
  ProgressLine line;
  SizeWarning size_warning(mapper.trained_side());
  for (const BoxedPicture& file : files) {
    line.show_count(static_cast<int64_t>(cases.size()), static_cast<int64_t>(files.size()), "pictures");
    Case shot;
    Image picture;
    PictureScore score;
    PINHOLE_RETURN_IF_ERROR(mapper.map(file.path, &picture, &shot.heat, &score));
    size_warning.look_at(file.path, picture, &line);
    PINHOLE_RETURN_IF_ERROR(load_boxes(file.boxes, picture.width, picture.height, &shot.boxes));
    boxes += static_cast<int64_t>(shot.boxes.size());
    PINHOLE_RETURN_IF_ERROR(pictures.add("boxes", file.path, picture, shot.heat, mask_of(shot), score.value));
    if (!file.has_reference) {
      missing.push_back(short_path(file.reference));
    } else {
      compared.emplace_back();
      PINHOLE_RETURN_IF_ERROR(compare(file, picture, shot.boxes, &compared.back()));
    }
    cases.push_back(std::move(shot));
  }
  line.clear();
  PINHOLE_RETURN_IF_ERROR(pictures.finish());
  if (boxes == 0)
    return error(Code::bad_file, "%s/boxes names no defect: there is nothing to find", options.data.c_str());
  *result = {{"model", options.model}, {"data", options.data}, {"pictures", cases.size()}, {"boxes", boxes}};
  result->update(share_hit(cases, boxes));
  if (compared.size() == cases.size())
    (*result)["template_difference"] = share_hit(compared, boxes);
  else if (!compared.empty())
    (*result)["templates_missing"] = missing;
  return {};
}

void print_boxed(const Json& result) {
  const auto print = [&](const char* name, const Json& found) {
    std::printf("%-24s %lld of %lld boxes hit (%.1f %%) at %.2f false regions a picture, threshold %.4f\n", name,
                found["hit"].get<long long>(), result["boxes"].get<long long>(), 100 * found["hit_share"].get<double>(),
                found["false_regions_per_picture"].get<double>(), found["threshold"].get<double>());
  };
  print("model", result);
  if (result.contains("template_difference"))
    print("difference to template", result["template_difference"]);
  if (result.contains("templates_missing"))
    std::printf("difference to template   not shown: %s is missing%s\n",
                result["templates_missing"][0].get<std::string>().c_str(),
                result["templates_missing"].size() > 1 ? ", and others are" : "");
  std::printf("%lld pictures; a region (pixels above the threshold that touch) hits the box that holds at least half "
              "of it, and is false without one\n",
              result["pictures"].get<long long>());
}

} // namespace pinhole::tool
