// SPDX-License-Identifier: Apache-2.0
// The static memory of the firmware, and engines inside it. One engine lives at a time: when it is unbound, its memory
// serves the next one.
#pragma once

#include "board.h"

namespace firmware {

// Bytes that an engine needs, by region.
struct Bill {
  size_t setup, prepared, state, scratch, file;
};

// Plans and binds. Close with pinhole_unbind. Errors are pinhole_plan's and pinhole_bind's; a model or frame that needs
// more than the static memory is too_little_memory and names the region.
pinhole_status open_engine(const Weights& weights, const pinhole_options& options, Bill* bill, pinhole_engine** engine);

// What is there for any engine.
Bill static_memory();

// 1 for a gray model, 3 for a colour one: the channels of its input "image".
pinhole_status count_channels(const Weights& weights, int32_t* channels);

} // namespace firmware
