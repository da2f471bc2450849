# SPDX-License-Identifier: Apache-2.0
# How the project's targets are made: warnings, numerics, and components that are archives of their own.

include(GNUInstallDirs)

add_library(pinhole_flags INTERFACE)
# No contraction: a product and a sum become one rounding only where the source says so, on every compiler and level.
# Nobody reads floating-point exceptions or errno: saying so lets loops with selections and roots vectorise, same values.
target_compile_options(pinhole_flags INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -ffp-contract=off
    -fno-trapping-math -fno-math-errno -ffunction-sections -fdata-sections>)
if(PINHOLE_WERROR)
  target_compile_options(pinhole_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Werror>)
endif()
# FlatBuffers' functions are inline: under its own names the linker would take one copy for the library and for a firmware
# that has another version of it, or other switches.
target_compile_definitions(pinhole_flags INTERFACE flatbuffers=pinhole_flatbuffers)

# For the project's own programs, which look behind the public headers: what a firmware must not get to see.
add_library(pinhole_inside INTERFACE)
target_include_directories(pinhole_inside INTERFACE ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src
                           ${PROJECT_BINARY_DIR}/generated)
target_link_libraries(pinhole_inside INTERFACE pinhole_flags)

# pinhole_quick_to_compile(TARGET [BUSY] [EVERY_CHECK]): compiles TARGET, a program around the libraries, sooner in Debug:
# - with -O0, unless it is BUSY: takes longer to run than to compile;
# - without UBSan's checks of pointers, which double what there is to compile, unless EVERY_CHECK is asked for.
#   AddressSanitizer still catches null and stray ones; misaligned ones are seen in the libraries alone, and not in inline
#   functions of which the linker takes this program's copy: programs that are there to read hostile files want them.
function(pinhole_quick_to_compile target)
  cmake_parse_arguments(arg "BUSY;EVERY_CHECK" "" "" ${ARGN})
  if(NOT arg_EVERY_CHECK)
    target_compile_options(${target} PRIVATE "$<$<CONFIG:Debug>:-fno-sanitize=null,alignment,object-size,vptr>")
  endif()
  if(NOT arg_BUSY)
    target_compile_options(${target} PRIVATE $<$<CONFIG:Debug>:-O0>)
  endif()
endfunction()

# pinhole_component(NAME): an object library to which subdirectories add sources, and the archive pinhole::NAME of it.
function(pinhole_component name)
  add_library(pinhole_${name}_objects OBJECT)
  target_link_libraries(pinhole_${name}_objects PUBLIC pinhole_inside)
  add_library(pinhole_${name} STATIC $<TARGET_OBJECTS:pinhole_${name}_objects>)
  target_include_directories(pinhole_${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
                             $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  add_library(pinhole::${name} ALIAS pinhole_${name})
endfunction()
