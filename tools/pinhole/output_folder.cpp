// SPDX-License-Identifier: Apache-2.0
#include "output_folder.h"

#include "image/file_bytes.h"

#include <filesystem>
#include <system_error>

namespace pinhole::tool {

namespace fs = std::filesystem;

Status make_output_folder(const char* option, const std::string& path) {
  std::error_code unknown, failure;
  fs::path step;
  for (const fs::path& part : fs::path(path)) {
    if (part.empty())
      continue; // behind a last slash
    step /= part;
    const std::string name = short_path(step.string());
    // What the system says of these two ("File exists") is no help.
    if (fs::is_symlink(fs::symlink_status(step, unknown)) && !fs::exists(step, unknown))
      return error(Code::invalid_argument,
                   "%s %s: is a link to what is not there: make that folder, remove the link, or name another folder",
                   option, name.c_str());
    if (fs::exists(step, unknown) && !fs::is_directory(step, unknown))
      return error(Code::invalid_argument, "%s %s: is there and no folder: name another one", option, name.c_str());
  }
  fs::create_directories(path, failure);
  return failure ? error(Code::io_error, "%s %s: the folder cannot be made: %s: name another one", option,
                         short_path(path).c_str(), failure.message().c_str())
                 : Status();
}

} // namespace pinhole::tool
