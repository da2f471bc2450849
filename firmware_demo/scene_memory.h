// SPDX-License-Identifier: Apache-2.0
// The static memory of the scene that is watched, beside the denoiser's.
#pragma once

#include "engine_memory.h"
#include "pinhole/scene.h"

namespace firmware {

// Plans and binds. Close with pinhole_scene_unbind. Errors as pinhole_scene_plan's and pinhole_scene_bind's.
pinhole_status open_scene(const Weights& weights, const pinhole_scene_options& options, Bill* bill,
                          pinhole_scene** scene);

Bill scene_memory();

} // namespace firmware
