// SPDX-License-Identifier: Apache-2.0
// From a frame to its score: fitted to the model's size, exposure taken out, reconstructed, compared with what each
// place is used to.
#pragma once

#include "anomaly/code_law.h"
#include "anomaly/kl_law.h"
#include "anomaly/scene_map.h"
#include "engine/engine.h"

namespace pinhole {

struct SceneScorer {
  Engine* engine = nullptr; // bound, of a model with one image of a fixed size in and out, whole schedule
  SceneMap map;
  CodeLaw law;  // without numbers when the entry has no second output, the code
  KlLaw kl;     // learns nothing when the entry has no third output, the code's log variance
  View picture; // what the model sees: fitted, laid back to where it was learned (map.place), exposure taken out
  View reconstruction, code, log_variance;
};

// Takes all its memory from `arena`, or counts it. invalid_argument when the engine is not such a one. The entry's
// outputs: the picture, the code (a variational autoencoder's: its mean), the code's log variance.
Status make_scene_scorer(Engine* engine, Arena* arena, SceneScorer* scorer);

// Before anything is learned. invalid_argument: a weight out of range, or one for an output that the entry does not
// give.
Status set_score_weights(const ScoreWeights& weights, SceneScorer* scorer);

// A normal frame of any size and format, from which the map learns.
Status learn_frame(const pinhole_frame& frame, SceneScorer* scorer);

// The same for what the caller has put into scorer->picture: fitted, exposure taken out.
Status learn_picture(SceneScorer* scorer);

// Score of a frame; the box is in the frame's pixels.
Status score_frame(const pinhole_frame& frame, int32_t least_cells, SceneScorer* scorer, SceneScore* score);

// Of the frame that was scored last, without `place`, in its pixels, and what hangs together with it (score_outside).
// Score, cells and box alone are set; what the code says is of the whole frame, and not part of it.
void score_beside(const pinhole_frame& frame, const pinhole_box& place, float enough, int32_t least_cells,
                  SceneScorer* scorer, SceneScore* score);

// Of that frame, the score of the highest cell in `place`, at least 0.
float score_within(const pinhole_frame& frame, const pinhole_box& place, const SceneScorer& scorer);

// Marks cells that never count: those that a pixel of `mask` (any size) touches which is darker than half. Before
// anything is learned. invalid_argument: fewer than `least_cells` are left; nothing is marked then.
Status ignore_cells(const pinhole_frame& mask, int32_t least_cells, SceneScorer* scorer);

} // namespace pinhole
