// SPDX-License-Identifier: Apache-2.0
// Where a command may not write: among the pictures that it reads, over a file that it reads, to one file twice.
#pragma once

#include "base/status.h"

#include <string>
#include <vector>

namespace pinhole::tool {

// What an option names; `path` is empty where it is not given.
struct Output {
  const char* option;
  std::string path;
  bool folder = false; // that pictures are written into
};

// A picture in folder `input` or below it would be read as one of them by the next run, if not of this command then of
// train, which reads the folders below, too. Throws wrong usage, with option, path and what to do, where one of the
// outputs is such a picture, by whatever way its path leads there. An `input` that is no folder (a stream, one picture)
// keeps nothing out.
void keep_out_of(const std::string& input, const std::vector<Output>& outputs);

// The same for pictures that are named one by one, as a shell's pictures/*.jpg does: nothing is written into the folder
// that such a one lies in; below it may.
void keep_from_beside(const std::string& picture, const Output& output);

// invalid_argument where an output is one of the files `inputs`, or another output: whatever their names are, it is the
// file that counts (links, hard links, detours). Empty paths are none; an input that is a folder is keep_out_of's.
Status check_distinct(const std::vector<std::string>& outputs, const std::vector<std::string>& inputs);

} // namespace pinhole::tool
