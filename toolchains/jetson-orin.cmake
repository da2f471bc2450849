# SPDX-License-Identifier: Apache-2.0
# Jetson Orin (AGX, NX, Nano; Cortex-A78AE): named, so that the binary does not depend on the machine that builds it.
set(PINHOLE_CPU_FLAGS "-mcpu=cortex-a78ae")
include(${CMAKE_CURRENT_LIST_DIR}/aarch64-linux-gnu.cmake)
