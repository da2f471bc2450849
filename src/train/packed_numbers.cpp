// SPDX-License-Identifier: Apache-2.0
#include "train/packed_numbers.h"

#include <cstring>

namespace pinhole {
namespace {

constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string to_base64(const std::vector<uint8_t>& bytes) {
  std::string text;
  uint32_t held = 0;
  int bits = 0;
  for (const uint8_t byte : bytes) {
    held = held << 8 | byte;
    for (bits += 8; bits >= 6; bits -= 6)
      text += kDigits[held >> (bits - 6) & 63];
  }
  if (bits > 0)
    text += kDigits[held << (6 - bits) & 63];
  return text;
}

std::vector<uint8_t> from_base64(const std::string& text) {
  std::vector<uint8_t> bytes;
  uint32_t held = 0;
  int bits = 0;
  for (const char letter : text) {
    const char* digit = letter ? std::strchr(kDigits, letter) : nullptr;
    if (!digit)
      break;
    held = held << 6 | static_cast<uint32_t>(digit - kDigits);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push_back(static_cast<uint8_t>(held >> bits));
    }
  }
  return bytes;
}

} // namespace

std::string pack_ascending(const std::vector<uint32_t>& numbers) {
  std::vector<uint8_t> bytes;
  uint32_t before = 0;
  for (const uint32_t number : numbers) {
    uint32_t rest = number - before;
    before = number;
    for (; rest >= 128; rest >>= 7)
      bytes.push_back(static_cast<uint8_t>(rest | 128));
    bytes.push_back(static_cast<uint8_t>(rest));
  }
  return to_base64(bytes);
}

std::vector<uint32_t> unpack_ascending(const std::string& text) {
  std::vector<uint32_t> numbers;
  uint32_t before = 0, difference = 0;
  int shift = 0;
  for (const uint8_t byte : from_base64(text)) {
    if (shift < 32)
      difference |= static_cast<uint32_t>(byte & 127) << shift;
    shift += 7;
    if (byte & 128)
      continue;
    before += difference;
    numbers.push_back(before);
    difference = 0;
    shift = 0;
  }
  return numbers;
}

} // namespace pinhole
