// SPDX-License-Identifier: Apache-2.0
// What recipes/scene.json says about training, for a scene that learns on the device; tests/train holds the two
// together. The recipe's running mean of the weights is left out: on a camera's frames it moved the threshold by less
// than 0.5 %, and it would take as much memory again as the parameters.
#pragma once

#include "train/sensor_noise.h"

namespace pinhole {

enum class SceneDamage : uint8_t { intruder, gaussian };

struct SceneCorruption {
  SceneDamage damage;
  Interval drawn; // intruder: share of the area; gaussian: standard deviation, 0..255
  float weight;   // share of the pictures that meet it
};

constexpr SceneCorruption kSceneCorruption[] = {{SceneDamage::intruder, {0.005f, 0.25f}, 3},
                                                {SceneDamage::gaussian, {0, 20}, 1}};
constexpr int32_t kSceneCorruptions = 2;
constexpr float kSceneRate = 3e-3f, kSceneFinalRate = 1e-5f; // Adam's, along a cosine
constexpr int64_t kSceneWarmupSteps = 100;
constexpr float kSceneWeightDecay = 1e-5f;
constexpr int32_t kSceneBatch = 16;
constexpr int32_t kSceneGap = 10; // frames from the last one of the training to the first of the calibration

} // namespace pinhole
