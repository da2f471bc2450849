// SPDX-License-Identifier: Apache-2.0
#include "device/cpu/simd.h"

#include <gtest/gtest.h>

#include <cstdlib>

using namespace pinhole;

TEST(Simd, ChoosesByNameEnvironmentAndCpu) {
  ASSERT_TRUE(choose_simd("plain").ok());
  EXPECT_EQ(simd_level(), SimdLevel::plain);

  unsetenv("PINHOLE_SIMD");
  ASSERT_TRUE(choose_simd(nullptr).ok());
  const SimdLevel best = simd_level();
  EXPECT_TRUE(simd_supported(best));
  for (int level = static_cast<int>(best) + 1; level < kSimdLevels; ++level)
    EXPECT_FALSE(simd_supported(static_cast<SimdLevel>(level)));

  setenv("PINHOLE_SIMD", "plain", 1);
  ASSERT_TRUE(choose_simd(nullptr).ok());
  EXPECT_EQ(simd_level(), SimdLevel::plain);
  unsetenv("PINHOLE_SIMD");
}

TEST(Simd, RefusesWhatIsUnknownOrNotHere) {
  ASSERT_TRUE(choose_simd("plain").ok());
  EXPECT_EQ(choose_simd("mmx").code, Code::invalid_argument);
  for (int level = 0; level < kSimdLevels; ++level) {
    const char* name = simd_name(static_cast<SimdLevel>(level));
    const bool supported = simd_supported(static_cast<SimdLevel>(level));
    EXPECT_EQ(choose_simd(name).code, supported ? Code::ok : Code::unsupported) << name;
  }
  ASSERT_TRUE(choose_simd("plain").ok());
}
