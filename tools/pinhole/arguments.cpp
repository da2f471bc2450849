// SPDX-License-Identifier: Apache-2.0
#include "arguments.h"

#include <CLI/CLI.hpp>

#include <cstdint>

namespace pinhole::tool {

Option Option::required() const {
  return Option(option_->required());
}

Option Option::show_default() const {
  return Option(option_->capture_default_str());
}

Option Option::check(const Check& check) const {
  return Option(option_->transform(CLI::Validator(check, "")));
}

Option Option::one_of(const std::vector<std::string>& values) const {
  return Option(option_->check(CLI::IsMember(values)));
}

Option Option::existing_file() const {
  return Option(option_->check(CLI::ExistingFile));
}

Option Option::needs(const Option& other) const {
  return Option(option_->needs(other.option_));
}

Option Option::needs(const char* other) const {
  return Option(option_->needs(other));
}

Option Option::excludes(const Option& other) const {
  return Option(option_->excludes(other.option_));
}

Option Option::excludes(const char* other) const {
  return Option(option_->excludes(other));
}

Command::Command(CLI::App* program, const char* name, const char* what_it_does)
    : command_(program->add_subcommand(name, what_it_does)) {}

template <class T> Option Command::option(const std::string& names, T* value, const std::string& help) const {
  return Option(command_->add_option(names, *value, help));
}
template Option Command::option(const std::string&, std::string*, const std::string&) const;
template Option Command::option(const std::string&, std::vector<std::string>*, const std::string&) const;
template Option Command::option(const std::string&, int32_t*, const std::string&) const;
template Option Command::option(const std::string&, int64_t*, const std::string&) const;
template Option Command::option(const std::string&, uint64_t*, const std::string&) const;
template Option Command::option(const std::string&, float*, const std::string&) const;
template Option Command::option(const std::string&, double*, const std::string&) const;

Option Command::flag(const std::string& name, bool* value, const std::string& help) const {
  return Option(command_->add_flag(name, *value, help));
}

void Command::footer(const std::string& text) const {
  command_->footer(text);
}

void Command::then(const std::function<void()>& parsed) const {
  command_->callback(parsed);
}

void refuse_missing(const std::string& what) {
  throw CLI::RequiredError(what);
}

void refuse_value(const std::string& option, const std::string& why) {
  throw CLI::ValidationError(option, why);
}

} // namespace pinhole::tool
