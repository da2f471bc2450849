// SPDX-License-Identifier: Apache-2.0
// JSON as a tree that remembers lines and order, and a reader of objects that lets nothing pass unread.
#pragma once

#include "base/status.h"
#include "train/interval.h"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace pinhole {

struct JsonMember;

struct Json {
  enum class Kind : uint8_t { null, boolean, number, text, array, object };
  Kind kind = Kind::null;
  int32_t line = 0; // 1-based, of its first character
  bool boolean = false;
  bool integral = false; // a number written without fraction and exponent
  double number = 0;
  std::string text;
  std::vector<Json> elements;      // array
  std::vector<JsonMember> members; // object, in the file's order
};

struct JsonMember {
  std::string key;
  int32_t line = 0; // of the key
  Json value;
};

const char* json_kind_name(Json::Kind kind); // "a number", "an object", ...

// Refuses what is not JSON, keys given twice in one object, and nesting deeper than 32. Errors begin "name:line: ".
Status parse_json(const std::string& name, const std::string& text, Json* json);

// "name:line: message", cut to fit.
Status error_at_line(const std::string& name, int32_t line, const std::string& message);

// " (did you mean "x"?)" for the candidate that is nearest to `word` in spelling; "" when none is near.
std::string did_you_mean(const std::string& word, const std::vector<std::string>& candidates);

// Reads the members of one object. Each call takes a member if it is there and leaves *value alone if not; returns true
// when it was taken. The first fault is kept; finish() returns it, or complains about a member that nobody took.
class ObjectReader {
public:
  // `what` names the object in messages: "optimizer". A value that is no object is a fault.
  ObjectReader(const std::string& file, const Json& json, const std::string& what);

  bool number(const char* key, float* value, double low, double high);
  bool number(const char* key, double* value, double low, double high);
  bool integer(const char* key, int32_t* value, int64_t low, int64_t high);
  bool integer(const char* key, int64_t* value, int64_t low, int64_t high);
  bool flag(const char* key, bool* value);
  bool text(const char* key, std::string* value);
  // A number (low = high) or [low, high].
  bool interval(const char* key, Interval* value, double low, double high);
  // *index becomes the position of the text among `names`.
  bool choice(const char* key, std::initializer_list<const char*> names, int32_t* index);
  // The member as it is (marked as read), or null.
  const Json* member(const char* key, Json::Kind kind);
  const Json* any(const char* key);

  void require(const char* key); // a fault when the object has no such member
  void fault(int32_t line, const std::string& message);
  void adopt(const Status& status); // keeps a fault found elsewhere
  Status finish();
  Status status() const { return status_; }

private:
  const JsonMember* take(const char* key);
  bool in_range(const JsonMember& member, const Json& json, double low, double high);
  std::string where(const char* key) const;

  const std::string& file_;
  const Json& json_;
  std::string what_;
  std::vector<std::string> known_;
  Status status_;
};

} // namespace pinhole
