// SPDX-License-Identifier: Apache-2.0
// damage_model FILE [FLIPS [SEED]]: cuts a copy of a weights file at every 64th byte and flips single bits of it, and
// reads each as the program would. Prints the counts; exit 1 when one of them was accepted, or refused without the
// file's name and a reason.
#include "train/loaded_model.h"
#include "weights/mapped_file.h"
#include "weights/writer.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <random>

#include <unistd.h>

namespace {

struct Damage {
  std::string path; // the damaged copy
  int64_t cuts = 0, flips = 0, failures = 0;
  std::map<std::string, int64_t> reasons; // beginnings of messages

  // Bytes -> file -> reader.
  void expect_refused(const void* bytes, size_t size, const char* what, size_t where) {
    FILE* file = std::fopen(path.c_str(), "wb");
    if (!file || std::fwrite(bytes, 1, size, file) != size || std::fclose(file) != 0) {
      std::fprintf(stderr, "%s cannot be written\n", path.c_str());
      std::exit(2);
    }
    pinhole::LoadedModel loaded;
    const pinhole::Status status = pinhole::load_model(path, &loaded);
    const std::string text = status.text, start = path + ": ";
    const bool names_it = text.compare(0, start.size(), start) == 0 && text.size() > start.size();
    if (status.ok() || !names_it) {
      ++failures;
      std::printf("%s %zu: %s\n", what, where, status.ok() ? "accepted" : text.c_str());
      return;
    }
    const std::string reason = text.substr(start.size());
    ++reasons[reason.substr(0, reason.find_first_of("0123456789'"))];
  }
};

} // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "damage_model FILE [FLIPS [SEED]]\n");
    return 2;
  }
  const int64_t flips = argc > 2 ? std::atoll(argv[2]) : 10000;
  std::mt19937_64 random(argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 20);
  pinhole::MappedFile original;
  pinhole::LoadedModel sound;
  if (pinhole::Status status = original.open(argv[1]); !status.ok() || !load_model(argv[1], &sound).ok()) {
    std::fprintf(stderr, "%s is not sound to begin with\n", argv[1]);
    return 2;
  }
  const auto* begin = static_cast<const unsigned char*>(original.data());
  std::vector<unsigned char> bytes(begin, begin + original.size());
  Damage damage;
  damage.path = std::string(argv[1]) + ".damaged";
  for (size_t size = 0; size < bytes.size(); size += 64, ++damage.cuts)
    damage.expect_refused(bytes.data(), size, "cut at byte", size);
  for (; damage.flips < flips; ++damage.flips) {
    const size_t bit = random() % (bytes.size() * 8);
    bytes[bit / 8] ^= static_cast<unsigned char>(1u << bit % 8);
    damage.expect_refused(bytes.data(), bytes.size(), "flip of bit", bit);
    bytes[bit / 8] ^= static_cast<unsigned char>(1u << bit % 8);
  }
  unlink(damage.path.c_str());
  std::printf("%zu bytes; %lld cuts, %lld flips of one bit; accepted or without a reason: %lld\n", bytes.size(),
              static_cast<long long>(damage.cuts), static_cast<long long>(damage.flips),
              static_cast<long long>(damage.failures));
  for (const auto& [reason, count] : damage.reasons)
    std::printf("%8lld  %s...\n", static_cast<long long>(count), reason.c_str());
  return damage.failures == 0 ? 0 : 1;
}
