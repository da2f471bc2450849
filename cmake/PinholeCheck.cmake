# SPDX-License-Identifier: Apache-2.0
# Targets for contributors: format_check, tidy, and check, which is format_check, the build and its tests.

find_program(PINHOLE_CLANG_FORMAT NAMES clang-format)
find_program(PINHOLE_CLANG_TIDY_RUNNER NAMES run-clang-tidy run-clang-tidy-14)
set(script ${PROJECT_SOURCE_DIR}/scripts/format_check.sh)

if(PINHOLE_CLANG_FORMAT)
  add_custom_target(format_check COMMAND ${script} ${PINHOLE_CLANG_FORMAT} VERBATIM USES_TERMINAL)
else()
  add_custom_target(format_check COMMAND ${CMAKE_COMMAND} -E echo "format_check: no clang-format here, nothing checked")
endif()

if(PINHOLE_CLANG_TIDY_RUNNER)
  add_custom_target(tidy
    COMMAND ${PINHOLE_CLANG_TIDY_RUNNER} -quiet -p ${PROJECT_BINARY_DIR} "^${PROJECT_SOURCE_DIR}/(src|tools|firmware_demo|tests)/.*"
    VERBATIM USES_TERMINAL)
endif()

if(PINHOLE_TESTS)
  add_custom_target(check
    COMMAND ${CMAKE_COMMAND} --build ${PROJECT_BINARY_DIR}
    COMMAND ${CMAKE_CTEST_COMMAND} --test-dir ${PROJECT_BINARY_DIR} --output-on-failure
    DEPENDS format_check VERBATIM USES_TERMINAL)
endif()
