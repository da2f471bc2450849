// SPDX-License-Identifier: Apache-2.0
#include "anomaly/camera_view.h"

#include "anomaly/camera_samples.h"
#include "base/checked.h"
#include "base/exact_math.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr int32_t kTrustedFrames = 8;   // before that, any deviation is taken as it is
constexpr int32_t kLatestFrames = 32;   // time constant of what is the brightness lately
constexpr float kFarDeviations = 3;     // mean deviations; what is farther counts as so far
constexpr float kLeastUnrest = 0.01f;   // of detail
constexpr float kLeastDetail = 0.015f;  // 1.5 % contrast: less is nothing to see
constexpr float kDetailToUnrest = 1.5f; // a block must show more than its noise
constexpr float kLostSlope = 0.4f;      // share of a block's detail that is still there
constexpr float kSharpToUnrest = 2;
constexpr float kLeastSharpness = 2; // squared luma levels
constexpr float kDarkBlock = 8;      // mean luma under which a block says nothing about sharpness
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

float usual_light(const pinhole_camera_view& view, int32_t block) {
  return exact_exp(view.brightness[block]) - 1;
}

// Of the gradient, at the usual exposure.
float usual_energy(const pinhole_camera_view& view, int32_t block) {
  const float light = usual_light(view, block);
  return view.sharpness[block] * (light * light + 1);
}

bool has_edges(const pinhole_camera_view& view, int32_t block) {
  return view.sharpness[block] > kSharpToUnrest * view.sharpness_unrest[block] &&
         usual_light(view, block) > kDarkBlock && usual_energy(view, block) > kLeastSharpness;
}

bool is_ignored(const pinhole_camera_view& view, int32_t block) {
  return view.mask.leaves_enough && view.mask.block[block];
}

} // namespace

float steadiness(const pinhole_camera_view& view, int32_t cell) {
  if (view.mask.leaves_enough && view.mask.cell[cell])
    return 0;
  const float ratio = view.unrest[cell] / kUnsteady;
  return 1 / (1 + ratio * ratio);
}

void learn_view(const pinhole_camera_look& look, int32_t adapt_frames, pinhole_camera_view* view) {
  const float weight = 1 / static_cast<float>(min_of(view->frames + 1, adapt_frames));
  const float latest_weight = 1 / static_cast<float>(min_of(view->frames + 1, kLatestFrames));
  for (int32_t i = 0; i < kLookCells; ++i)
    learn_value(look.detail[i], weight, view->frames, kLeastUnrest, &view->detail[i], &view->unrest[i]);
  for (int32_t i = 0; i < kLookBlocks; ++i) {
    learn_value(exposure_free(look.sharpness[i], look.brightness[i]), weight, view->frames, 0.1f * view->sharpness[i],
                &view->sharpness[i], &view->sharpness_unrest[i]);
    const float brightness = exact_log(look.brightness[i] + 1);
    view->brightness[i] += weight * (brightness - view->brightness[i]);
    view->latest[i] += latest_weight * (brightness - view->latest[i]);
  }
  view->frames += view->frames < adapt_frames ? 1 : 0;
}

int32_t find_telling_blocks(const pinhole_camera_view& view, bool* telling) {
  float detail[kLookBlocks] = {0}, unrest[kLookBlocks] = {0}, steady[kLookBlocks] = {0};
  for (int32_t cell = 0; cell < kLookCells; ++cell) {
    const int32_t block = block_of_cell(cell % kLookColumns, cell / kLookColumns);
    const float weight = steadiness(view, cell);
    detail[block] += weight * view.detail[cell] * view.detail[cell];
    unrest[block] += weight * view.unrest[cell] * view.unrest[cell];
    steady[block] += weight;
  }
  int32_t count = 0;
  for (int32_t i = 0; i < kLookBlocks; ++i) {
    telling[i] = steady[i] > 0 && detail[i] >= kLeastDetail * kLeastDetail * steady[i] &&
                 detail[i] >= kDetailToUnrest * kDetailToUnrest * unrest[i];
    count += telling[i];
  }
  return count < kLeastViewBlocks ? 0 : count;
}

Loss find_loss(const pinhole_camera_look& look, const pinhole_camera_view& view) {
  bool telling[kLookBlocks];
  const int32_t voting = find_telling_blocks(view, telling);
  float product[kLookBlocks] = {0}, detail[kLookBlocks] = {0};
  for (int32_t cell = 0; cell < kLookCells; ++cell) {
    const int32_t block = block_of_cell(cell % kLookColumns, cell / kLookColumns);
    const float weighted = steadiness(view, cell) * view.detail[cell];
    product[block] += weighted * look.detail[cell];
    detail[block] += weighted * view.detail[cell];
  }
  int32_t lost = 0, comparable = 0;
  float energies[kLookBlocks];
  for (int32_t i = 0; i < kLookBlocks; ++i) {
    if (!telling[i] || product[i] >= kLostSlope * detail[i])
      continue;
    ++lost;
    if (has_edges(view, i))
      energies[comparable++] = look.sharpness[i] / usual_energy(view, i);
  }
  Loss loss;
  loss.share = voting == 0 ? 0 : static_cast<float>(lost) / static_cast<float>(voting);
  loss.energy = median(energies, comparable);
  return loss;
}

float sharpness_left(const pinhole_camera_look& look, const pinhole_camera_view& view) {
  float ratios[kLookBlocks];
  int32_t voting = 0;
  for (int32_t i = 0; i < kLookBlocks; ++i)
    if (has_edges(view, i) && !is_ignored(view, i) && look.brightness[i] > kDarkBlock)
      ratios[voting++] = exposure_free(look.sharpness[i], look.brightness[i]) / view.sharpness[i];
  return voting < kLeastViewBlocks ? 1 : median(ratios, voting);
}

float light_change(const pinhole_camera_look& look, const pinhole_camera_view& view) {
  float changes[kLookBlocks], counting[kLookBlocks];
  int32_t count = 0;
  for (int32_t i = 0; i < kLookBlocks; ++i) {
    changes[i] = exact_log(look.brightness[i] + 1) - view.brightness[i];
    if (!is_ignored(view, i))
      counting[count++] = changes[i];
  }
  return max_of(median(changes, kLookBlocks), median(counting, count));
}

float brightness_match(const pinhole_camera_look& look, const pinhole_camera_view& view) {
  float logs[kLookBlocks], mean = 0, latest_mean = 0;
  int32_t blocks[kLookBlocks], count = 0;
  for (int32_t i = 0; i < kLookBlocks; ++i)
    if (!is_ignored(view, i))
      blocks[count++] = i;
  const auto share = static_cast<float>(count);
  for (int32_t i = 0; i < count; ++i) {
    logs[i] = exact_log(look.brightness[blocks[i]] + 1);
    mean += logs[i] / share;
    latest_mean += view.latest[blocks[i]] / share;
  }
  float product = 0, square = 0, latest_square = 0;
  for (int32_t i = 0; i < count; ++i) {
    const float a = logs[i] - mean, b = view.latest[blocks[i]] - latest_mean;
    product += a * b;
    square += a * a;
    latest_square += b * b;
  }
  const float scale = std::sqrt(square * latest_square);
  return scale > 0 ? product / scale : 0;
}

} // namespace pinhole
