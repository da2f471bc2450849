// SPDX-License-Identifier: Apache-2.0
// How well a scene is usually reconstructed, place by place, and how far a frame is from that: the frame's score, the
// box and the heat map. The picture is cut into cells; an edge that the network never gets quite right is not an
// anomaly, because its cell is used to it.
#pragma once

#include "anomaly/exposure.h"
#include "anomaly/ignored_cells.h"
#include "anomaly/local_light.h"
#include "anomaly/scene_sight.h"
#include "anomaly/sway.h"
#include "anomaly/warp.h"
#include "base/arena.h"
#include "base/checked.h"
#include "base/status.h"
#include "pinhole/alerts.h"

namespace pinhole {

constexpr int32_t kLeastLearned = 8;
constexpr int32_t kMostLeastCells = 64;

// What a frame's score is made of: a cell's residual counts `residual` times, what its surroundings lack in SSIM `ssim`
// times; the square of the code's distance is added `code` times, that of its divergence's rise `kl` times. Finite,
// none below 0, residual or ssim above.
struct ScoreWeights {
  float residual = 1, ssim = 0, code = 0, kl = 0;
};
constexpr float kMostScoreWeight = 1e4f;

// Arrays have one entry per cell, row by row. All memory is the caller's.
struct SceneMap {
  int32_t height = 0, width = 0; // of the model's picture
  int32_t rows = 0, columns = 0; // of cells; those at the right and bottom may be smaller
  int32_t frames = 0;            // learned from
  Levels levels;                 // of the picture; set before each of them
  Warp place;                    // of the scene in what the camera shows; the picture is laid back by the caller
  float brightness = 0;   // most that 1 of a reconstruction was of the sensor's range, in the frames learned from
  float lift = 1;         // of the latest frame: the same in units of that
  View expected;          // of the latest frame: its reconstruction, laid where it is seen
  Warp sway;              // of the latest frame
  GainFit fit;            // of the latest frame
  LocalLight light;       // of the latest frame
  ScoreWeights weights;   // before the first frame is learned; `code` and `kl` are scene_scorer.h's
  Array<float> mean;      // running mean of a cell's residual
  Array<float> square;    // sum of the squares by which the 3x3 cells around it were, in the mean, off theirs
  Array<float> detail;    // running mean of a cell's light against the cells around it (scene_sight.h)
  Array<float> residual;  // of the latest frame, weighted; in units of its own majority's residual
  Array<float> excess;    // of the latest frame: rise of the 3x3 cells around, in units of its usual size
  Array<uint8_t> ignored; // 1: the cell never counts
  Array<int32_t> queue;   // for the box
};

struct SceneScore {
  float score = 0;   // square of the excess of the `least_cells`-th highest cell: noise then has the exponential tail
                     // with which calibration.h extrapolates
  int32_t cells = 0; // of the patch around the highest cell that reaches half of its excess
  pinhole_box box = {}; // of that patch, in pixels of the model's picture
  float gain = 1;       // of the frame against its reconstruction
  SceneSight sight;     // of what was learned
};

// Whether a stored number can be a map's brightness.
inline bool is_brightness(float number) {
  return number > -1e6f && number < 1e6f;
}

// Whether a stored number can be a cell's detail: at most the sensor's range against its darkest surroundings.
inline bool is_detail(float number) {
  return number > -1e3f && number < 1e3f;
}

// The pixels of a cell.
inline Window window_of(const SceneMap& map, int32_t cell) {
  const int32_t top = cell / map.columns * kCellSide, left = cell % map.columns * kCellSide;
  return {top, left, min_of(top + kCellSide, map.height), min_of(left + kCellSide, map.width)};
}

// For pictures of 1 or 3 channels. Takes the arrays from `arena`: too_little_memory when they do not fit. A measuring
// arena counts.
Status make_scene_map(Arena* arena, int32_t height, int32_t width, int32_t channels, SceneMap* map);

// One normal frame. Both views: n = 1, f32, of the map's size and channels.
Status learn_scene(const View& picture, const View& reconstruction, SceneMap* map);

// Scores a frame. invalid_argument before kLeastLearned frames were learned; numeric when a pixel is not finite.
// `least_cells` >= 1: an anomaly smaller than that has no score of its own.
Status score_scene(const View& picture, const View& reconstruction, int32_t least_cells, SceneMap* map,
                   SceneScore* score);

// The same of the latest frame without `place`, in pixels of the model's picture, and without what hangs together with
// it in cells of a score of at least `enough`: its rim. Score, cells and box alone are set.
void score_outside(const pinhole_box& place, float enough, int32_t least_cells, SceneMap* map, SceneScore* score);

// The score of the highest cell that `place` touches, at least 0.
float highest_within(const pinhole_box& place, const SceneMap& map);

// Square of the excess of the latest frame at a pixel of the picture as the camera shows it, at least 0; 0 where
// nothing counts.
float heat_at(const SceneMap& map, int32_t y, int32_t x);

} // namespace pinhole
