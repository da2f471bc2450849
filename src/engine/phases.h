// SPDX-License-Identifier: Apache-2.0
// Running one kernel on the thread pool.
#pragma once

#include "device/cpu/thread_pool.h"
#include "ops/op.h"

namespace pinhole {

// Runs all units of a phase and waits for them; an absent phase does nothing.
void run_phase(ThreadPool* pool, const Phase& phase, const Call& call);

// Runs a kernel's phases one after the other.
void run_kernel(ThreadPool* pool, const Kernel& kernel, const Call& call);

} // namespace pinhole
