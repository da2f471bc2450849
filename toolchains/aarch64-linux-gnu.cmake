# SPDX-License-Identifier: Apache-2.0
# Any 64-bit ARM board with Linux (Raspberry Pi 3 and later, i.MX 8, Jetson), from an x86 host with
# g++-aarch64-linux-gnu; with qemu-user-static the tests run here. SIMD needs nothing beyond the base architecture.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_C_FLAGS_INIT "${PINHOLE_CPU_FLAGS}")
set(CMAKE_CXX_FLAGS_INIT "${PINHOLE_CPU_FLAGS}")

find_program(PINHOLE_QEMU NAMES qemu-aarch64-static qemu-aarch64)
if(PINHOLE_QEMU)
  set(CMAKE_CROSSCOMPILING_EMULATOR ${PINHOLE_QEMU} -L /usr/aarch64-linux-gnu)
endif()
