// SPDX-License-Identifier: Apache-2.0
#include "output_paths.h"

#include "arguments.h"

#include "image/file_bytes.h"
#include "image/listing.h"

#include <filesystem>
#include <system_error>

namespace pinhole::tool {
namespace {

namespace fs = std::filesystem;

// Links and ".." followed, as far as the path is there.
fs::path resolved(const fs::path& whole) {
  std::error_code failure;
  const fs::path followed = fs::weakly_canonical(whole, failure);
  return failure ? whole.lexically_normal() : followed;
}

bool same(const fs::path& a, const fs::path& b) {
  std::error_code missing;
  return fs::equivalent(a, b, missing);
}

// In `input` or below it.
bool lies_in(fs::path folder, const fs::path& input) {
  for (;; folder = folder.parent_path()) {
    if (same(folder, input))
      return true;
    if (folder == folder.parent_path())
      return false;
  }
}

// A picture that is a link lies where the link lies and where it leads to.
bool would_be_read(const Output& output, const fs::path& input) {
  std::error_code failure;
  const fs::path named = fs::absolute(output.path, failure), end = resolved(named);
  if (output.folder)
    return lies_in(end, input);
  return (is_image_name(named.string()) && lies_in(resolved(named.parent_path()), input)) ||
         (is_image_name(end.string()) && lies_in(end.parent_path(), input));
}

[[noreturn]] void refuse(const Output& output, const std::string& input) {
  refuse_value(output.option, short_path(output.path) + " would lie among the pictures of " + short_path(input) +
                                  ", and the next run would read it as one of them: name another folder");
}

} // namespace

void keep_out_of(const std::string& input, const std::vector<Output>& outputs) {
  std::error_code missing;
  if (!fs::is_directory(input, missing))
    return;
  for (const Output& output : outputs)
    if (!output.path.empty() && would_be_read(output, input))
      refuse(output, input);
}

void keep_from_beside(const std::string& picture, const Output& output) {
  std::error_code failure;
  const fs::path named = fs::path(picture).parent_path(), folder = named.empty() ? "." : named;
  if (!fs::is_directory(picture, failure) && same(resolved(fs::absolute(output.path, failure)), folder))
    refuse(output, folder.string());
}

Status check_distinct(const std::vector<std::string>& outputs, const std::vector<std::string>& inputs) {
  std::error_code failure;
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i].empty())
      continue;
    for (const std::string& input : inputs)
      if (!fs::is_directory(input, failure) && same(outputs[i], input))
        return error(Code::invalid_argument, "%s would be overwritten: give the output another name",
                     short_path(input).c_str());
    for (size_t other = 0; other < i; ++other) // which may not be there yet
      if (same(outputs[i], outputs[other]) ||
          resolved(fs::absolute(outputs[i], failure)) == resolved(fs::absolute(outputs[other], failure)))
        return error(Code::invalid_argument, "%s is named twice: give every file a name of its own",
                     short_path(outputs[i]).c_str());
  }
  return {};
}

} // namespace pinhole::tool
