// SPDX-License-Identifier: Apache-2.0
// A pinhole_scene: what lies where, and the parts of its life. The struct lives in the setup memory; whatever changes
// from frame to frame lies in the state region.
//
// Two engines of the same file take turns: the trainer while the scene learns, the watcher afterwards. So they share
// threads, scratch and the prepared region, each of which is as large as the larger one needs.
#pragma once

#include "anomaly/scene_watch.h"
#include "pinhole/scene.h"

namespace pinhole {

// Frames kept for learning, at the model's size, one byte per value, before exposure is taken out.
struct KeptPictures {
  uint8_t* bytes;       // options.pictures times picture_bytes
  size_t picture_bytes; // of one
  Array<int32_t> order; // in which an epoch uses them
  int64_t epoch;        // that `order` belongs to; -1: none yet
  int32_t count;
};

struct Scene {
  pinhole_scene_options options;
  void* file;
  size_t file_bytes;
  Memory setup;
  Engine *trainer, *watcher;
  pinhole_sizes sizes;
  SceneScorer scorer; // arrays in the state region
  SceneWatch* watch;  // in the state region; its camera sees every frame of every phase
  KeptPictures kept;
  pinhole_scene_phase phase;
  uint64_t attempt;     // at learning; each has random numbers of its own
  int32_t collected;    // frames
  int32_t step, mapped; // of the learning: training steps, then pictures that the map has learned from
  int32_t waited;       // frames since the last that was collected
  int64_t number;       // of the latest frame
  int32_t moved;        // frames up to it, before watching, under the event of a camera that has moved
  int32_t together;     // frames up to it that followed one another, as many as a mean of scores needs at most
  int32_t apart;        // frames since the latest with which such a mean was full
};

// Takes everything that lies in the state region, the engines' part first. A measuring arena counts.
Status lay_out_state(Arena* state, Scene* scene);

// What every frame must be. `which` names it in the text.
Status check_scene_frame(const Scene& scene, const pinhole_frame& frame);

// The first phase begins; the state is laid out and clear.
Status start_collecting(Scene* scene);

// Forgets what was learned, but for what is in the file.
Status forget_learning(Scene* scene);

// Keeps a frame for learning; afterwards scene->kept.count is one more.
void keep_picture(const pinhole_frame& frame, Scene* scene);

// One piece of the learning. After the last one the watcher has what was learned, and the phase is calibrating.
Status learn_piece(Scene* scene, float* loss);

// The phase calibrating begins: the watcher takes over from the trainer, the record is empty.
Status start_calibrating(Scene* scene);

// The phase watching begins, with a checked calibration.
Status start_watching(const pinhole_calibration& calibration, Scene* scene);

// What this scene's calibrations are for: the file as it is now, and what `scorer` has learned.
pinhole_score_origin origin_of(const Scene& scene, const SceneScorer& scorer);

} // namespace pinhole

struct pinhole_scene {
  pinhole::Scene scene;
};
