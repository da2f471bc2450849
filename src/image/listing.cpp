// SPDX-License-Identifier: Apache-2.0
#include "image/listing.h"
#include "image/digits.h"
#include "image/file_bytes.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <iterator>

namespace pinhole {
namespace {

namespace fs = std::filesystem;

// The run of digits at `at`, without its leading zeros; *at moves behind it.
std::string number_at(const std::string& text, size_t* at) {
  const size_t first = *at;
  *at += digits_at(text, *at);
  const size_t significant = std::min(text.find_first_not_of('0', first), *at);
  return text.substr(significant, *at - significant);
}

std::string lower_ending(const fs::path& path) {
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  return ending;
}

template <class Iterator> std::error_code collect(const std::string& folder, std::vector<std::string>* paths) {
  std::error_code failure;
  for (Iterator entry(folder, failure), end; !failure && entry != end; entry.increment(failure))
    if (std::error_code ignored; is_image_name(entry->path().string()) && entry->is_regular_file(ignored))
      paths->push_back(entry->path().string());
  return failure;
}

// The frame's number at *at, or -1; *at moves behind it.
int64_t frame_number_at(const std::string& text, size_t* at) {
  const size_t digits = digits_at(text, *at);
  uint64_t number = 0;
  if (digits > kMostFrameDigits || !parse_digits(text.substr(*at, digits), &number))
    return -1;
  *at += digits;
  return static_cast<int64_t>(number);
}

// One "a" or "a-b"; `least` is the smallest number that is still free.
Status parse_span(const std::string& part, int64_t least, NumberSpan* span) {
  size_t at = 0;
  span->first = span->last = frame_number_at(part, &at);
  if (at < part.size() && part[at] == '-')
    span->last = frame_number_at(part, &++at);
  if (span->first < 0 || span->last < 0 || at != part.size())
    return error(Code::invalid_argument, "range '%s': write numbers like 0-53,243-312, of %zu digits at most",
                 short_text(part).c_str(), kMostFrameDigits);
  if (span->last < span->first)
    return error(Code::invalid_argument, "range '%s': its end lies before its start", short_text(part).c_str());
  if (span->first < least)
    return error(Code::invalid_argument, "range '%s': parts must ascend and not overlap", short_text(part).c_str());
  return {};
}

} // namespace

bool natural_less(const std::string& a, const std::string& b) {
  size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (is_digit(a[i]) && is_digit(b[j])) {
      const std::string left = number_at(a, &i), right = number_at(b, &j);
      if (left.size() != right.size())
        return left.size() < right.size();
      if (left != right)
        return left < right;
    } else if (a[i] != b[j]) {
      return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[j]);
    } else {
      ++i;
      ++j;
    }
  }
  if (i < a.size() || j < b.size())
    return i == a.size();
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

bool is_image_name(const std::string& path) {
  const fs::path parts(path);
  const std::string ending = lower_ending(parts);
  return parts.filename().string()[0] != '.' &&
         (ending == ".jpg" || ending == ".jpeg" || ending == ".png" || ending == ".pgm" || ending == ".ppm");
}

size_t count_other_pictures(const std::string& folder) {
  constexpr const char* kOthers[] = {".avif", ".bmp", ".gif", ".heic", ".jp2", ".jxl", ".tif", ".tiff", ".webp"};
  std::error_code ignored;
  size_t count = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored))
    count += std::count(std::begin(kOthers), std::end(kOthers), lower_ending(entry.path())) > 0;
  return count;
}

Status list_images(const std::string& path, bool recursive, std::vector<std::string>* paths) {
  std::error_code failure;
  paths->clear();
  if (!fs::is_directory(path, failure)) {
    if (!fs::exists(path, failure))
      return error(Code::io_error, "%s: there is no such file or folder: name a folder of pictures, or one picture",
                   short_path(path).c_str());
    paths->push_back(path);
    return {};
  }
  failure =
      recursive ? collect<fs::recursive_directory_iterator>(path, paths) : collect<fs::directory_iterator>(path, paths);
  if (failure)
    return error(Code::io_error, "%s: the folder cannot be read: %s", short_path(path).c_str(),
                 failure.message().c_str());
  if (paths->empty())
    return error(Code::bad_file, "%s: the folder holds no .jpg, .png, .pgm or .ppm file%s", short_path(path).c_str(),
                 recursive ? "" : " (folders in it are not read)");
  std::sort(paths->begin(), paths->end(), natural_less);
  return {};
}

Status parse_spans(const std::string& text, std::vector<NumberSpan>* spans) {
  for (size_t start = 0; start <= text.size();) {
    const size_t comma = std::min(text.find(',', start), text.size());
    NumberSpan span = {};
    PINHOLE_RETURN_IF_ERROR(
        parse_span(text.substr(start, comma - start), spans->empty() ? 0 : spans->back().last + 1, &span));
    spans->push_back(span);
    start = comma + 1;
  }
  return {};
}

Status check_range(const std::string& text) {
  std::vector<NumberSpan> spans;
  return parse_spans(text, &spans);
}

Status parse_range(const std::string& text, int64_t count, std::vector<int64_t>* positions) {
  positions->clear();
  std::vector<NumberSpan> spans;
  PINHOLE_RETURN_IF_ERROR(parse_spans(text, &spans));
  if (const NumberSpan& end = spans.back(); end.last >= count)
    return error(Code::invalid_argument, "range '%s': there are %lld frames, the last one is %lld",
                 short_text(text).c_str(), static_cast<long long>(count), static_cast<long long>(count - 1));
  for (const NumberSpan& span : spans)
    for (int64_t position = span.first; position <= span.last; ++position)
      positions->push_back(position);
  return {};
}

} // namespace pinhole
