// SPDX-License-Identifier: Apache-2.0
#include "defect_evaluation.h"

#include "defect_pictures.h"
#include "heat_mapper.h"
#include "image/listing.h"
#include "image_pairs.h"
#include "json.h"
#include "progress.h"
#include "size_warning.h"

#include <algorithm>
#include <cstdio>

namespace pinhole::tool {
namespace {

constexpr char kPictures[] = "picture"; // their kind, for heat maps

// Calls use(path, picture, heat, score) for each picture of a folder.
template <class Use> Status for_each_score(const std::string& folder, const std::string& range, const char* things,
                                           HeatMapper* mapper, Use use) {
  std::vector<std::string> files;
  PINHOLE_RETURN_IF_ERROR(list_images(folder, true, &files));
  std::vector<int64_t> positions;
  if (!range.empty())
    PINHOLE_RETURN_IF_ERROR(parse_range(range, static_cast<int64_t>(files.size()), &positions));
  ProgressLine line;
  SizeWarning size_warning(mapper->trained_side());
  const auto count = static_cast<int64_t>(range.empty() ? files.size() : positions.size());
  for (int64_t i = 0; i < count; ++i) {
    line.show_count(i, count, things);
    const std::string& path = files[static_cast<size_t>(range.empty() ? i : positions[static_cast<size_t>(i)])];
    Image picture;
    FloatImage heat;
    PictureScore score;
    PINHOLE_RETURN_IF_ERROR(mapper->map(path, &picture, &heat, &score));
    size_warning.look_at(path, picture, &line);
    PINHOLE_RETURN_IF_ERROR(use(path, picture, heat, score.value));
  }
  return {};
}

} // namespace

Status evaluate_unlabelled(const DefectOptions& options, const std::string& good, const Common& common, Json* result) {
  HeatMapper mapper;
  PINHOLE_RETURN_IF_ERROR(mapper.open(options.model, common.thread_count()));
  std::vector<double> usual;
  if (!good.empty())
    PINHOLE_RETURN_IF_ERROR(for_each_score(good, "", "good pictures", &mapper,
                                           [&](const std::string&, const Image&, const FloatImage&, double score) {
                                             usual.push_back(score);
                                             return Status();
                                           }));
  DefectPictures pictures(options.heatmaps);
  PINHOLE_RETURN_IF_ERROR(pictures.open());
  Json rows = Json::array();
  PINHOLE_RETURN_IF_ERROR(for_each_score(
      options.data, options.range, "pictures", &mapper,
      [&](const std::string& path, const Image& picture, const FloatImage& heat, double score) {
        Json row = {{"image", base_name(path)}, {"score", score}};
        if (!good.empty()) {
          const auto as_high = std::count_if(usual.begin(), usual.end(), [&](double other) { return other >= score; });
          row["good_as_high"] = as_high;
          row["p"] = static_cast<double>(as_high + 1) / static_cast<double>(usual.size() + 1);
        }
        rows.push_back(row);
        return pictures.add(kPictures, path, picture, heat, {}, score);
      }));
  PINHOLE_RETURN_IF_ERROR(pictures.finish());
  *result = {{"model", options.model}, {"data", options.data}, {"per_image", rows}};
  if (!good.empty())
    (*result)["good_pictures"] = usual.size();
  return {};
}

void print_unlabelled(const Json& result) {
  std::vector<Json> rows = result["per_image"];
  std::stable_sort(rows.begin(), rows.end(), [](const Json& a, const Json& b) { return a["score"] > b["score"]; });
  const bool beside_good = result.contains("good_pictures");
  std::printf("%-40s %10s%s\n", "image, the highest score first", "score",
              beside_good ? "  good ones as high        p" : "");
  for (const Json& row : rows) {
    std::printf("%-40s %10.4f", row["image"].get<std::string>().c_str(), row["score"].get<double>());
    if (beside_good)
      std::printf("  %17lld %8.4f", row["good_as_high"].get<long long>(), row["p"].get<double>());
    std::printf("\n");
  }
  if (beside_good)
    std::printf("p: how often a good picture would score as high, as far as %lld good ones can tell\n",
                result["good_pictures"].get<long long>());
  else
    std::printf(
        "scores have a scale of the model's own: --good FOLDER, of good pictures that it was not trained on, says "
        "how high good ones are\n");
}

} // namespace pinhole::tool
