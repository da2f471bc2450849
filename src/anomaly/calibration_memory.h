// SPDX-License-Identifier: Apache-2.0
// What a calibration keeps of the frames it was given, and how it forgets.
//
// Every frame counts the same, so a threshold would follow a scene the more slowly the longer it is watched, and a list
// of the highest clusters tells ever less. Hence two lists: of everything that counts, and of its later part. When the
// later part is enough by itself, it takes the place of everything. Whether it is depends on the number of frames
// alone, not on what they scored: a choice by the scores would bend the rate.
#pragma once

#include "anomaly/declustering.h"
#include "pinhole/calibration.h"

namespace pinhole {

// More frames, perhaps none, and as many alerts left out beside them, at the calibration's threshold. `apart`: they
// count among the recent ones, too.
void add_to_memory(const ScoreRuns& scores, uint64_t left_out, bool apart, pinhole_calibration* calibration);

// So many of the alerts left out were real.
void take_back_left_out(uint64_t alerts, pinhole_calibration* calibration);

void forget_all_but_recent(pinhole_calibration* calibration);

} // namespace pinhole
