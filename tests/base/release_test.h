// SPDX-License-Identifier: Apache-2.0
// Under sanitizers a scene's frame takes sixty times as long. A test whose lines and branches quicker tests run as well
// (compared with gcov) would find nothing of its own there: what it asserts is the same in any build.
#pragma once

#include <gtest/gtest.h>

#define PINHOLE_RELEASE_TEST()                                                                                         \
  if (PINHOLE_SANITIZED)                                                                                               \
  GTEST_SKIP() << "runs no line that quicker tests do not"
