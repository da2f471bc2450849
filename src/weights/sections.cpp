// SPDX-License-Identifier: Apache-2.0
#include "weights/sections.h"

#include "base/checked.h"
#include "base/crc32c.h"
#include "weights/format.h"

#include <cinttypes>
#include <cstring>

namespace pinhole {
namespace {

Status check_identity(const FileHeader& header) {
  if (std::memcmp(header.magic, kMagic, sizeof kMagic) != 0)
    return error(Code::bad_file, "weights file: the first 8 bytes are not PINHOLE: this is not a .pinhole file");
  if (const uint32_t crc = crc32c(&header, offsetof(FileHeader, header_crc)); crc != header.header_crc)
    return error(Code::bad_file,
                 "weights file, header: checksum %08" PRIx32 " is stored, %08" PRIx32
                 " computed: the file is damaged, copy it again",
                 header.header_crc, crc);
  if (header.version != kFormatVersion)
    return error(Code::unsupported,
                 "weights file, header: format version %" PRIu32 ", this build reads version %" PRIu32
                 ": use a Pinhole that matches the file",
                 header.version, kFormatVersion);
  return {};
}

Status check_extents(const FileHeader& header, size_t bytes) {
  if (header.file_bytes != bytes)
    return error(Code::bad_file,
                 "weights file: it has %zu bytes, its header says %" PRIu64
                 ": the file was cut or joined, copy it again",
                 bytes, header.file_bytes);
  if (header.header_bytes != sizeof(FileHeader) || header.graph_offset != sizeof(FileHeader) ||
      header.reserved[0] != 0 || header.reserved[1] != 0)
    return error(Code::bad_file, "weights file, header: header size, graph offset or reserved fields are not those of "
                                 "version 1: write the file again");
  if (header.graph_bytes > kMaxGraphBytes || header.graph_bytes > bytes - sizeof(FileHeader))
    return error(Code::bad_file,
                 "weights file, header: a graph of %" PRIu64 " bytes does not fit (file %zu, limit %" PRIu64 ")",
                 header.graph_bytes, bytes, kMaxGraphBytes);
  const uint64_t tensors_offset = align_up(sizeof(FileHeader) + header.graph_bytes, kFileAlignment);
  if (header.tensors_offset != tensors_offset || tensors_offset > bytes)
    return error(Code::bad_file,
                 "weights file, header: tensor area at %" PRIu64 ", must be at %" PRIu64 " and within %zu bytes",
                 header.tensors_offset, tensors_offset, bytes);
  return {};
}

} // namespace

bool all_zero(const unsigned char* data, size_t bytes) {
  unsigned char any = 0;
  for (size_t i = 0; i < bytes; ++i)
    any = static_cast<unsigned char>(any | data[i]);
  return any == 0;
}

Status open_sections(const void* file, size_t bytes, Sections* sections) {
  if (!file || reinterpret_cast<uintptr_t>(file) % kFileAlignment != 0)
    return error(Code::invalid_argument,
                 "weights file: its bytes must lie at a multiple of 64 in memory: map the file, "
                 "or copy it to aligned memory");
  if (bytes < sizeof(FileHeader))
    return error(Code::bad_file, "weights file: %zu bytes are less than the 64 of its header: the file was cut", bytes);
  FileHeader header;
  std::memcpy(&header, file, sizeof header);
  PINHOLE_RETURN_IF_ERROR(check_identity(header));
  PINHOLE_RETURN_IF_ERROR(check_extents(header, bytes));

  const auto* begin = static_cast<const unsigned char*>(file);
  sections->graph = begin + header.graph_offset;
  sections->graph_bytes = static_cast<size_t>(header.graph_bytes);
  sections->tensors = begin + header.tensors_offset;
  sections->tensors_bytes = bytes - static_cast<size_t>(header.tensors_offset);
  if (const uint32_t crc = crc32c(sections->graph, sections->graph_bytes); crc != header.graph_crc)
    return error(Code::bad_file,
                 "weights file, graph: checksum %08" PRIx32 " is stored, %08" PRIx32
                 " computed: the file is damaged, copy it again",
                 header.graph_crc, crc);
  const unsigned char* graph_end = sections->graph + sections->graph_bytes;
  if (!all_zero(graph_end, static_cast<size_t>(sections->tensors - graph_end)))
    return error(Code::bad_file, "weights file: the padding after the graph is not zero: the file is damaged, copy it "
                                 "again");
  return {};
}

} // namespace pinhole
