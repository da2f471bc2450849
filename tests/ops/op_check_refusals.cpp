// SPDX-License-Identifier: Apache-2.0
#include "ops/op_checks.h"

#include <climits>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>

namespace pinhole::test {
namespace {

struct FreeBlock {
  void operator()(void* block) const { std::free(block); }
};

// A refusal is an error whose text names what was wrong.
void expect_refused(const Status& status, const std::string& what, const std::string& named, Faults* faults) {
  if (status.ok())
    faults->push_back("accepted: " + what);
  else if (!std::strstr(status.text, named.c_str()))
    faults->push_back(text("refused %s without naming %s: '%s'", what.c_str(), named.c_str(), status.text));
}

Status parse(const Problem& problem, const std::vector<AttributeCase>& attributes) {
  OpOptions options;
  AttributeList list(attributes);
  return problem.op().parse(list.get(), &options);
}

bool addressable(const Desc& desc) {
  int64_t elements = 0;
  return desc.n >= 1 && desc.h >= 1 && desc.w >= 1 && desc.c >= 1 &&
         checked_mul(int64_t{desc.n} * desc.h, int64_t{desc.w} * desc.c, &elements);
}

// infer_shape over other inputs or options: refused in words, or shapes that exist.
void expect_sound(const Problem& problem, const OpOptions& options, const std::vector<Desc>& in, Faults* faults) {
  ShapeQuery query = shape_query(options, in, problem.query.training);
  const Status status = problem.op().infer_shape(&query);
  if (!status.ok()) {
    if (!std::strstr(status.text, problem.op().name))
      faults->push_back(text("infer_shape: refused without naming the layer: '%s'", status.text));
    return;
  }
  for (int32_t i = 0; i < query.n_out; ++i)
    if (!addressable(query.out[i]))
      faults->push_back(text("infer_shape: accepted %s and gave out[%d] %s", describe(in[0]).c_str(), i,
                             describe(query.out[i]).c_str()));
}

void check_wrong_value(const Problem& problem, std::vector<AttributeCase> attributes, size_t index, Faults* faults) {
  const AttributeCase original = attributes[index];
  const auto refuse = [&](const char* how) {
    expect_refused(parse(problem, attributes), text("%s with %s", original.key.c_str(), how), original.key, faults);
    attributes[index] = original;
  };
  attributes[index].ints.clear(), attributes[index].floats.clear();
  refuse("no value");
  if (original.ints.empty()) {
    attributes[index].floats.push_back(original.floats[0]);
    refuse("one number too many");
    for (const float value : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
      attributes[index].floats[0] = value;
      refuse("a value that is no number");
    }
    return;
  }
  attributes[index].ints.push_back(original.ints[0]);
  refuse("one integer too many");
  attributes[index].floats.assign(original.ints.size(), 0.5f);
  attributes[index].ints.clear();
  refuse("floats for integers");
  for (size_t i = 0; i < original.ints.size(); ++i) {
    attributes[index].ints[i] = INT_MIN;
    refuse("INT_MIN");
  }
}

// Values at the ends of their range, and beyond: refused by name, or shapes that exist.
void check_extreme_values(const Problem& problem, std::vector<AttributeCase> attributes, size_t index, Faults* faults) {
  for (const int32_t value : {-1, 0, 1, 2, 3, 7, 255, 4096, 65536, INT_MAX / 2, INT_MAX}) {
    for (int32_t& number : attributes[index].ints)
      number = value;
    AttributeList list(attributes);
    OpOptions options;
    const Status status = problem.op().parse(list.get(), &options);
    if (!status.ok())
      expect_refused(status, attributes[index].key, attributes[index].key, faults);
    else
      expect_sound(problem, options, problem.op_case->in, faults);
  }
}

} // namespace

void check_round_trip(const Problem& problem, Faults* faults) {
  Arena measure(nullptr, 0);
  Attributes attributes;
  if (!problem.op().attributes(problem.options, &measure, &attributes).ok())
    return faults->push_back("attributes: failed while measuring");
  const std::unique_ptr<void, FreeBlock> block(std::aligned_alloc(64, measure.used() + 64));
  if (measure.used() > 0) {
    Arena small(block.get(), measure.used() - 1);
    expect_refused(problem.op().attributes(problem.options, &small, &attributes), "an arena too small by 1 byte",
                   problem.op().name, faults);
  }
  Arena arena(block.get(), measure.used());
  if (const Status status = problem.op().attributes(problem.options, &arena, &attributes); !status.ok())
    return faults->push_back(text("attributes: %s", status.text));
  OpOptions again;
  std::memset(again.bytes, 0xA5, sizeof again.bytes);
  if (const Status status = problem.op().parse(attributes, &again); !status.ok())
    return faults->push_back(text("attributes: its own are refused: %s", status.text));
  if (std::memcmp(again.bytes, problem.options.bytes, sizeof again.bytes) != 0)
    faults->push_back("attributes: other options after a round trip");
}

void check_wrong_attributes(const Problem& problem, Faults* faults) {
  const std::vector<AttributeCase>& attributes = problem.op_case->attributes;
  std::vector<AttributeCase> unknown = attributes;
  unknown.push_back({"no_such_key", {1}, {}});
  expect_refused(parse(problem, unknown), "an unknown key", "no_such_key", faults);
  for (size_t i = 0; i < attributes.size(); ++i) {
    check_wrong_value(problem, attributes, i, faults);
    check_extreme_values(problem, attributes, i, faults);
    std::vector<AttributeCase> twice = attributes;
    twice.push_back(attributes[i]);
    expect_refused(parse(problem, twice), "a key given twice", attributes[i].key, faults);
  }
}

void check_wrong_shapes(const Problem& problem, Faults* faults) {
  constexpr int32_t Desc::*kSizes[] = {&Desc::n, &Desc::h, &Desc::w, &Desc::c};
  const auto refuse = [&](const std::vector<Desc>& in, const std::string& what) {
    ShapeQuery query = shape_query(problem.options, in, problem.query.training);
    expect_refused(problem.op().infer_shape(&query), what, problem.op().name, faults);
  };
  for (size_t i = 0; i < problem.op_case->in.size(); ++i)
    for (const auto size : kSizes) {
      std::vector<Desc> in = problem.op_case->in;
      for (const int32_t wrong : {0, -1, INT_MIN}) {
        in[i].*size = wrong;
        refuse(in, text("in[%zu] %s", i, describe(in[i]).c_str()));
      }
      for (const int32_t other : {1, 2, 3, 5, 4099, 1 << 20, INT_MAX - 1, INT_MAX}) {
        in[i].*size = other;
        expect_sound(problem, problem.options, in, faults);
      }
    }
  const Desc huge{INT_MAX, INT_MAX, INT_MAX, INT_MAX, DType::f32};
  refuse(std::vector<Desc>(problem.op_case->in.size(), huge), "inputs of 2^124 elements");
}

} // namespace pinhole::test
