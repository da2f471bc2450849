// SPDX-License-Identifier: Apache-2.0
#include "train/json.h"

#include "image/file_bytes.h"

#include <iterator>
#include <nlohmann/json.hpp>

namespace pinhole {
namespace {

constexpr size_t kMaxDepth = 32;

// Where the parser is in the text. Lines are counted up to the last character that it took, that one not included, so
// that a number, which ends with the character after it, keeps its line.
struct Position {
  const std::string* text;
  size_t taken = 0, counted = 0;
  int32_t lines = 1;

  int32_t line() {
    for (; counted + 1 < taken; ++counted)
      lines += (*text)[counted] == '\n' ? 1 : 0;
    return lines;
  }
};

// Copies share the position: the parser copies its iterators.
class CountingIterator {
public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(Position* position, bool end) : position_(position), end_(end) {}
  reference operator*() const { return (*position_->text)[position_->taken]; }
  CountingIterator& operator++() {
    ++position_->taken;
    return *this;
  }
  bool operator==(const CountingIterator& other) const { return at() == other.at(); }
  bool operator!=(const CountingIterator& other) const { return at() != other.at(); }

private:
  size_t at() const { return end_ ? position_->text->size() : position_->taken; }
  Position* position_;
  bool end_;
};

class TreeBuilder : public nlohmann::json_sax<nlohmann::json> {
public:
  TreeBuilder(const std::string& name, Position* position, Json* root) : name_(name), position_(position) {
    open_.push_back(root);
  }
  Status status;

  bool null() override {
    add(Json::Kind::null);
    return true;
  }
  bool boolean(bool value) override {
    add(Json::Kind::boolean)->boolean = value;
    return true;
  }
  bool number_integer(number_integer_t value) override { return add_number(static_cast<double>(value), true); }
  bool number_unsigned(number_unsigned_t value) override { return add_number(static_cast<double>(value), true); }
  bool number_float(number_float_t value, const string_t&) override { return add_number(value, false); }
  bool string(string_t& value) override {
    add(Json::Kind::text)->text = value;
    return true;
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(size_t) override { return open(Json::Kind::object); }
  bool start_array(size_t) override { return open(Json::Kind::array); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& value) override {
    Json* object = open_.back();
    for (const JsonMember& member : object->members)
      if (member.key == value)
        return fail("\"" + value + "\" is given twice, first in line " + std::to_string(member.line));
    object->members.emplace_back();
    object->members.back().key = value;
    object->members.back().line = position_->line();
    return true;
  }

  bool parse_error(size_t, const std::string&, const nlohmann::json::exception& exception) override {
    // "[json.exception...] parse error at line 3, column 7: syntax error while ...": the line is already in front.
    std::string text = exception.what();
    const size_t start = text.find("syntax error");
    return fail("not JSON: " + (start == std::string::npos ? text : text.substr(start)));
  }

private:
  // The place for the next value: the root, the last member of an object, or a new element of an array.
  Json* add(Json::Kind kind) {
    Json* parent = open_.back();
    Json* json = parent;
    if (started_ && parent->kind == Json::Kind::object)
      json = &parent->members.back().value;
    else if (started_)
      json = &parent->elements.emplace_back();
    started_ = true;
    json->kind = kind;
    json->line = position_->line();
    return json;
  }
  bool add_number(double value, bool integral) {
    Json* json = add(Json::Kind::number);
    json->number = value;
    json->integral = integral;
    return true;
  }
  bool open(Json::Kind kind) {
    if (open_.size() > kMaxDepth)
      return fail("nested deeper than " + std::to_string(kMaxDepth));
    const bool root = !started_;
    Json* json = add(kind);
    if (!root)
      open_.push_back(json);
    return true;
  }
  bool close() {
    if (open_.size() > 1)
      open_.pop_back();
    return true;
  }
  bool fail(const std::string& message) {
    status = error_at_line(name_, position_->line(), message);
    return false;
  }

  const std::string& name_;
  Position* position_;
  std::vector<Json*> open_; // the containers around the next value; a container never grows while a child is open
  bool started_ = false;
};

} // namespace

Status error_at_line(const std::string& name, int32_t line, const std::string& message) {
  return error(Code::invalid_argument, "%s:%d: %s", short_path(name).c_str(), line, message.c_str());
}

Status parse_json(const std::string& name, const std::string& text, Json* json) {
  *json = Json();
  Position position = {&text};
  TreeBuilder builder(name, &position, json);
  if (!nlohmann::json::sax_parse(CountingIterator(&position, false), CountingIterator(&position, true), &builder))
    return builder.status;
  return Status();
}

} // namespace pinhole
