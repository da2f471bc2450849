// SPDX-License-Identifier: Apache-2.0
#include "ops/op_golden.h"

#include <fstream>
#include <sstream>

namespace pinhole::test {
namespace {

const char kFolder[] = PINHOLE_SOURCE_DIR "/tests/golden/";

Desc read_desc(std::istream& line) {
  Desc desc;
  line >> desc.n >> desc.h >> desc.w >> desc.c;
  return desc;
}

// The next numbers of op_golden.f32; marks the stream failed at its end.
Values read_values(std::istream& numbers, const Desc& desc) {
  std::vector<float> raw(static_cast<size_t>(desc.elements()));
  numbers.read(reinterpret_cast<char*>(raw.data()), static_cast<std::streamsize>(raw.size() * sizeof raw[0]));
  return Values(raw.begin(), raw.end());
}

template <class T> std::vector<T> rest_of(std::istream& line) {
  std::vector<T> values;
  for (T value; line >> value;)
    values.push_back(value);
  return values;
}

GoldenCase read_header(std::istream& line) {
  GoldenCase golden;
  std::string mode;
  line >> golden.op_case.op >> golden.op_case.name >> mode;
  golden.training = mode == "training";
  return golden;
}

void read_line(const std::string& word, std::istream& line, std::istream& numbers, GoldenCase* golden) {
  if (word == "ints" || word == "floats") {
    AttributeCase attribute;
    line >> attribute.key;
    if (word == "ints")
      attribute.ints = rest_of<int32_t>(line);
    else
      attribute.floats = rest_of<float>(line);
    golden->op_case.attributes.push_back(attribute);
  } else if (word == "in") {
    golden->op_case.in.push_back(read_desc(line));
    golden->in.push_back(read_values(numbers, golden->op_case.in.back()));
  } else if (word == "parameter") {
    golden->parameter.push_back(read_values(numbers, read_desc(line)));
  } else if (word == "d_out") {
    golden->d_out = read_values(numbers, read_desc(line));
  } else {
    GoldenTensor tensor;
    tensor.role = word;
    line >> tensor.index;
    tensor.desc = read_desc(line);
    tensor.values = read_values(numbers, tensor.desc);
    golden->results.push_back(tensor);
  }
}

std::vector<GoldenCase> read_all() {
  std::vector<GoldenCase> cases;
  std::ifstream manifest(std::string(kFolder) + "op_golden.txt");
  std::ifstream numbers(std::string(kFolder) + "op_golden.f32", std::ios::binary);
  for (std::string text_line; std::getline(manifest, text_line);) {
    std::istringstream line(text_line);
    std::string word;
    line >> word;
    if (word == "case")
      cases.push_back(read_header(line));
    else if (word != "#" && !cases.empty())
      read_line(word, line, numbers, &cases.back());
  }
  const bool all_read = numbers.good() && numbers.peek() == std::ifstream::traits_type::eof();
  return all_read ? cases : std::vector<GoldenCase>();
}

} // namespace

const std::vector<GoldenCase>& golden_cases() {
  static const std::vector<GoldenCase> cases = read_all();
  return cases;
}

} // namespace pinhole::test
