// SPDX-License-Identifier: Apache-2.0
// Where a command may not write: among the pictures that it reads.
#pragma once

#include <string>
#include <vector>

namespace pinhole::tool {

// What an option names; `path` is empty where it is not given.
struct Output {
  const char* option;
  std::string path;
  bool folder = false; // that pictures are written into
};

enum class Reach { folder_alone, folders_below };

// Pictures beside those of folder `input` would be read as such by the next run. Throws wrong usage
// (CLI::ValidationError), with option, path and what to do, where one of the outputs is such a picture, by whatever way
// its path leads there. An `input` that is no folder (a stream, one picture) keeps nothing out. `reach`: whether the
// folders below `input` are read, too.
void keep_out_of(const std::string& input, Reach reach, const std::vector<Output>& outputs);

} // namespace pinhole::tool
