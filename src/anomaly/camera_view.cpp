// SPDX-License-Identifier: Apache-2.0
#include "anomaly/camera_view.h"

#include "anomaly/camera_samples.h"
#include "base/checked.h"
#include "base/exact_math.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr int32_t kTrustedFrames = 8;   // before that, any deviation is taken as it is
constexpr float kFarDeviations = 3;     // mean deviations; what is farther counts as so far
constexpr float kLeastUnrest = 0.01f;   // of detail
constexpr float kLeastDetail = 0.015f;  // 1.5 % contrast: less is nothing to see
constexpr float kDetailToUnrest = 1.5f; // a block must show more than its noise
constexpr float kLostSlope = 0.4f;      // share of a block's detail that is still there
constexpr float kSharpToUnrest = 4;
constexpr float kLeastSharpness = 2; // squared luma levels
constexpr float kDarkBlock = 8;      // mean luma under which a block says nothing about sharpness
constexpr int32_t kLeastBlocks = 6;
constexpr float kUnsteady = 0.05f;

// Moves *mean and *unrest (mean deviation) towards `value`.
void learn_value(float value, float weight, int32_t frames, float least_unrest, float* mean, float* unrest) {
  const float far = kFarDeviations * max_of(*unrest, least_unrest);
  float step = value - *mean;
  if (frames >= kTrustedFrames)
    step = min_of(max_of(step, -far), far);
  *mean += weight * step;
  *unrest += weight * (std::fabs(step) - *unrest);
}

// Gradients grow with the exposure; so does their energy, squared.
float exposure_free(float sharpness, float brightness) {
  return sharpness / (brightness * brightness + 1);
}

bool has_edges(const pinhole_camera_view& view, int32_t block) {
  const float usual_light = exact_exp(view.brightness[block]);
  return view.sharpness[block] > kSharpToUnrest * view.sharpness_unrest[block] && usual_light > kDarkBlock &&
         view.sharpness[block] * usual_light * usual_light > kLeastSharpness;
}

struct BlockSums {
  float product = 0, detail = 0, unrest = 0, steady = 0;
};

} // namespace

float steadiness(const pinhole_camera_view& view, int32_t cell) {
  const float ratio = view.unrest[cell] / kUnsteady;
  return 1 / (1 + ratio * ratio);
}

void learn_view(const pinhole_camera_look& look, int32_t adapt_frames, pinhole_camera_view* view) {
  const float weight = 1 / static_cast<float>(min_of(view->frames + 1, adapt_frames));
  for (int32_t i = 0; i < kLookCells; ++i)
    learn_value(look.detail[i], weight, view->frames, kLeastUnrest, &view->detail[i], &view->unrest[i]);
  for (int32_t i = 0; i < kLookBlocks; ++i) {
    learn_value(exposure_free(look.sharpness[i], look.brightness[i]), weight, view->frames, 0.1f * view->sharpness[i],
                &view->sharpness[i], &view->sharpness_unrest[i]);
    view->brightness[i] += weight * (exact_log(look.brightness[i] + 1) - view->brightness[i]);
  }
  view->frames += view->frames < adapt_frames ? 1 : 0;
}

float lost_share(const pinhole_camera_look& look, const pinhole_camera_view& view) {
  BlockSums sums[kLookBlocks];
  for (int32_t row = 0; row < kLookRows; ++row)
    for (int32_t column = 0; column < kLookColumns; ++column) {
      BlockSums& block = sums[block_of_cell(column, row)];
      const int32_t cell = row * kLookColumns + column;
      const float weight = steadiness(view, cell), usual = view.detail[cell];
      block.product += weight * usual * look.detail[cell];
      block.detail += weight * usual * usual;
      block.unrest += weight * view.unrest[cell] * view.unrest[cell];
      block.steady += weight;
    }
  int32_t voting = 0, lost = 0;
  for (const BlockSums& block : sums) {
    if (block.detail < kLeastDetail * kLeastDetail * block.steady ||
        block.detail < kDetailToUnrest * kDetailToUnrest * block.unrest)
      continue;
    ++voting;
    lost += block.product < kLostSlope * block.detail;
  }
  return voting < kLeastBlocks ? 0 : static_cast<float>(lost) / static_cast<float>(voting);
}

Sharpness compare_sharpness(const pinhole_camera_look& look, const pinhole_camera_view& view) {
  float ratios[kLookBlocks], energies[kLookBlocks];
  int32_t voting = 0, lit = 0;
  for (int32_t i = 0; i < kLookBlocks; ++i) {
    if (!has_edges(view, i))
      continue;
    const float usual_light = exact_exp(view.brightness[i]) - 1;
    energies[voting++] = look.sharpness[i] / (view.sharpness[i] * (usual_light * usual_light + 1));
    if (look.brightness[i] > kDarkBlock)
      ratios[lit++] = exposure_free(look.sharpness[i], look.brightness[i]) / view.sharpness[i];
  }
  Sharpness result;
  if (voting >= kLeastBlocks)
    result.energy = median(energies, voting);
  if (lit >= kLeastBlocks)
    result.ratio = median(ratios, lit);
  return result;
}

float light_change(const pinhole_camera_look& look, const pinhole_camera_view& view) {
  float changes[kLookBlocks];
  for (int32_t i = 0; i < kLookBlocks; ++i)
    changes[i] = exact_log(look.brightness[i] + 1) - view.brightness[i];
  return median(changes, kLookBlocks);
}

float brightness_match(const pinhole_camera_look& look, const pinhole_camera_view& view) {
  float logs[kLookBlocks], mean = 0, usual_mean = 0;
  for (int32_t i = 0; i < kLookBlocks; ++i) {
    logs[i] = exact_log(look.brightness[i] + 1);
    mean += logs[i] / kLookBlocks;
    usual_mean += view.brightness[i] / kLookBlocks;
  }
  float product = 0, square = 0, usual_square = 0;
  for (int32_t i = 0; i < kLookBlocks; ++i) {
    const float a = logs[i] - mean, b = view.brightness[i] - usual_mean;
    product += a * b;
    square += a * a;
    usual_square += b * b;
  }
  const float scale = std::sqrt(square * usual_square);
  return scale > 0 ? product / scale : 0;
}

} // namespace pinhole
