// SPDX-License-Identifier: Apache-2.0
#include "scene_model.h"

#include "base/crc32c.h"
#include "denoiser.h"
#include "image/file_bytes.h"
#include "train/fitted_image.h"
#include "train/recipe.h"

#include <algorithm>

namespace pinhole::tool {
namespace {

constexpr char kWatchEntry[] = "watch";

} // namespace

Status SceneModel::open(const std::string& path, int32_t threads) {
  PINHOLE_RETURN_IF_ERROR(read_file(path, &file_));
  hash_ = crc32c(file_.data(), file_.size()) | static_cast<uint64_t>(file_.size()) << 32;
  EngineOptions options;
  options.threads = threads;
  options.plan.schedule = Schedule::whole;
  Status opened = engine_.open(file_, options);
  if (opened.ok() && find_entry(engine_->model, kWatchEntry)) { // gives the code too
    options.plan.program.entry = kWatchEntry;
    opened = engine_.open(file_, options);
  }
  if (!opened.ok())
    return with_path(path, opened);
  const Provenance& provenance = engine_->model.provenance;
  Recipe recipe;
  if (!parse_recipe(path, provenance.recipe, &recipe).ok() || !recipe.data.fit || !recipe.data.normalise_exposure)
    return error(Code::invalid_argument, "%s is no scene's model: make one with pinhole train scene",
                 short_path(path).c_str());
  trained_ = trained_frames(provenance.note);
  Arena counting(nullptr, 0);
  PINHOLE_RETURN_IF_ERROR(make_scene_scorer(engine_.get(), &counting, &scorer_));
  if (!memory_.resize(counting.used()))
    return error(Code::too_little_memory, "%s: no %zu bytes for the scene", short_path(path).c_str(), counting.used());
  Arena arena(memory_.data(), memory_.size());
  return make_scene_scorer(engine_.get(), &arena, &scorer_);
}

Status SceneModel::checksum_of(const Image& frame, uint32_t* checksum) const {
  const Desc& desc = scorer_.picture.desc;
  Image fitted;
  PINHOLE_RETURN_IF_ERROR(fit_image(frame, desc.h, desc.w, desc.c, &fitted));
  *checksum = frame_checksum(fitted);
  return {};
}

bool SceneModel::was_trained_on(uint32_t checksum) const {
  return std::binary_search(trained_.begin(), trained_.end(), checksum);
}

Status make_host_record(int32_t capacity, AlignedBytes* memory, ScoreRecord* record) {
  Arena counting(nullptr, 0);
  bool fits = make_score_record(&counting, capacity, record) && memory->resize(counting.used());
  if (fits) {
    Arena arena(memory->data(), memory->size());
    fits = make_score_record(&arena, capacity, record);
  }
  return fits ? Status() : error(Code::too_little_memory, "no memory for %d scores", capacity);
}

} // namespace pinhole::tool
