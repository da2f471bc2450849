// SPDX-License-Identifier: Apache-2.0
// Under sanitizers a scene's frame takes sixty times as long. A test whose lines and branches of src/anomaly quicker
// tests run as well would find nothing of its own there: what it asserts is the same in any build. Compared with gcov,
// over the tests of scenes and cameras; lines of the calibration have tests of their own, which it left out.
#pragma once

#include <gtest/gtest.h>

#define PINHOLE_RELEASE_TEST()                                                                                         \
  if (PINHOLE_SANITIZED)                                                                                               \
  GTEST_SKIP() << "runs no line that quicker tests do not"
