# SPDX-License-Identifier: Apache-2.0
# What a firmware links: the core and its headers, for find_package(pinhole) and for pkg-config.
include(CMakePackageConfigHelpers)

foreach(folder LIB INCLUDE DATA DOC) # what is installed may be moved, so everything is named from the prefix
  if(IS_ABSOLUTE "${CMAKE_INSTALL_${folder}DIR}")
    message(FATAL_ERROR "CMAKE_INSTALL_${folder}DIR is ${CMAKE_INSTALL_${folder}DIR}: name it from the prefix")
  endif()
endforeach()

set_target_properties(pinhole_core PROPERTIES EXPORT_NAME core)
install(TARGETS pinhole_core EXPORT pinholeTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/pinhole DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES LICENSE NOTICE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES weights/scene.pinhole DESTINATION ${CMAKE_INSTALL_DATADIR}/pinhole)
install(EXPORT pinholeTargets NAMESPACE pinhole:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/pinhole)

file(WRITE ${PROJECT_BINARY_DIR}/pinholeConfig.cmake
  "include(CMakeFindDependencyMacro)\nfind_dependency(Threads)\n"
  "include(\"\${CMAKE_CURRENT_LIST_DIR}/pinholeTargets.cmake\")\n")
write_basic_package_version_file(${PROJECT_BINARY_DIR}/pinholeConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/pinholeConfig.cmake ${PROJECT_BINARY_DIR}/pinholeConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/pinhole)

file(RELATIVE_PATH to_prefix /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix) # Debian's lib has a level more
file(WRITE ${PROJECT_BINARY_DIR}/pinhole.pc
  "prefix=\${pcfiledir}/${to_prefix}\nName: pinhole\nDescription: ${PROJECT_NAME} core: denoises frames, learns scenes, alerts\n"
  "Version: ${PROJECT_VERSION}\nCflags: -I\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}\n"
  "Libs: -L\${prefix}/${CMAKE_INSTALL_LIBDIR} -lpinhole_core -pthread -lm\n")
install(FILES ${PROJECT_BINARY_DIR}/pinhole.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
