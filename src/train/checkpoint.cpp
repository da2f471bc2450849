// SPDX-License-Identifier: Apache-2.0
#include "train/checkpoint.h"

#include "base/crc32c.h"
#include "image/file_bytes.h"
#include "weights/writer.h"

#include <cmath>
#include <cstring>
#include <type_traits>

namespace pinhole {
namespace {

constexpr char kMagic[8] = {'P', 'I', 'N', 'C', 'K', 'P', 'T', '\n'};
constexpr uint32_t kVersion = 2;
constexpr size_t kCrcOffset = 12, kCoveredFrom = 16;
constexpr uint64_t kMaxText = uint64_t{1} << 20, kMaxFloats = uint64_t{1} << 28, kMaxParts = 16;
constexpr int64_t kMaxFileBytes = int64_t{1} << 33;

// The fields in file order, for a writer or a reader.
template <class Fields, class Stream> void visit(Fields& c, uint32_t version, Stream* stream) {
  stream->number(c.seed);
  for (auto* number : {&c.steps_done, &c.total_steps, &c.batch})
    stream->number(*number);
  for (auto* number : {&c.loss_sum, &c.loss_count, &c.best_loss})
    stream->number(*number);
  for (auto* number : {&c.best_step, &c.validations_since_best})
    stream->number(*number);
  for (auto* text : {&c.recipe, &c.data, &c.simd})
    stream->sequence(*text, kMaxText);
  for (auto* floats :
       {&c.weights, &c.moment1, &c.moment2, &c.buffers, &c.mean_weights, &c.best_weights, &c.best_buffers})
    stream->sequence(*floats, kMaxFloats);
  if (version >= 2)
    stream->sequence(c.part_sums, kMaxParts);
}

class Writer {
public:
  std::vector<uint8_t> bytes;

  template <class T> void number(const T& value) { append(&value, sizeof value); }
  template <class List> void sequence(const List& list, uint64_t) {
    number(static_cast<uint64_t>(list.size()));
    append(list.data(), list.size() * sizeof(list[0]));
  }
  void append(const void* data, size_t size) {
    const auto* from = static_cast<const uint8_t*>(data);
    bytes.insert(bytes.end(), from, from + size);
  }
};

// After a failure every field reads as zero or empty.
class Reader {
public:
  Reader(const uint8_t* data, size_t size) : at_(data), left_(size) {}
  bool ok = true;

  template <class T> void number(T& value) {
    value = T();
    copy(&value, sizeof value);
  }
  template <class List> void sequence(List& list, uint64_t most) {
    using Element = std::remove_reference_t<decltype(list[0])>;
    uint64_t count = 0;
    number(count);
    ok = ok && count <= most && count <= left_ / sizeof(Element);
    list.resize(ok ? static_cast<size_t>(count) : 0);
    copy(list.data(), list.size() * sizeof(Element));
  }
  bool finished() const { return ok && left_ == 0; }

private:
  void copy(void* to, size_t size) {
    ok = ok && size <= left_;
    if (!ok || size == 0)
      return;
    std::memcpy(to, at_, size);
    at_ += size;
    left_ -= size;
  }
  const uint8_t* at_;
  size_t left_;
};

bool all_finite(const std::vector<float>& numbers) {
  for (const float number : numbers)
    if (!std::isfinite(number))
      return false;
  return true;
}

} // namespace

std::vector<uint8_t> write_checkpoint(const Checkpoint& checkpoint) {
  Writer writer;
  writer.append(kMagic, sizeof kMagic);
  writer.number(kVersion);
  writer.number(uint32_t{0}); // the checksum's place
  writer.number(uint64_t{0}); // the size's
  visit(checkpoint, kVersion, &writer);
  const uint64_t size = writer.bytes.size();
  std::memcpy(writer.bytes.data() + kCoveredFrom, &size, sizeof size);
  const uint32_t crc = crc32c(writer.bytes.data() + kCoveredFrom, writer.bytes.size() - kCoveredFrom);
  std::memcpy(writer.bytes.data() + kCrcOffset, &crc, sizeof crc);
  return writer.bytes;
}

Status read_checkpoint(const void* bytes, size_t size, Checkpoint* checkpoint) {
  const auto* data = static_cast<const uint8_t*>(bytes);
  constexpr size_t kHeaderBytes = 24;
  if (size < kHeaderBytes || std::memcmp(data, kMagic, sizeof kMagic) != 0)
    return error(Code::bad_file, "not a checkpoint");
  uint32_t version = 0, crc = 0;
  uint64_t stated = 0;
  std::memcpy(&version, data + sizeof kMagic, sizeof version);
  std::memcpy(&crc, data + kCrcOffset, sizeof crc);
  std::memcpy(&stated, data + kCoveredFrom, sizeof stated);
  if (version < 1 || version > kVersion)
    return error(Code::bad_file, "checkpoint version %u, this program reads 1 to %u", version, kVersion);
  if (stated != size)
    return error(Code::bad_file, "the checkpoint has %zu bytes and should have %llu: it is cut or padded", size,
                 static_cast<unsigned long long>(stated));
  if (crc != crc32c(data + kCoveredFrom, size - kCoveredFrom))
    return error(Code::bad_file, "the checkpoint's checksum is wrong: it is damaged");
  Reader reader(data + kHeaderBytes, size - kHeaderBytes);
  Checkpoint read;
  visit(read, version, &reader);
  if (!reader.finished() || read.steps_done < 0 || read.total_steps < 1 || read.batch < 1)
    return error(Code::bad_file, "the checkpoint's fields do not fit together");
  for (const auto* floats : {&read.weights, &read.moment1, &read.moment2, &read.buffers, &read.mean_weights,
                             &read.best_weights, &read.best_buffers})
    if (!all_finite(*floats))
      return error(Code::bad_file, "the checkpoint holds numbers that are not finite");
  *checkpoint = std::move(read);
  return Status();
}

Status save_checkpoint(const std::string& path, const Checkpoint& checkpoint) {
  const std::vector<uint8_t> bytes = write_checkpoint(checkpoint);
  return replace_file(path, bytes.data(), bytes.size());
}

Status load_checkpoint(const std::string& path, Checkpoint* checkpoint) {
  std::vector<uint8_t> bytes;
  PINHOLE_RETURN_IF_ERROR(read_file(path, kMaxFileBytes, &bytes));
  const Status status = read_checkpoint(bytes.data(), bytes.size(), checkpoint);
  return status.ok() ? status : with_path(path, status);
}

} // namespace pinhole
