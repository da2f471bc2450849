// SPDX-License-Identifier: Apache-2.0
// Every layer of ops.def against its contract, and the registry itself.
#include "ops/op_cases.h"
#include "ops/op_golden.h"

#include <gtest/gtest.h>

#include <set>

namespace pinhole::test {

const std::vector<OpCase>& op_cases() {
  static const std::vector<OpCase> cases = [] {
    std::vector<OpCase> all = convolution_cases();
    for (OpCase& op_case : other_cases())
      all.push_back(std::move(op_case));
    return all;
  }();
  return cases;
}

namespace {

class OpCheck : public testing::TestWithParam<OpCase> {};

TEST_P(OpCheck, KeepsItsContract) {
  const Subject subject = subject_of(GetParam().op);
  ASSERT_NE(subject.op, nullptr) << "no layer of this name";
  for (const std::string& fault : op_check(subject, GetParam()))
    ADD_FAILURE() << fault;
}

INSTANTIATE_TEST_SUITE_P(Layers, OpCheck, testing::ValuesIn(op_cases()),
                         [](const auto& test) { return test.param.op + "_" + test.param.name; });

TEST(OpCheckRegistry, EveryLayerIsFoundByItsOwnIdAndName) {
  int32_t count = 0;
  const OpDef* const* ops = all_ops(&count);
  std::set<std::string> names;
  std::set<int> ids;
  for (int32_t i = 0; i < count; ++i) {
    EXPECT_TRUE(names.insert(ops[i]->name).second) << ops[i]->name << " is registered twice";
    EXPECT_TRUE(ids.insert(static_cast<int>(ops[i]->id)).second) << ops[i]->name << " shares its id";
    EXPECT_EQ(find_op(ops[i]->name), ops[i]);
    EXPECT_EQ(find_op(ops[i]->id), ops[i]);
    EXPECT_NE(subject_of(ops[i]->name).plain_f32, nullptr);
    EXPECT_NE(subject_of(ops[i]->name).plain_f64, nullptr);
  }
  EXPECT_EQ(find_op("no_such_layer"), nullptr);
  EXPECT_EQ(find_op(static_cast<OpId>(65535)), nullptr);
}

// Names and ids as ops.def states them: a contract under another's name is a mistake of copying.
TEST(OpCheckRegistry, ContractsMatchOpsDef) {
#define PINHOLE_OP(number, op_name)                                                                                    \
  EXPECT_STREQ(find_op(OpId::op_name) ? find_op(OpId::op_name)->name : "missing", #op_name);                           \
  EXPECT_EQ(static_cast<int>(OpId::op_name), number);
#include "ops/ops.def"
#undef PINHOLE_OP
}

TEST(OpCheckRegistry, EveryLayerHasCasesAndGoldenValues) {
  std::set<std::string> checked, golden;
  for (const OpCase& op_case : op_cases())
    checked.insert(op_case.op);
  for (const GoldenCase& golden_case : golden_cases())
    golden.insert(golden_case.op_case.op);
  int32_t count = 0;
  const OpDef* const* ops = all_ops(&count);
  for (int32_t i = 0; i < count; ++i) {
    EXPECT_EQ(checked.count(ops[i]->name), 1u) << ops[i]->name << " has no case in op_cases_*.cpp";
    EXPECT_EQ(golden.count(ops[i]->name), 1u) << ops[i]->name << " has no case in make_op_golden.py";
  }
}

} // namespace
} // namespace pinhole::test
