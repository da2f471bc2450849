# SPDX-License-Identifier: Apache-2.0
# The CUDA language, its architectures, and cuDNN 8.6 or newer as pinhole::cudnn.

if(NOT DEFINED ENV{CUDACXX})
  find_program(CMAKE_CUDA_COMPILER nvcc HINTS ENV CUDA_PATH PATHS /usr/local/cuda/bin PATH_SUFFIXES bin REQUIRED)
endif()
set(PINHOLE_CUDA_ARCHITECTURES "" CACHE STRING "compute capabilities to compile for; empty: by toolkit version")
if(PINHOLE_CUDA_ARCHITECTURES)
  set(CMAKE_CUDA_ARCHITECTURES ${PINHOLE_CUDA_ARCHITECTURES})
endif()
set(CMAKE_CUDA_STANDARD 17)
set(CMAKE_CUDA_STANDARD_REQUIRED ON)
set(CMAKE_CUDA_EXTENSIONS OFF)
enable_language(CUDA)
if(CMAKE_CUDA_COMPILER_VERSION VERSION_LESS 11.4)
  message(FATAL_ERROR "CUDA ${CMAKE_CUDA_COMPILER_VERSION} is too old: install the CUDA Toolkit 11.4 or newer")
endif()

# Boards: 7.2 Xavier, 8.7 Orin, 11.0 Thor; 8.0 also runs on 8.6 and 8.9, and newer ones compile its PTX at first use.
if(NOT PINHOLE_CUDA_ARCHITECTURES)
  if(CMAKE_CUDA_COMPILER_VERSION VERSION_GREATER_EQUAL 13.0)
    set(CMAKE_CUDA_ARCHITECTURES 80 87 90 110)
  elseif(CMAKE_CUDA_COMPILER_VERSION VERSION_GREATER_EQUAL 11.8)
    set(CMAKE_CUDA_ARCHITECTURES 72 80 87 90)
  else()
    set(CMAKE_CUDA_ARCHITECTURES 72 80 87)
  endif()
endif()
message(STATUS "CUDA ${CMAKE_CUDA_COMPILER_VERSION} for ${CMAKE_CUDA_ARCHITECTURES}")

# As in C++: nothing is contracted unless the source says so.
target_compile_options(pinhole_flags INTERFACE
  $<$<COMPILE_LANGUAGE:CUDA>:--fmad=false -Wno-deprecated-gpu-targets
    -Xcompiler=-Wall,-Wextra,-Wshadow,-ffp-contract=off,-ffunction-sections>)
if(PINHOLE_WERROR)
  target_compile_options(pinhole_flags INTERFACE
    $<$<COMPILE_LANGUAGE:CUDA>:--Werror=all-warnings -Xcompiler=-Werror>)
endif()

find_package(CUDAToolkit 11.4 REQUIRED)
find_path(CUDNN_INCLUDE_DIR cudnn_version.h HINTS ${CUDNN_ROOT} ENV CUDNN_ROOT ${CUDAToolkit_INCLUDE_DIRS}
          PATHS /usr/include /usr/local/cuda/include PATH_SUFFIXES include)
find_library(CUDNN_LIBRARY cudnn HINTS ${CUDNN_ROOT} ENV CUDNN_ROOT ${CUDAToolkit_LIBRARY_DIR}
             PATHS /usr/local/cuda PATH_SUFFIXES lib lib64)
if(NOT CUDNN_INCLUDE_DIR OR NOT CUDNN_LIBRARY)
  message(FATAL_ERROR "cuDNN was not found: install its development package or set CUDNN_ROOT")
endif()
file(STRINGS ${CUDNN_INCLUDE_DIR}/cudnn_version.h version_lines REGEX "#define CUDNN_(MAJOR|MINOR) ")
string(REGEX REPLACE ".*MAJOR ([0-9]+).*MINOR ([0-9]+).*" "\\1.\\2" CUDNN_VERSION "${version_lines}")
if(CUDNN_VERSION VERSION_LESS 8.6)
  message(FATAL_ERROR "cuDNN ${CUDNN_VERSION} in ${CUDNN_INCLUDE_DIR} is too old: install 8.6 or newer")
endif()
message(STATUS "cuDNN ${CUDNN_VERSION}: ${CUDNN_LIBRARY}")
add_library(pinhole_cudnn UNKNOWN IMPORTED)
set_target_properties(pinhole_cudnn PROPERTIES IMPORTED_LOCATION ${CUDNN_LIBRARY}
                      INTERFACE_INCLUDE_DIRECTORIES ${CUDNN_INCLUDE_DIR})
add_library(pinhole::cudnn ALIAS pinhole_cudnn)
