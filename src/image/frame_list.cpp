// SPDX-License-Identifier: Apache-2.0
#include "image/frame_list.h"

#include "image/digits.h"
#include "image/file_bytes.h"
#include "image/listing.h"

#include <algorithm>
#include <filesystem>
#include <numeric>

namespace pinhole {
namespace {

constexpr size_t kMostNamed = 5; // gaps in a message

std::string text_of(const NumberSpan& span) {
  const std::string first = std::to_string(span.first);
  return span.first == span.last ? first : first + "-" + std::to_string(span.last);
}

// What of `span` is not among the numbers from `begin` on, which ascend and lie within it.
void add_gaps(const NumberSpan& span, const int64_t* begin, const int64_t* end, std::vector<NumberSpan>* gaps) {
  int64_t next = span.first;
  for (const int64_t* number = begin; number != end; ++number) {
    if (*number > next)
      gaps->push_back({next, *number - 1});
    next = *number + 1;
  }
  if (next <= span.last)
    gaps->push_back({next, span.last});
}

std::string missing_text(const std::vector<NumberSpan>& gaps) {
  if (gaps.empty())
    return "";
  const bool one = gaps.size() == 1 && gaps[0].first == gaps[0].last;
  std::string text = one ? "frame " : "frames ";
  const size_t named = std::min(gaps.size(), kMostNamed);
  for (size_t i = 0; i < named; ++i)
    text += (i == 0 ? "" : i + 1 == gaps.size() ? " and " : ", ") + text_of(gaps[i]);
  if (gaps.size() > named)
    text += " and those of " + std::to_string(gaps.size() - named) + " other gaps";
  return text + (one ? " is missing" : " are missing");
}

// A range's spans, or everything from the first number to the last.
Status spans_of(const std::string& range, const std::vector<int64_t>& numbers, std::vector<NumberSpan>* spans) {
  if (!range.empty())
    return parse_spans(range, spans);
  *spans = {{numbers.front(), numbers.back()}};
  return {};
}

// What a name ends in, before the extension.
std::string digits_of(const std::string& path) {
  const std::string stem = std::filesystem::path(path).stem().string();
  size_t begin = stem.size();
  while (begin > 0 && is_digit(stem[begin - 1]))
    --begin;
  return stem.substr(begin);
}

bool has_too_many_digits(const std::string& path) {
  return digits_of(path).size() > kMostFrameDigits;
}

} // namespace

int64_t number_in_name(const std::string& path) {
  const std::string digits = digits_of(path);
  uint64_t number = 0;
  const bool fits = digits.size() <= kMostFrameDigits && parse_digits(digits, &number);
  return fits ? static_cast<int64_t>(number) : -1;
}

std::vector<int64_t> frame_numbers(const std::vector<std::string>& names, std::string* reason) {
  std::vector<int64_t> numbers(names.size());
  std::transform(names.begin(), names.end(), numbers.begin(), number_in_name);
  const auto without = static_cast<size_t>(std::count(numbers.begin(), numbers.end(), -1));
  const bool all = without == 0;
  bool ascend = true;
  size_t skips = 0;
  for (size_t i = 1; i < numbers.size(); ++i) {
    ascend = ascend && numbers[i] > numbers[i - 1];
    skips += numbers[i] != numbers[i - 1] + 1;
  }
  const bool mostly_skip = 2 * skips + 1 > numbers.size(); // of the steps, one fewer
  const bool too_long = !all && std::any_of(names.begin(), names.end(), has_too_many_digits);
  if (reason)
    *reason = too_long ? "names end in numbers of more than " + std::to_string(kMostFrameDigits) + " digits"
              : without == numbers.size() ? ""
              : !all                      ? "some names end in a number and some do not"
              : !ascend                   ? "the numbers that the names end in do not ascend"
              : mostly_skip               ? "the numbers that the names end in skip more often than not"
                                          : "";
  if (!all || !ascend || mostly_skip)
    std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

Status choose_frames(const std::string& range, const std::vector<int64_t>& numbers, std::vector<size_t>* indices) {
  indices->clear();
  if (numbers.empty())
    return error(Code::invalid_argument, "there are no frames to choose from");
  std::vector<NumberSpan> spans;
  PINHOLE_RETURN_IF_ERROR(spans_of(range, numbers, &spans));
  if (spans.back().last > numbers.back())
    return error(Code::invalid_argument, "range '%s': there are %zu frames, the last one is %lld",
                 short_text(range).c_str(), numbers.size(), static_cast<long long>(numbers.back()));
  for (const NumberSpan& span : spans) {
    const auto begin = std::lower_bound(numbers.begin(), numbers.end(), span.first);
    const auto end = std::upper_bound(begin, numbers.end(), span.last);
    if (begin == end)
      return error(Code::invalid_argument, "range '%s': there is no frame %s; the first one is %lld",
                   short_text(range).c_str(), text_of(span).c_str(), static_cast<long long>(numbers.front()));
    for (auto at = begin; at != end; ++at)
      indices->push_back(static_cast<size_t>(at - numbers.begin()));
  }
  return {};
}

Status number_frames(const std::vector<std::string>& paths, const std::string& range, FrameList* list) {
  *list = {};
  const std::vector<int64_t> numbers = frame_numbers(paths, &list->counted);
  std::vector<size_t> chosen;
  if (const Status status = choose_frames(range, numbers, &chosen); !status.ok())
    return list->counted.empty()
               ? status
               : error(status.code, "%s; %s: frames are counted from 0", status.text, list->counted.c_str());
  for (const size_t i : chosen)
    list->frames.push_back({paths[i], numbers[i]});
  std::vector<NumberSpan> spans, gaps;
  PINHOLE_RETURN_IF_ERROR(spans_of(range, numbers, &spans));
  for (const NumberSpan& span : spans) {
    const auto begin = std::lower_bound(numbers.begin(), numbers.end(), span.first);
    const auto end = std::upper_bound(begin, numbers.end(), span.last);
    add_gaps(span, numbers.data() + (begin - numbers.begin()), numbers.data() + (end - numbers.begin()), &gaps);
  }
  list->missing = missing_text(gaps);
  return {};
}

Status list_frames(const std::string& path, bool recursive, const std::string& range, FrameList* list) {
  *list = {};
  std::vector<std::string> paths;
  PINHOLE_RETURN_IF_ERROR(list_images(path, recursive, &paths));
  const Status status = number_frames(paths, range, list);
  return status.ok() ? status : with_path(path, status);
}

std::string notice_of(const FrameList& list, const std::string& folder) {
  if (!list.missing.empty())
    return short_path(folder) + ": " + list.missing;
  return list.counted.empty() ? "" : short_path(folder) + ": " + list.counted + ": frames are counted from 0";
}

} // namespace pinhole
