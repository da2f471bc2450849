// SPDX-License-Identifier: Apache-2.0
// What a command takes on its command line. CLI11 reads it, whose header takes a source seconds to compile: only
// arguments.cpp includes it, and main.cpp and common_options.cpp, which set up the whole program.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
} // namespace CLI

namespace pinhole::tool {

// Looks at the value of an option while the command line is read, and may write it otherwise: "" when it can be used,
// else what is wrong and what is allowed, which is wrong usage (exit 2) before any work starts.
using Check = std::function<std::string(std::string& value)>;

// An option of a command: a handle, valid as long as the program's App. Every call returns the option again.
class Option {
public:
  explicit Option(CLI::Option* option) : option_(option) {}

  Option required() const;
  Option show_default() const;            // in the help
  Option check(const Check& check) const; // one for each option: it runs before what was asked for earlier
  Option one_of(const std::vector<std::string>& values) const; // the help lists them
  Option existing_file() const;
  // Wrong usage without `other`, or beside it.
  Option needs(const Option& other) const;
  Option needs(const char* other) const;
  Option excludes(const Option& other) const;
  Option excludes(const char* other) const;

private:
  CLI::Option* option_;
};

// A command of the program: a handle, as Option.
class Command {
public:
  Command(CLI::App* program, const char* name, const char* what_it_does);

  // `names`: "--out", or "model" for what stands without a name. T: std::string, a vector of them, int32_t, int64_t,
  // uint64_t (size_t on 64-bit systems), float or double. `value` must live until the command line has been read, which
  // writes it.
  template <class T> Option option(const std::string& names, T* value, const std::string& help) const;
  Option flag(const std::string& name, bool* value, const std::string& help) const;
  void footer(const std::string& text) const;
  // `parsed` is called when this command was chosen and its values are there; it may refuse them.
  void then(const std::function<void()>& parsed) const;

private:
  CLI::App* command_;
};

// Wrong usage, found when all values are there: `what` is missing; the value of `option` cannot be used.
[[noreturn]] void refuse_missing(const std::string& what);
[[noreturn]] void refuse_value(const std::string& option, const std::string& why);

} // namespace pinhole::tool
