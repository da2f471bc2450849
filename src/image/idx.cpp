// SPDX-License-Identifier: Apache-2.0
#include "image/idx.h"
#include "image/file_bytes.h"
#include "image/inflate_stream.h"

#include <new>

namespace pinhole {
namespace {

constexpr int64_t kMaxBytes = INT32_MAX; // sizes are then numbers of 32 bits, too
constexpr int kMaxDims = 3;

uint32_t big_endian(const uint8_t* bytes) {
  return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 | bytes[3];
}

// Magic 00 00 08 `dims` (unsigned bytes), then one size per dimension; *total is their product.
Status read_header(InflateStream* stream, int dims, uint32_t* sizes, int64_t* total) {
  uint8_t header[4 + 4 * kMaxDims];
  const size_t header_bytes = size_t{4} + size_t{4} * static_cast<size_t>(dims);
  if (!stream->read(header, header_bytes))
    return error(Code::bad_file, "IDX header: %s", stream->problem());
  if (big_endian(header) != 0x800U + static_cast<unsigned>(dims))
    return error(Code::bad_file, "no IDX file of bytes in %d dimension(s) (starts with %02x %02x %02x %02x)", dims,
                 header[0], header[1], header[2], header[3]);
  *total = 1;
  for (int i = 0; i < dims; ++i) {
    sizes[i] = big_endian(header + 4 + 4 * i);
    if (sizes[i] == 0 || *total > kMaxBytes / sizes[i])
      return error(Code::bad_file, "IDX: size %u of dimension %d is zero or makes more than 2 GiB", sizes[i], i);
    *total *= sizes[i];
  }
  return {};
}

Status decode(const std::vector<uint8_t>& file, int dims, uint32_t* sizes, std::vector<uint8_t>* values) {
  InflateStream stream(file.data(), file.size());
  int64_t total = 0;
  PINHOLE_RETURN_IF_ERROR(read_header(&stream, dims, sizes, &total));
  if (!stream.may_hold(total))
    return error(Code::bad_file, "IDX: the header asks for %lld bytes, which %zu bytes of file cannot hold",
                 static_cast<long long>(total), file.size());
  std::vector<uint8_t> read(static_cast<size_t>(total));
  if (!stream.read(read.data(), read.size()) || !stream.finish())
    return error(Code::bad_file, "IDX: %s", stream.problem());
  *values = std::move(read);
  return {};
}

Status load(const std::string& path, int dims, uint32_t* sizes, std::vector<uint8_t>* values) {
  std::vector<uint8_t> file;
  PINHOLE_RETURN_IF_ERROR(read_file(path, kMaxBytes, &file));
  try {
    const Status status = decode(file, dims, sizes, values);
    return status.ok() ? status : with_path(path, status);
  } catch (const std::exception&) {
    return error(Code::too_little_memory, "%s: no memory for its images", short_path(path).c_str());
  }
}

} // namespace

Status load_idx_images(const std::string& path, IdxImages* images) {
  uint32_t sizes[kMaxDims] = {0};
  PINHOLE_RETURN_IF_ERROR(load(path, 3, sizes, &images->pixels));
  images->count = static_cast<int32_t>(sizes[0]);
  images->height = static_cast<int32_t>(sizes[1]);
  images->width = static_cast<int32_t>(sizes[2]);
  return {};
}

Status load_idx_labels(const std::string& path, std::vector<uint8_t>* labels) {
  uint32_t sizes[kMaxDims] = {0};
  return load(path, 1, sizes, labels);
}

} // namespace pinhole
