// SPDX-License-Identifier: Apache-2.0
#include "stop_signal.h"

#include <csignal>

namespace pinhole::tool {
namespace {

volatile std::sig_atomic_t asked = 0;

void ask_to_stop(int) {
  asked = 1;
}

} // namespace

void catch_stop_signals() {
  struct sigaction action = {};
  action.sa_handler = ask_to_stop;
  action.sa_flags = static_cast<int>(SA_RESETHAND); // and no SA_RESTART: poll returns
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  struct sigaction before = {};
  if (sigaction(SIGHUP, nullptr, &before) != 0 || before.sa_handler == SIG_IGN)
    return;
  action.sa_flags = 0;
  sigaction(SIGHUP, &action, nullptr);
}

bool stop_asked() {
  return asked != 0;
}

} // namespace pinhole::tool
