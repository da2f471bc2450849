// SPDX-License-Identifier: Apache-2.0
#include "image/file_bytes.h"

#include "base/utf8.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <new>
#include <sys/stat.h>

namespace pinhole {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

Status read_to_end(std::FILE* file, const std::string& name, int64_t max_bytes, std::vector<uint8_t>* bytes) {
  constexpr size_t kChunk = size_t{1} << 18;
  size_t used = 0;
  while (true) {
    bytes->resize(used + kChunk);
    const size_t got = std::fread(bytes->data() + used, 1, kChunk, file);
    used += got;
    if (used > static_cast<uint64_t>(max_bytes))
      return error(Code::bad_file, "%s: more than the allowed %lld bytes", name.c_str(),
                   static_cast<long long>(max_bytes));
    if (got < kChunk)
      break;
  }
  bytes->resize(used);
  if (std::ferror(file))
    return error(Code::io_error, "%s: cannot be read: %s", name.c_str(), std::strerror(errno));
  if (used == 0)
    return error(Code::bad_file, "%s: the file is empty", name.c_str());
  return {};
}

} // namespace

Status read_file(const std::string& path, int64_t max_bytes, std::vector<uint8_t>* bytes) {
  const std::string name = short_path(path);
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rbe"));
  if (!file)
    return error(Code::io_error, "%s: cannot be opened: %s", name.c_str(), std::strerror(errno));
  struct stat info = {};
  if (fstat(fileno(file.get()), &info) == 0 && S_ISDIR(info.st_mode))
    return error(Code::io_error, "%s: is a folder, a file is needed", name.c_str());
  try {
    return read_to_end(file.get(), name, max_bytes, bytes);
  } catch (const std::exception&) {
    return error(Code::too_little_memory, "%s: no memory to read the file", name.c_str());
  }
}

std::string short_path(const std::string& path) {
  constexpr size_t kKept = 100;
  if (path.size() <= kKept)
    return path;
  size_t begin = path.size() - kKept;
  while (begin < path.size() && continues_character(path[begin]))
    ++begin;
  return "..." + path.substr(begin);
}

std::string short_text(const std::string& text) {
  constexpr size_t kKept = 40;
  size_t end = std::min(text.size(), kKept);
  while (end < text.size() && end > 0 && continues_character(text[end]))
    --end;
  return text.substr(0, end);
}

Status with_path(const std::string& path, const Status& status) {
  return error(status.code, "%s: %s", short_path(path).c_str(), status.text);
}

} // namespace pinhole
