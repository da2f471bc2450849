// SPDX-License-Identifier: Apache-2.0
#include "defect_evaluation.h"

#include "defect_folder.h"
#include "defect_pictures.h"
#include "heat_mapper.h"
#include "image/ranking.h"
#include "image_pairs.h"
#include "json.h"
#include "progress.h"
#include "size_warning.h"

#include <cmath>
#include <cstdio>

namespace pinhole::tool {
namespace {

constexpr double kMostFalse = 0.3; // of the normal pixels, for AUPRO

// Of the pictures of one kind, or of several.
struct Scores {
  std::vector<double> pictures;
  std::vector<float> normal; // pixels outside of the masks
  std::vector<RegionPixel> defects;
  int64_t regions = 0;

  void add(double score, const FloatImage& heat, const Mask& mask) {
    pictures.push_back(score);
    for (const std::vector<int32_t>& region : find_regions(mask)) {
      ++regions;
      for (const int32_t pixel : region)
        defects.push_back({heat.pixels[static_cast<size_t>(pixel)], 1 / static_cast<float>(region.size())});
    }
    for (size_t i = 0; i < heat.pixels.size(); ++i)
      if (mask.marked.empty() || !mask.marked[i])
        normal.push_back(heat.pixels[i]);
  }
  void add(const Scores& other) {
    pictures.insert(pictures.end(), other.pictures.begin(), other.pictures.end());
    normal.insert(normal.end(), other.normal.begin(), other.normal.end());
    defects.insert(defects.end(), other.defects.begin(), other.defects.end());
    regions += other.regions;
  }
};

Json figures(const std::string& kind, const Scores& good, const Scores& defective) {
  Scores all = good;
  all.add(defective);
  const PixelRanking pixels = rank_pixels(std::move(all.normal), std::move(all.defects), kMostFalse);
  return {{"kind", kind},
          {"pictures", defective.pictures.size()},
          {"regions", defective.regions},
          {"image_auroc", auroc(good.pictures, defective.pictures)},
          {"image_average_precision", average_precision(good.pictures, defective.pictures)},
          {"pixel_auroc", pixels.auroc},
          {"aupro", pixels.region_overlap},
          {"pixel_average_precision", pixels.average_precision}};
}

// By direction; null where the picture is too small for such paths.
Json darkness_of(const PathDarkness& darkness) {
  const auto one = [&](PathDirection direction) {
    return has_paths(darkness[direction]) ? Json(darkness[direction]) : Json();
  };
  return {{"across", one(kAcross)}, {"down", one(kDown)}, {"falling", one(kFalling)}, {"rising", one(kRising)}};
}

Json row_of(const std::string& kind, const std::string& path, const PictureScore& score) {
  Json row = {{"kind", kind}, {"image", base_name(path)}, {"score", score.value}};
  const LineParts& parts = score.parts;
  if (parts.pixels > 0)
    row["parts"] = {{"pixels", parts.pixels},
                    {"odds", parts.odds},
                    {"near", darkness_of(parts.near)},
                    {"far", darkness_of(parts.far)},
                    {"wide", darkness_of(parts.wide)}};
  return row;
}

} // namespace

Status evaluate_masked(const DefectOptions& options, const Common& common, Json* result) {
  if (!options.range.empty())
    return error(Code::invalid_argument, "--range %s: a folder with masks is judged whole", options.range.c_str());
  MaskedFolder folder;
  PINHOLE_RETURN_IF_ERROR(read_masked_folder(options.data, &folder));
  HeatMapper mapper;
  PINHOLE_RETURN_IF_ERROR(mapper.open(options.model, common.thread_count()));
  DefectPictures pictures(options.heatmaps);
  PINHOLE_RETURN_IF_ERROR(pictures.open());
  std::vector<Scores> scores(folder.kinds.size());
  Json rows = Json::array();
  ProgressLine line;
  SizeWarning size_warning(mapper.trained_side());
  for (size_t i = 0; i < folder.pictures.size(); ++i) {
    line.show_count(static_cast<int64_t>(i), static_cast<int64_t>(folder.pictures.size()), "pictures");
    const MaskedPicture& shot = folder.pictures[i];
    Image picture;
    FloatImage heat;
    PictureScore score;
    PINHOLE_RETURN_IF_ERROR(mapper.map(shot.path, &picture, &heat, &score));
    size_warning.look_at(shot.path, picture, &line);
    Mask mask;
    if (!shot.mask.empty())
      PINHOLE_RETURN_IF_ERROR(load_mask(shot.mask, heat.width, heat.height, &mask));
    const std::string& kind = folder.kinds[shot.kind];
    Scores& of_kind = scores[shot.kind];
    of_kind.add(score.value, heat, mask);
    rows.push_back(row_of(kind, shot.path, score));
    PINHOLE_RETURN_IF_ERROR(pictures.add(kind, shot.path, picture, heat, mask, score.value));
  }
  PINHOLE_RETURN_IF_ERROR(pictures.finish());
  Json kinds = Json::array();
  Scores defective;
  for (size_t kind = 1; kind < scores.size(); ++kind) {
    kinds.push_back(figures(folder.kinds[kind], scores[0], scores[kind]));
    defective.add(scores[kind]);
  }
  kinds.push_back(figures("all", scores[0], defective));
  *result = {{"model", options.model}, {"data", options.data},           {"good_pictures", scores[0].pictures.size()},
             {"kinds", kinds},         {"aupro_most_false", kMostFalse}, {"per_image", rows}};
  return {};
}

void print_masked(const Json& result) {
  std::printf("%-16s %8s %8s %12s %8s %12s %8s %8s\n", "kind", "pictures", "regions", "image AUROC", "AP",
              "pixel AUROC", "AUPRO", "AP");
  for (const Json& row : result["kinds"])
    std::printf("%-16s %8lld %8lld %12.4f %8.4f %12.4f %8.4f %8.4f\n", row["kind"].get<std::string>().c_str(),
                row["pictures"].get<long long>(), row["regions"].get<long long>(), row["image_auroc"].get<double>(),
                row["image_average_precision"].get<double>(), row["pixel_auroc"].get<double>(),
                row["aupro"].get<double>(), row["pixel_average_precision"].get<double>());
  std::printf("each kind beside %lld good pictures; AUPRO to a false positive rate of %.1f\n",
              result["good_pictures"].get<long long>(), result["aupro_most_false"].get<double>());
}

} // namespace pinhole::tool
