// SPDX-License-Identifier: Apache-2.0
#include "train/corruption.h"

#include "base/checked.h"
#include "image/file_bytes.h"
#include "train/crack.h"
#include "train/defect.h"
#include "train/intruder.h"
#include "train/misprint.h"

#include <cstdlib>
#include <cstring>

namespace pinhole {
namespace {

void clear_pixel(const View& image, int32_t y, int32_t x, float value) {
  float* pixel = image.row<float>(0, y) + x * image.pixel_stride;
  for (int32_t c = 0; c < image.desc.c; ++c)
    pixel[c] = value;
}

void mask_pixels(float probability, const NoiseKey& key, const View& image) {
  for (int32_t y = 0; y < image.desc.h; ++y)
    for (int32_t x = 0; x < image.desc.w; ++x) {
      const uint64_t place = static_cast<uint64_t>(y) * static_cast<uint64_t>(image.desc.w) + static_cast<uint64_t>(x);
      if (uniform_from(value_words(key, place).word[0]) < probability)
        clear_pixel(image, y, x, 0);
    }
}

// Two neighbouring rows become 1; the last pair is never hit (as the courses do it on 28 rows).
void occlude_rows(const NoiseKey& key, const View& image) {
  const int32_t pairs = max_of(image.desc.h - 2, 1);
  const RandomWords words = value_words(key, 0);
  const auto first = static_cast<int32_t>(index_from(words.word[0], static_cast<uint32_t>(pairs)));
  for (int32_t y = first; y < min_of(first + 2, image.desc.h); ++y)
    for (int32_t x = 0; x < image.desc.w; ++x)
      clear_pixel(image, y, x, 1);
}

// A number that ends at ',', ".." or the end of the text; *text moves behind it. strtof alone would read "0." of
// "0..55".
bool parse_number(const char** text, float* number) {
  const char* const range = std::strstr(*text, "..");
  size_t length = std::strcspn(*text, ",");
  if (range && static_cast<size_t>(range - *text) < length)
    length = static_cast<size_t>(range - *text);
  char digits[32] = {0};
  if (length == 0 || length >= sizeof digits || std::strspn(*text, "0123456789.eE+-") < length)
    return false;
  std::memcpy(digits, *text, length);
  char* end = nullptr;
  *number = std::strtof(digits, &end);
  *text += length;
  return *end == 0;
}

// "5" or "0..55" at *text, which moves behind it.
bool parse_interval(const char** text, const Interval& limits, Interval* interval) {
  if (!parse_number(text, &interval->low))
    return false;
  interval->high = interval->low;
  if ((*text)[0] == '.' && (*text)[1] == '.') {
    *text += 2;
    if (!parse_number(text, &interval->high))
      return false;
  }
  return interval->low >= limits.low && interval->high <= limits.high && interval->low <= interval->high;
}

struct KindSyntax {
  const char* name;
  CorruptionKind kind;
  int count;
  Interval limits[3];
  const char* numbers;
};
constexpr KindSyntax kSyntax[] = {
    {"none", CorruptionKind::none, 0, {}, "no number"},
    {"gaussian", CorruptionKind::gaussian, 1, {{0, 255}}, "1 number from 0 to 255"},
    {"sensor", CorruptionKind::sensor, 2, {{0, 1}, {0, 1}}, "2 numbers from 0 to 1"},
    {"mask", CorruptionKind::mask, 1, {{0, 1}}, "1 number from 0 to 1"},
    {"occlude", CorruptionKind::occlude, 0, {}, "no number"},
    {"jpeg", CorruptionKind::jpeg, 1, {{1, 100}}, "1 number from 1 to 100"},
    {"camera", CorruptionKind::camera, 2, {{0, 255}, {0, kMostCameraBlur}}, "2 numbers: from 0 to 255 and from 0 to 8"},
    {"isp",
     CorruptionKind::isp,
     3,
     {{1, kMostPhotons}, {0, kMostCameraBlur}, {0, 2}},
     "3 numbers: from 1 to 1e6, from 0 to 8 and from 0 to 2"},
    {"intruder", CorruptionKind::intruder, 1, {{0, 1}}, "1 number from 0 to 1"},
    {"defect", CorruptionKind::defect, 2, {{1, kLongestDefect}, {0, 1}}, "2 numbers: from 1 to 4096 and from 0 to 1"},
    {"misprint", CorruptionKind::misprint, 1, {{1, kLongestDefect}}, "1 number from 1 to 4096"},
    {"crack", CorruptionKind::crack, 2, {{1, kLongestDefect}, {0, 1}}, "2 numbers: from 1 to 4096 and from 0 to 1"}};

} // namespace

Status parse_corruption(const char* text, Corruption* corruption) {
  const size_t length = std::strcspn(text, ":");
  for (const KindSyntax& syntax : kSyntax) {
    if (std::strlen(syntax.name) != length || std::strncmp(syntax.name, text, length) != 0)
      continue;
    Corruption made;
    made.kind = syntax.kind;
    Interval* const intervals[] = {&made.first, &made.second, &made.third};
    const char* at = text + length;
    bool good = true;
    for (int i = 0; i < syntax.count && good; ++i)
      good = *at == (i == 0 ? ':' : ',') && parse_interval(&++at, syntax.limits[i], intervals[i]);
    if (!good || *at != 0)
      return error(Code::invalid_argument, "noise '%s': %s takes %s%s", short_text(text).c_str(), syntax.name,
                   syntax.numbers, syntax.count > 0 ? " (or a range for one, LOW..HIGH, the lower first)" : "");
    *corruption = made;
    return {};
  }
  return error(Code::invalid_argument,
               "noise '%s' is unknown: write gaussian:SIGMA, sensor:A,B, mask:P, occlude, jpeg:QUALITY, "
               "camera:SIGMA,BLUR, isp:PHOTONS,WIDTH,DEMOSAIC, intruder:AREA, defect:SIZE,CONTRAST, misprint:SIZE, "
               "crack:LENGTH,CONTRAST or none",
               short_text(text).c_str());
}

float corrupt(const Corruption& corruption, const NoiseKey& key, const View& image) {
  const float first = draw(corruption.first, key, 0);
  switch (corruption.kind) {
  case CorruptionKind::gaussian: {
    const float sigma = first / 255.0f;
    add_noise(0, sigma * sigma, key, image);
    return sigma;
  }
  case CorruptionKind::sensor: {
    const double variances = add_noise(first, draw(corruption.second, key, 1), key, image);
    return static_cast<float>(std::sqrt(variances / static_cast<double>(image.desc.elements())));
  }
  case CorruptionKind::mask:
    mask_pixels(first, key, image);
    return 0;
  case CorruptionKind::occlude:
    occlude_rows(key, image);
    return 0;
  case CorruptionKind::intruder:
    put_intruder(first, key, image);
    return 0;
  case CorruptionKind::defect:
    put_defects(corruption.first, corruption.second, key, image);
    return 0;
  case CorruptionKind::misprint:
    put_misprints(corruption.first, key, image);
    return 0;
  case CorruptionKind::crack:
    put_cracks(corruption.first, corruption.second, key, image);
    return 0;
  case CorruptionKind::none:
  case CorruptionKind::jpeg:
  case CorruptionKind::camera:
  case CorruptionKind::isp:
    break;
  }
  return 0;
}

} // namespace pinhole
