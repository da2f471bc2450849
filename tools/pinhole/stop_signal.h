// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace pinhole::tool {

// From here on, the first SIGINT or SIGTERM only asks to stop, and interrupts what waits; a second one ends the
// process. SIGHUP asks as often as it comes, unless nohup has it ignored: a terminal that is closed sends it, and its
// shell once more.
void catch_stop_signals();

// Whether one has come.
bool stop_asked();

} // namespace pinhole::tool
