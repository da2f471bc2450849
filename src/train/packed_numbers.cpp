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

// False when something else follows.
bool from_base64(const std::string& text, std::vector<uint8_t>* bytes) {
  uint32_t held = 0;
  int bits = 0;
  for (const char letter : text) {
    const char* digit = letter ? std::strchr(kDigits, letter) : nullptr;
    if (!digit)
      return false;
    held = held << 6 | static_cast<uint32_t>(digit - kDigits);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes->push_back(static_cast<uint8_t>(held >> bits));
    }
  }
  return true;
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

bool unpack_ascending(const std::string& text, std::vector<uint32_t>* numbers) {
  numbers->clear();
  std::vector<uint8_t> bytes;
  const bool whole = from_base64(text, &bytes);
  uint64_t number = 0, difference = 0;
  int shift = 0;
  for (const uint8_t byte : bytes) {
    difference |= static_cast<uint64_t>(byte & 127) << shift;
    shift += 7;
    if (byte & 128) {
      if (shift > 28) // more than 32 bits
        return false;
      continue;
    }
    number += difference;
    if (number > UINT32_MAX || (difference == 0 && !numbers->empty()))
      return false;
    numbers->push_back(static_cast<uint32_t>(number));
    difference = 0;
    shift = 0;
  }
  // Of the ways to write the same numbers only the shortest is one: with nothing behind it, not even bits.
  return whole && pack_ascending(*numbers) == text;
}

} // namespace pinhole
