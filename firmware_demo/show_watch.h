// SPDX-License-Identifier: Apache-2.0
// The third part of the demo: the firmware watches the scene, and what it raised is held against what happened.
#pragma once

#include "cameras.h"
#include "show.h"

namespace demo {

// Learns, calibrates, watches; prints the table, writes watch.png and, where wanted, the record.
pinhole_status show_watch(const Options& options, const firmware::Weights& denoiser, int32_t channels,
                          SceneCamera* camera);

} // namespace demo
