// SPDX-License-Identifier: Apache-2.0
#include "weights/file_surgery.h"

#include "base/checked.h"
#include "base/crc32c.h"
#include "weights/aligned_bytes.h"

#include <cstring>

namespace pinhole::testing {
namespace {

FileHeader header_of(const uint8_t* bytes) {
  FileHeader header;
  std::memcpy(&header, bytes, sizeof header);
  return header;
}

void seal_tensors(const FileHeader& header, uint8_t* bytes, size_t size) {
  flatbuffers::Verifier verifier(bytes + header.graph_offset, header.graph_bytes);
  if (!verifier.VerifyBuffer<file::Graph>(nullptr))
    return;
  const file::Graph* graph = flatbuffers::GetRoot<file::Graph>(bytes + header.graph_offset);
  const uint64_t area_bytes = size - header.tensors_offset;
  for (const file::Value* value : *graph->values()) {
    const file::Storage* storage = value->storage();
    if (!storage || storage->offset() > area_bytes || storage->byte_size() > area_bytes - storage->offset())
      continue;
    const uint32_t crc = crc32c(bytes + header.tensors_offset + storage->offset(), storage->byte_size());
    const auto place = reinterpret_cast<const uint8_t*>(storage) - bytes + 2 * sizeof(uint64_t);
    std::memcpy(bytes + place, &crc, sizeof crc);
  }
}

} // namespace

FileParts take_apart(const std::vector<uint8_t>& bytes) {
  AlignedBytes copy(bytes);
  const FileHeader header = header_of(copy.data());
  FileParts parts;
  file::GetGraph(copy.data() + header.graph_offset)->UnPackTo(&parts.graph);
  parts.tensors.assign(bytes.begin() + static_cast<int64_t>(header.tensors_offset), bytes.end());
  return parts;
}

std::vector<uint8_t> put_together(const FileParts& parts) {
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(file::Graph::Pack(builder, &parts.graph));
  FileHeader header{};
  header.graph_bytes = builder.GetSize();
  const size_t area = align_up(sizeof header + builder.GetSize(), kFileAlignment);
  AlignedBytes bytes(area + parts.tensors.size());
  std::memset(bytes.data(), 0, bytes.size());
  std::memcpy(bytes.data(), &header, sizeof header);
  std::memcpy(bytes.data() + sizeof header, builder.GetBufferPointer(), builder.GetSize());
  std::memcpy(bytes.data() + area, parts.tensors.data(), parts.tensors.size());
  repair_geometry(bytes.data(), bytes.size());
  reseal(bytes.data(), bytes.size());
  return {bytes.data(), bytes.data() + bytes.size()};
}

void repair_geometry(uint8_t* bytes, size_t size) {
  FileHeader header = header_of(bytes);
  std::memcpy(header.magic, kMagic, sizeof kMagic);
  header.version = kFormatVersion;
  header.header_bytes = sizeof header;
  header.graph_offset = sizeof header;
  header.file_bytes = size;
  header.reserved[0] = header.reserved[1] = 0;
  const size_t most = size / kFileAlignment * kFileAlignment - sizeof header;
  header.graph_bytes = min_of<uint64_t>(header.graph_bytes, most);
  header.tensors_offset = align_up(sizeof header + header.graph_bytes, kFileAlignment);
  std::memset(bytes + sizeof header + header.graph_bytes, 0,
              header.tensors_offset - sizeof header - header.graph_bytes);
  std::memcpy(bytes, &header, sizeof header);
}

void reseal(uint8_t* bytes, size_t size) {
  FileHeader header = header_of(bytes);
  seal_tensors(header, bytes, size);
  header.graph_crc = crc32c(bytes + header.graph_offset, header.graph_bytes);
  header.header_crc = crc32c(&header, offsetof(FileHeader, header_crc));
  std::memcpy(bytes, &header, sizeof header);
}

} // namespace pinhole::testing
