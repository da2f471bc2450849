// SPDX-License-Identifier: Apache-2.0
#include "train/loaded_model.h"

#include "image/file_bytes.h"
#include "weights/reader.h"

#include <cstring>

namespace pinhole {
namespace {

Status build(LoadedModel* loaded) {
  const AlignedBytes& file = loaded->file;
  size_t setup_bytes = 0;
  PINHOLE_RETURN_IF_ERROR(measure_model(file.data(), file.size(), &setup_bytes));
  if (!loaded->setup.resize(setup_bytes))
    return error(Code::too_little_memory, "not enough memory for this model");
  Arena arena(loaded->setup.data(), loaded->setup.size());
  return read_model(file.data(), file.size(), &arena, &loaded->model);
}

} // namespace

Status load_model(const std::string& path, LoadedModel* loaded) {
  constexpr int64_t kMaxBytes = int64_t{1} << 32;
  std::vector<uint8_t> bytes;
  PINHOLE_RETURN_IF_ERROR(read_file(path, kMaxBytes, &bytes));
  if (!loaded->file.resize(bytes.size()))
    return error(Code::too_little_memory, "not enough memory to read %s", short_path(path).c_str());
  std::memcpy(loaded->file.data(), bytes.data(), bytes.size());
  const Status status = build(loaded);
  return status.ok() ? status : with_path(path, status);
}

} // namespace pinhole
