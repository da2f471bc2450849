// SPDX-License-Identifier: Apache-2.0
// Numbers that PyTorch computed: tests/golden/train_golden.txt, made by make_train_golden.py.
#pragma once

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace pinhole::test {

// The numbers of the line that begins with `words` and a space; empty when there is none.
inline std::vector<double> train_golden(const std::string& words) {
  std::ifstream file(std::string(PINHOLE_SOURCE_DIR) + "/tests/golden/train_golden.txt");
  std::vector<double> numbers;
  for (std::string line; std::getline(file, line);) {
    if (line.rfind(words + " ", 0) != 0)
      continue;
    std::istringstream rest(line.substr(words.size()));
    for (double number = 0; rest >> number;)
      numbers.push_back(number);
  }
  return numbers;
}

} // namespace pinhole::test
