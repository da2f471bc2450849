// SPDX-License-Identifier: Apache-2.0
// A scorer of recipe scene-vae's network before training, and pictures for it.
#pragma once

#include "anomaly/scene_scorer.h"
#include "train/host_engine.h"
#include "train/owned_model.h"
#include "train/tiny.h"
#include "weights/writer.h"

namespace pinhole::test {

struct VariationalScene {
  HostEngine engine;
  AlignedBytes memory;
  SceneScorer scorer;

  // The file of the network, with a decoder that draws something.
  static std::vector<uint8_t> network() {
    Recipe recipe;
    OwnedModel model;
    EXPECT_TRUE(load_recipe("scene-vae", &recipe).ok());
    for (LayerSpec& layer : recipe.model.layers)
      layer.initializer = Initializer::standard;
    EXPECT_TRUE(build_model(recipe, 1, 0, 0, &model).ok());
    std::vector<uint8_t> file;
    EXPECT_TRUE(write_model(model.model, &file).ok());
    return file;
  }

  // `entry` is what the scorer runs; `missing` bytes are kept from it.
  Status open(const char* entry, size_t missing = 0) {
    EngineOptions options;
    options.plan.program.entry = entry;
    options.plan.schedule = Schedule::whole;
    PINHOLE_RETURN_IF_ERROR(engine.open(network(), options));
    Arena counting(nullptr, 0);
    SceneScorer counted;
    PINHOLE_RETURN_IF_ERROR(make_scene_scorer(engine.get(), &counting, &counted));
    EXPECT_TRUE(memory.resize(counting.used()));
    Arena arena(memory.data(), counting.used() - missing);
    return make_scene_scorer(engine.get(), &arena, &scorer);
  }
};

inline pinhole_frame frame_of_picture(const Image& image) {
  return {PINHOLE_GRAY8,
          image.width,
          image.height,
          {const_cast<uint8_t*>(image.pixels.data()), nullptr},
          {static_cast<size_t>(image.width), 0},
          0};
}

} // namespace pinhole::test
