// SPDX-License-Identifier: Apache-2.0
// Proof that a plan is exact: the program is run in painted, fenced memory of just the planned size.
#pragma once

#include "engine/engine.h"

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

// Plans, binds and runs `runs` frames or training steps on made-up inputs. A write outside a region is a fault of the
// process (the fence), not an error here.
Status verify_plan(const void* file, size_t file_bytes, const EngineOptions& options, int32_t runs, PlanProof* proof);

} // namespace pinhole
