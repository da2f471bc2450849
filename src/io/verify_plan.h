// SPDX-License-Identifier: Apache-2.0
// Proof that a plan is exact: the program is run in painted, fenced memory of just the planned size.
#pragma once

#include "engine/engine.h"
#include "io/fenced_memory.h"
#include "pinhole/scene.h"

namespace pinhole {

struct RegionProof {
  size_t planned = 0;
  size_t used = 0;               // highest byte touched, rounded up to the 64 bytes in which memory is planned
  bool one_less_refused = false; // with one byte less the engine says too_little_memory
};

struct PlanProof {
  RegionProof region[kRegions]; // indexed by Region
  bool exact() const;           // all of them: used == planned and one byte less refused
};

// One life of something that plans its memory: allocates `memory`, paints it with `pattern`, stores the planned bytes
// and uses them all but for the shortfall, which it must refuse. Arrays are indexed by Region.
struct PlannedLife {
  const void* context;
  Status (*live)(const void* context, const size_t (&shortfall)[kRegions], unsigned char pattern,
                 FencedMemory (&memory)[kRegions], size_t (&planned)[kRegions]);
};

// Lives twice, with two patterns, and once for every region with one byte less.
Status prove_plan(const PlannedLife& life, PlanProof* proof);

// Plans, binds and runs `runs` frames or training steps on made-up inputs. A write outside a region is a fault of the
// process (the fence), not an error here.
Status verify_plan(const void* file, size_t file_bytes, const EngineOptions& options, int32_t runs, PlanProof* proof);

// The same for a scene (pinhole/scene.h): collects, takes two steps of learning, learns the map, scores a few frames.
Status verify_scene(const void* file, size_t file_bytes, const pinhole_scene_options& options, PlanProof* proof);

} // namespace pinhole
