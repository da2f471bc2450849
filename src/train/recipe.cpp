// SPDX-License-Identifier: Apache-2.0
#include "train/recipe.h"

#include "image/file_bytes.h"
#include "train/recipe_model.h"

#include <sys/stat.h>

namespace pinhole {
namespace {

constexpr int64_t kMost = int64_t{1} << 40; // of steps

Status read_data(const std::string& file, const Json& json, DataSpec* data) {
  ObjectReader reader(file, json, "data");
  reader.integer("patch", &data->patch, 1, 4096);
  reader.integer("overhang", &data->overhang, 0, 4096);
  if (data->overhang > data->patch / 2)
    reader.fault(json.line, "\"overhang\" must be at most half of \"patch\"");
  reader.number("brightness", &data->brightness, 0, 1);
  reader.integer("streaks", &data->streaks, 0, 199);
  if (data->streaks > 0 && (data->streaks < 3 || data->streaks % 2 == 0))
    reader.fault(json.line, "\"streaks\" must be an odd number of rows, 3 to 199");
  reader.flag("flip", &data->flip);
  reader.flag("transpose", &data->transpose);
  reader.flag("fit", &data->fit);
  reader.flag("normalise_exposure", &data->normalise_exposure);
  int32_t target = 0;
  reader.choice("target", {"picture", "damage"}, &target); // in the order of TrainingTarget
  data->target = static_cast<TrainingTarget>(target);
  if (data->fit && data->patch > 0)
    reader.fault(json.line, "data takes either \"patch\" or \"fit\"");
  reader.text("licence", &data->licence);
  return reader.finish();
}

bool adds_noise(CorruptionKind kind) {
  return kind == CorruptionKind::gaussian || kind == CorruptionKind::sensor || kind == CorruptionKind::camera;
}

// The names are CorruptionKind's, in order.
Status read_corruption(const std::string& file, const Json& json, WeightedCorruption* entry) {
  ObjectReader reader(file, json, "corruption");
  int32_t kind = 0;
  Corruption& corruption = entry->corruption;
  reader.require("kind");
  reader.choice("kind",
                {"none", "gaussian", "sensor", "mask", "occlude", "jpeg", "camera", "intruder", "isp", "defect",
                 "misprint", "crack"},
                &kind);
  corruption.kind = static_cast<CorruptionKind>(kind);
  reader.number("weight", &entry->weight, 0, 1e6);
  const auto interval = [&](const char* key, Interval* value, double low, double high) {
    reader.require(key);
    reader.interval(key, value, low, high);
  };
  if (corruption.kind == CorruptionKind::gaussian || corruption.kind == CorruptionKind::camera)
    interval("sigma", &corruption.first, 0, 255);
  if (corruption.kind == CorruptionKind::camera) {
    interval("blur", &corruption.second, 0, kMostCameraBlur);
    reader.interval("colour_blur", &corruption.colour_blur, 0, kMostCameraBlur);
    reader.interval("colour_gain", &corruption.colour_gain, 0, 10);
  }
  if (corruption.kind == CorruptionKind::isp) {
    interval("photons", &corruption.first, 1, static_cast<double>(kMostPhotons));
    interval("chroma_width", &corruption.second, 0, static_cast<double>(kMostCameraBlur));
    reader.interval("demosaic", &corruption.third, 0, 2);
  } else {
    reader.interval("zoom", &entry->zoom, 1, 4);
  }
  if (corruption.kind == CorruptionKind::sensor) {
    interval("a", &corruption.first, 0, 1);
    interval("b", &corruption.second, 0, 1);
  }
  if (adds_noise(corruption.kind)) {
    reader.interval("jpeg_quality", &entry->jpeg_quality, 1, 100);
    reader.interval("level_factor", &entry->level_factor, 0, 100);
  }
  if (corruption.kind == CorruptionKind::intruder)
    interval("area", &corruption.first, 0, 1);
  if (corruption.kind == CorruptionKind::defect || corruption.kind == CorruptionKind::misprint)
    interval("size", &corruption.first, 1, static_cast<double>(kLongestDefect));
  if (corruption.kind == CorruptionKind::crack)
    interval("length", &corruption.first, 1, static_cast<double>(kLongestDefect));
  if (corruption.kind == CorruptionKind::defect || corruption.kind == CorruptionKind::crack)
    interval("contrast", &corruption.second, 0, 1);
  if (corruption.kind == CorruptionKind::mask)
    interval("probability", &corruption.first, 0, 1);
  if (corruption.kind == CorruptionKind::jpeg)
    interval("quality", &corruption.first, 1, 100);
  return reader.finish();
}

Status read_corruptions(const std::string& file, const Json& json, std::vector<WeightedCorruption>* list) {
  double total = 0;
  for (const Json& element : json.elements) {
    list->emplace_back();
    PINHOLE_RETURN_IF_ERROR(read_corruption(file, element, &list->back()));
    total += static_cast<double>(list->back().weight);
  }
  if (!list->empty() && !(total > 0))
    return error_at_line(file, json.line, "the weights of \"corruption\" are all 0");
  return Status();
}

Status read_optimizer(const std::string& file, const Json& json, OptimizerSpec* optimizer) {
  ObjectReader reader(file, json, "optimizer");
  UpdateOptions& update = optimizer->update;
  int32_t kind = static_cast<int32_t>(optimizer->kind);
  reader.choice("kind", {"sgd", "adam", "adamw"}, &kind); // in the order of Optimizer
  optimizer->kind = static_cast<Optimizer>(kind);
  reader.number("learning_rate", &optimizer->learning_rate, 0, 10);
  reader.number("weight_decay", &update.weight_decay, 0, 1);
  reader.number("clip_norm", &update.max_gradient_norm, 0, 1e9);
  if (optimizer->kind == Optimizer::sgd) {
    reader.number("momentum", &update.momentum, 0, 1);
    reader.flag("nesterov", &update.nesterov);
  } else {
    reader.number("beta1", &update.beta1, 0, 0.99999);
    reader.number("beta2", &update.beta2, 0, 0.9999999);
    reader.number("epsilon", &update.epsilon, 1e-12, 1);
  }
  return reader.finish();
}

Status read_schedule(const std::string& file, const Json& json, ScheduleSpec* schedule) {
  ObjectReader reader(file, json, "schedule");
  int32_t kind = 0;
  reader.choice("kind", {"constant", "step", "cosine"}, &kind); // in the order of ScheduleKind
  schedule->kind = static_cast<ScheduleKind>(kind);
  reader.integer("warmup_steps", &schedule->warmup_steps, 0, kMost);
  if (schedule->kind == ScheduleKind::step) {
    reader.require("step_size");
    reader.integer("step_size", &schedule->step_size, 1, kMost);
    reader.number("gamma", &schedule->gamma, 0, 1);
  }
  if (schedule->kind == ScheduleKind::cosine)
    reader.number("final_rate", &schedule->final_rate, 0, 10);
  return reader.finish();
}

Status read_training(const std::string& file, const Json& json, TrainingSpec* training) {
  ObjectReader reader(file, json, "training");
  reader.integer("batch", &training->batch, 1, 65535);
  const bool steps = reader.integer("steps", &training->steps, 1, kMost);
  const bool epochs = reader.integer("epochs", &training->epochs, 1, 1000000);
  reader.number("ema_decay", &training->ema_decay, 0, 0.999999);
  reader.text("starts_from", &training->starts_from);
  if (steps == epochs)
    reader.fault(json.line, "training needs either \"steps\" or \"epochs\"");
  return reader.finish();
}

Status read_validation(const std::string& file, const Json& json, ValidationSpec* validation) {
  ObjectReader reader(file, json, "validation");
  reader.integer("files", &validation->files, 1, 1000000);
  reader.number("fraction", &validation->fraction, 0, 0.9);
  reader.integer("gap", &validation->gap, 0, 1000000);
  if (validation->gap >= 0 && validation->files > 0)
    reader.fault(json.line, "validation takes either \"files\" or \"gap\", which holds out a \"fraction\" of each run");
  reader.integer("every", &validation->every, 1, kMost);
  reader.integer("patience", &validation->patience, 0, 1000000);
  reader.number("min_delta", &validation->min_delta, 0, 1e9);
  reader.flag("keep_best", &validation->keep_best);
  if (const Json* list = reader.member("corruption", Json::Kind::array)) {
    for (const Json& element : list->elements) {
      Corruption corruption;
      const Status status = element.kind == Json::Kind::text ? parse_corruption(element.text.c_str(), &corruption)
                                                             : error(Code::invalid_argument, "must be texts");
      if (!status.ok())
        reader.fault(element.line, std::string("corruption in validation: ") + status.text);
      validation->corruption.push_back(corruption);
    }
  }
  return reader.finish();
}

bool is_file(const std::string& path) {
  struct stat info = {};
  return stat(path.c_str(), &info) == 0 && !S_ISDIR(info.st_mode);
}

std::vector<std::string> recipe_names() {
  int32_t count = 0;
  const NamedRecipe* recipes = named_recipes(&count);
  std::vector<std::string> names(static_cast<size_t>(count));
  for (int32_t i = 0; i < count; ++i)
    names[static_cast<size_t>(i)] = recipes[i].name;
  return names;
}

} // namespace

Status parse_recipe(const std::string& file, const std::string& text, Recipe* recipe) {
  *recipe = Recipe();
  recipe->file = file;
  recipe->text = text;
  Json json;
  PINHOLE_RETURN_IF_ERROR(parse_json(file, text, &json));
  ObjectReader reader(file, json, "the recipe");
  for (const char* key : {"name", "model", "loss", "training"})
    reader.require(key);
  reader.text("name", &recipe->name);
  reader.text("about", &recipe->about);
  // A section is read when it is there; the first fault wins.
  const auto section = [&](const char* key, auto read, auto* target, Json::Kind kind = Json::Kind::object) {
    const Json* value = reader.member(key, kind);
    if (value && reader.status().ok())
      reader.adopt(read(file, *value, target));
  };
  section("model", read_model_spec, &recipe->model);
  section("loss", read_loss_spec, &recipe->model.loss);
  section("data", read_data, &recipe->data);
  section("corruption", read_corruptions, &recipe->corruption, Json::Kind::array);
  section("optimizer", read_optimizer, &recipe->optimizer);
  section("schedule", read_schedule, &recipe->schedule);
  section("training", read_training, &recipe->training);
  section("validation", read_validation, &recipe->validation);
  if (recipe->data.fit && !recipe->model.inputs.empty() && recipe->model.inputs[0].height == 0)
    reader.fault(recipe->model.inputs[0].line, "data has \"fit\": the first input needs a \"height\" and \"width\"");
  return reader.finish();
}

Status load_recipe(const std::string& name, Recipe* recipe) {
  constexpr int64_t kMaxRecipeBytes = 1 << 20;
  if (is_file(name)) {
    std::vector<uint8_t> bytes;
    PINHOLE_RETURN_IF_ERROR(read_file(name, kMaxRecipeBytes, &bytes));
    return parse_recipe(name, std::string(bytes.begin(), bytes.end()), recipe);
  }
  int32_t count = 0;
  const NamedRecipe* recipes = named_recipes(&count);
  for (int32_t i = 0; i < count; ++i)
    if (name == recipes[i].name)
      return parse_recipe("recipes/" + name + ".json", recipes[i].text, recipe);
  return error(Code::invalid_argument, "no recipe and no file is called '%s'%s: pinhole train --list has them all",
               short_path(name).c_str(), did_you_mean(name, recipe_names()).c_str());
}

} // namespace pinhole
