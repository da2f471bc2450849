// SPDX-License-Identifier: Apache-2.0
// A recipe: everything that makes a model, except the images and the time. JSON; recipes/README.md is its reference.
#pragma once

#include "engine/engine.h"
#include "train/corruption.h"

#include <string>
#include <vector>

namespace pinhole {

// --- model ---------------------------------------------------------------------------------------------------------

// A layer's attribute as written; numbers go to the layer's own parser.
struct AttributeSpec {
  std::string key;
  std::vector<int32_t> ints;
  std::vector<float> floats;
  bool same = false; // "same": padding that keeps the size, the odd row or column at the bottom and right
  int32_t line = 0;
};

// Use of another layer's parameter in place of an own one: "weight": "enc.weight".
struct TiedParameter {
  std::string parameter, source;
  int32_t line = 0;
};

enum class Initializer : uint8_t { standard = 0, kaiming = 1, xavier_uniform = 2, zero = 3 };

struct LayerSpec {
  std::string op, name;
  std::vector<std::string> inputs; // names of inputs or layers; empty: the layer before
  std::vector<AttributeSpec> attributes;
  std::vector<TiedParameter> tied;
  Initializer initializer = Initializer::standard;
  int32_t line = 0;
};

struct InputSpec {
  std::string name;
  int32_t channels = 1;
  bool vector = false;           // one value of `channels` numbers for the whole image: a noise level
  int32_t height = 0, width = 0; // 0: any
  int32_t line = 0;
};

// An inference entry point and the layers that give its outputs; a loss is about the first.
struct OutputSpec {
  std::string entry;
  std::vector<std::string> layers;
  std::string from; // layer whose result the caller gives, such as a code to decode; empty: none
  int32_t line = 0;
};

// kl_loss of two outputs of the trained entry, added to the loss.
struct KlSpec {
  std::string mean, log_variance; // empty: the loss has no such part
  std::vector<AttributeSpec> attributes;
  int32_t line = 0;
};

struct LossSpec {
  std::string op = "mse_loss", output; // output: an entry of the model; empty: the first
  std::vector<AttributeSpec> attributes;
  KlSpec kl;
  int32_t line = 0;
};

struct ModelSpec {
  std::vector<InputSpec> inputs; // the first is the image
  std::vector<LayerSpec> layers;
  std::vector<OutputSpec> outputs;
  LossSpec loss;

  // The entry that the loss is about; null when there is none of that name.
  const OutputSpec* trained_output() const {
    for (const OutputSpec& output : outputs)
      if (loss.output.empty() || output.entry == loss.output)
        return &output;
    return nullptr;
  }
};

// --- the rest ------------------------------------------------------------------------------------------------------

// What the trained output is compared with: the picture before it was corrupted, or where it was: 1 there, else 0.
enum class TrainingTarget : uint8_t { picture = 0, damage = 1 };

struct DataSpec {
  int32_t patch = 0;    // side of the square that is cut out at random; 0: whole images, each once in an epoch
  int32_t overhang = 0; // pixels by which a patch may lie beyond the image's edges, which are mirrored there
  bool flip = false, transpose = false;
  bool fit = false;                // pictures of any size are averaged into the model's fixed one
  bool normalise_exposure = false; // anomaly/exposure.h, before any corruption
  float brightness = 0;            // every picture is multiplied so that its mean becomes this, of 0..1; 0: not
  int32_t streaks = 0;             // rows: the surface is streaked down the picture; image/dark_paths.h; 0: it is not
  TrainingTarget target = TrainingTarget::picture;
  std::string licence;
};

struct WeightedCorruption {
  Corruption corruption;
  float weight = 1;               // share of the images that meet it
  Interval jpeg_quality;          // gaussian, sensor, camera: the noisy image is then compressed; 0: not
  Interval zoom = {1, 1};         // the clean image is enlarged first
  Interval level_factor = {1, 1}; // the network is told the noise level times this: estimates err
};

struct OptimizerSpec {
  Optimizer kind = Optimizer::adam;
  float learning_rate = 1e-3f;
  UpdateOptions update;
};

enum class ScheduleKind : uint8_t { constant = 0, step = 1, cosine = 2 };

struct ScheduleSpec {
  ScheduleKind kind = ScheduleKind::constant;
  int64_t warmup_steps = 0; // the rate rises linearly from 0
  int64_t step_size = 0;    // step: every so many steps the rate is multiplied by gamma
  float gamma = 0.1f;
  float final_rate = 0; // cosine: the rate after the last step
};

struct TrainingSpec {
  int32_t batch = 16;
  int64_t steps = 0, epochs = 0; // one of them is given
  float ema_decay = 0;           // 0: none; else validation and the files use the running mean of the weights
  std::string starts_from;       // a later stage: the recipe whose weights it needs to start from; empty: none
};

struct ValidationSpec {
  int32_t files = 0;  // held out for validation; 0: `fraction`
  float fraction = 0; // of all images
  // -1: drawn at random. 0 or more: the end of each run of neighbouring positions, and so many images before it are
  // left out of training too.
  int32_t gap = -1;
  int64_t every = 0;                  // steps between validations; 0: once in an epoch, or 20 times in all
  std::vector<Corruption> corruption; // each held-out image meets each of them; empty: as in training
  int32_t patience = 0;               // validations without progress before training stops; 0: never
  float min_delta = 0;                // progress is a validation loss lower than the best by more than this
  bool keep_best = false;             // the files hold the weights of the best validation, else the last
};

struct Recipe {
  std::string name, about;
  std::string text; // the JSON itself, for the provenance
  std::string file; // its path or name, for messages
  ModelSpec model;
  DataSpec data;
  std::vector<WeightedCorruption> corruption;
  OptimizerSpec optimizer;
  ScheduleSpec schedule;
  TrainingSpec training;
  ValidationSpec validation;
};

// Every fault is an error with file and line: unknown keys, wrong types, numbers out of range, keys given twice.
Status parse_recipe(const std::string& file, const std::string& text, Recipe* recipe);

// `name` is a path of a JSON file, or the name of a recipe that is compiled in; a file of that name wins.
Status load_recipe(const std::string& name, Recipe* recipe);

// The recipes that are compiled in.
struct NamedRecipe {
  const char* name;
  const char* text;
};
const NamedRecipe* named_recipes(int32_t* count);

} // namespace pinhole
