// SPDX-License-Identifier: Apache-2.0
#include "denoiser.h"

#include "engine/frame.h"
#include "image/file_bytes.h"
#include "option_values.h"
#include "train/fitted_image.h"
#include "train/recipe.h"
#include "weights/mapped_file.h"

#include <utility>

namespace pinhole::tool {

Status read_file(const std::string& path, std::vector<uint8_t>* bytes) {
  MappedFile file;
  PINHOLE_RETURN_IF_ERROR(file.open(path));
  const auto* begin = static_cast<const uint8_t*>(file.data());
  bytes->assign(begin, begin + file.size());
  return {};
}

namespace {

struct Work {
  const FloatImage* in;
  FloatImage* out;
  float level, scale, offset;
};

void load(void* context, ValueId, const View& view, RowRange rows) {
  const auto* work = static_cast<const Work*>(context);
  if (view.desc.h * view.desc.w == 1) {
    *view.row<float>(0, 0) = work->level / 255;
    return;
  }
  const FloatImage& in = *work->in;
  for (int32_t y = rows.begin; y < rows.end; ++y)
    for (int32_t x = 0; x < view.desc.w; ++x) {
      const float* from = in.row(mirror_index(y, in.height)) + mirror_index(x, in.width) * in.channels;
      for (int32_t c = 0; c < in.channels; ++c)
        view.row<float>(0, y)[x * view.pixel_stride + c] = from[c] * work->scale + work->offset;
    }
}

void store(void* context, ValueId, const View& view, RowRange rows) {
  const auto* work = static_cast<const Work*>(context);
  FloatImage* out = work->out;
  for (int32_t y = rows.begin; y < std::min(rows.end, out->height); ++y)
    for (int32_t x = 0; x < out->width; ++x)
      for (int32_t c = 0; c < out->channels; ++c)
        out->row(y)[x * out->channels + c] =
            (view.row<float>(0, y)[x * view.pixel_stride + c] - work->offset) / work->scale;
}

float estimate(const FloatImage& image) {
  const Image bytes = to_bytes(image);
  return estimate_noise_level(frame_of(bytes));
}

// The first inference entry takes one image of the model's channels (and perhaps a level) and gives one back.
Status check_entry(const std::string& path, const Engine& engine) {
  const Program& program = engine.plan.program;
  const auto channels = static_cast<int32_t>(engine.model.preprocessing.channels);
  const Desc& out = program.values[program.entry->outputs[0]].desc;
  int32_t images = 0;
  for (ValueId input : program.entry->inputs)
    images +=
        program.values[input].desc.h * program.values[input].desc.w > 1 && program.values[input].desc.c == channels;
  if (images != 1 || out.c != channels || out.h * out.w <= 1)
    return error(Code::invalid_argument, "%s: entry '%s' does not turn an image into an image", path.c_str(),
                 program.entry->name);
  return {};
}

} // namespace

Status Denoiser::open(const std::string& path, int32_t threads, Schedule schedule) {
  std::vector<uint8_t> file;
  PINHOLE_RETURN_IF_ERROR(read_file(path, &file));
  return open_bytes(path, std::move(file), threads, schedule);
}

Status Denoiser::open_bytes(const std::string& path, std::vector<uint8_t> file, int32_t threads, Schedule schedule) {
  file_ = std::move(file);
  options_.threads = threads;
  options_.plan.schedule = schedule;
  HostEngine probe;
  if (Status status = probe.open(file_, options_); !status.ok())
    return error(status.code, "%s: %s", path.c_str(), status.text);
  channels_ = static_cast<int32_t>(probe->model.preprocessing.channels);
  recipe_ = probe->model.provenance.recipe ? probe->model.provenance.recipe : "";
  return check_entry(path, *probe);
}

Status Denoiser::check_cleans(const std::string& path) const {
  Recipe recipe;
  if (!parse_recipe(path, recipe_, &recipe).ok())
    return {};
  const char* name = recipe.name.c_str();
  if (recipe.data.target == TrainingTarget::damage)
    return error(Code::invalid_argument,
                 "%s is a model of %s: it cleans no picture, it says where one is defective: "
                 "pinhole eval with a folder of test/KIND and ground_truth/KIND",
                 short_path(path).c_str(), name);
  if (recipe.data.fit && recipe.data.normalise_exposure)
    return error(Code::invalid_argument,
                 "%s is a model of %s: it cleans no picture, it knows what one camera sees: use "
                 "pinhole calibrate and watch",
                 short_path(path).c_str(), name);
  return {};
}

Status Denoiser::plan_for(int32_t width, int32_t height) {
  if (width == width_ && height == height_)
    return {};
  options_.plan.program.width = width;
  options_.plan.program.height = height;
  width_ = height_ = 0;
  PINHOLE_RETURN_IF_ERROR(engine_.open(file_, options_));
  width_ = width;
  height_ = height;
  return {};
}

Status Denoiser::run(const FloatImage& noisy, float level, FloatImage* clean, float* used_level) {
  PINHOLE_RETURN_IF_ERROR(plan_for(noisy.width, noisy.height));
  PINHOLE_RETURN_IF_ERROR(make_image(noisy.width, noisy.height, noisy.channels, clean));
  const Preprocessing& pixels = engine_->model.preprocessing;
  Work work = {&noisy, clean, level == kLevelAuto ? estimate(noisy) : level, pixels.scale, pixels.offset};
  if (used_level)
    *used_level = work.level;
  return run_engine(engine_.get(), {&work, load, store});
}

} // namespace pinhole::tool
