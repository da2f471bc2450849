// SPDX-License-Identifier: Apache-2.0
#include "train/json.h"

#include <algorithm>
#include <cstdio>

namespace pinhole {
namespace {

// Levenshtein's distance.
size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

std::string format_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

} // namespace

const char* json_kind_name(Json::Kind kind) {
  constexpr const char* kNames[] = {"null", "true or false", "a number", "a text", "a list", "an object"};
  return kNames[static_cast<unsigned>(kind)];
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& candidates) {
  size_t least = std::max<size_t>(2, word.size() / 3) + 1;
  const std::string* best = nullptr;
  for (const std::string& candidate : candidates) {
    const size_t distance = edit_distance(word, candidate);
    if (distance < least) {
      least = distance;
      best = &candidate;
    }
  }
  return best ? " (did you mean \"" + *best + "\"?)" : "";
}

ObjectReader::ObjectReader(const std::string& file, const Json& json, const std::string& what)
    : file_(file), json_(json), what_(what) {
  if (json.kind != Json::Kind::object)
    fault(json.line, what + " must be an object, not " + json_kind_name(json.kind));
}

void ObjectReader::fault(int32_t line, const std::string& message) {
  if (status_.ok())
    status_ = error_at_line(file_, line, message);
}

void ObjectReader::adopt(const Status& status) {
  if (status_.ok())
    status_ = status;
}

std::string ObjectReader::where(const char* key) const {
  return "\"" + std::string(key) + "\" in " + what_;
}

const JsonMember* ObjectReader::take(const char* key) {
  known_.push_back(key);
  for (const JsonMember& member : json_.members)
    if (member.key == key)
      return &member;
  return nullptr;
}

void ObjectReader::require(const char* key) {
  for (const JsonMember& member : json_.members)
    if (member.key == key)
      return;
  fault(json_.line, what_ + " has no \"" + key + "\"");
}

const Json* ObjectReader::any(const char* key) {
  const JsonMember* member = take(key);
  return member ? &member->value : nullptr;
}

const Json* ObjectReader::member(const char* key, Json::Kind kind) {
  const JsonMember* member = take(key);
  if (!member)
    return nullptr;
  if (member->value.kind != kind) {
    fault(member->line,
          where(key) + " must be " + json_kind_name(kind) + ", not " + json_kind_name(member->value.kind));
    return nullptr;
  }
  return &member->value;
}

bool ObjectReader::in_range(const JsonMember& member, const Json& json, double low, double high) {
  if (json.kind == Json::Kind::number && json.number >= low && json.number <= high)
    return true;
  const std::string seen = json.kind == Json::Kind::number ? format_number(json.number) : json_kind_name(json.kind);
  fault(json.line, where(member.key.c_str()) + " must be a number from " + format_number(low) + " to " +
                       format_number(high) + ", not " + seen);
  return false;
}

bool ObjectReader::number(const char* key, double* value, double low, double high) {
  const JsonMember* member = take(key);
  if (!member || !in_range(*member, member->value, low, high))
    return false;
  *value = member->value.number;
  return true;
}

bool ObjectReader::number(const char* key, float* value, double low, double high) {
  double wide = 0;
  if (!number(key, &wide, low, high))
    return false;
  *value = static_cast<float>(wide);
  return true;
}

bool ObjectReader::integer(const char* key, int64_t* value, int64_t low, int64_t high) {
  const JsonMember* member = take(key);
  if (!member || !in_range(*member, member->value, static_cast<double>(low), static_cast<double>(high)))
    return false;
  if (!member->value.integral) {
    fault(member->value.line, where(key) + " must be a whole number");
    return false;
  }
  *value = static_cast<int64_t>(member->value.number);
  return true;
}

bool ObjectReader::integer(const char* key, int32_t* value, int64_t low, int64_t high) {
  int64_t wide = 0;
  if (!integer(key, &wide, low, high))
    return false;
  *value = static_cast<int32_t>(wide);
  return true;
}

bool ObjectReader::flag(const char* key, bool* value) {
  const Json* json = member(key, Json::Kind::boolean);
  if (json)
    *value = json->boolean;
  return json != nullptr;
}

bool ObjectReader::text(const char* key, std::string* value) {
  const Json* json = member(key, Json::Kind::text);
  if (json)
    *value = json->text;
  return json != nullptr;
}

bool ObjectReader::interval(const char* key, Interval* value, double low, double high) {
  const JsonMember* member = take(key);
  if (!member)
    return false;
  const Json& json = member->value;
  const bool pair = json.kind == Json::Kind::array && json.elements.size() == 2;
  const Json& first = pair ? json.elements[0] : json;
  const Json& second = pair ? json.elements[1] : json;
  if (!in_range(*member, first, low, high) || !in_range(*member, second, low, high))
    return false;
  if (first.number > second.number) {
    fault(json.line, where(key) + ": the first number of a range must be the lower one");
    return false;
  }
  *value = {static_cast<float>(first.number), static_cast<float>(second.number)};
  return true;
}

bool ObjectReader::choice(const char* key, std::initializer_list<const char*> names, int32_t* index) {
  const Json* json = member(key, Json::Kind::text);
  if (!json)
    return false;
  const std::vector<std::string> candidates(names.begin(), names.end());
  const auto found = std::find(candidates.begin(), candidates.end(), json->text);
  if (found == candidates.end()) {
    std::string list;
    for (const std::string& name : candidates)
      list += (list.empty() ? "" : ", ") + name;
    fault(json->line,
          where(key) + " is \"" + json->text + "\"" + did_you_mean(json->text, candidates) + "; known: " + list);
    return false;
  }
  *index = static_cast<int32_t>(found - candidates.begin());
  return true;
}

Status ObjectReader::finish() {
  if (!status_.ok())
    return status_;
  for (const JsonMember& member : json_.members)
    if (std::find(known_.begin(), known_.end(), member.key) == known_.end())
      return error_at_line(file_, member.line,
                           "unknown key \"" + member.key + "\" in " + what_ + did_you_mean(member.key, known_));
  return Status();
}

} // namespace pinhole
