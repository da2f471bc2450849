// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace pinhole::tool {

// From here on, the first SIGINT or SIGTERM only asks to stop, and interrupts what waits; a second one ends the
// process.
void catch_stop_signals();

// Whether one has come.
bool stop_asked();

} // namespace pinhole::tool
