// SPDX-License-Identifier: Apache-2.0
#include "plan/arena_planner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <vector>

namespace pinhole {
namespace {

using Requests = std::vector<Request>;

struct Result {
  Requests requests;
  size_t size, bound;
  double ratio() const { return static_cast<double>(size) / static_cast<double>(bound); }
};

Array<Request> array_of(Requests& requests) {
  return {requests.data(), static_cast<int32_t>(requests.size())};
}

// Plans as if every block had `extra` more bytes: what a planner would do whose spacing is off by so much.
Result plan_with_spacing(Requests requests, int extra) {
  Requests mistaken = requests;
  for (Request& request : mistaken)
    request.bytes += extra;
  std::vector<int32_t> workspace(arena_workspace_size(static_cast<int32_t>(requests.size())));
  Array<Request> array = array_of(mistaken);
  const size_t size = plan_arena(&array, {workspace.data(), static_cast<int32_t>(workspace.size())});
  for (size_t i = 0; i < requests.size(); ++i)
    requests[i].offset = mistaken[i].offset;
  return {requests, size, arena_lower_bound(array_of(requests))};
}

Result plan(const Requests& requests) {
  return plan_with_spacing(requests, 0);
}

// The three properties of every plan: disjoint, aligned, and a size that is the highest end.
void expect_sound(Result result) {
  int32_t a = -1, b = -1;
  EXPECT_FALSE(requests_overlap(array_of(result.requests), &a, &b)) << "blocks " << a << " and " << b;
  size_t end = 0;
  for (const Request& request : result.requests) {
    EXPECT_EQ(request.offset % Arena::kAlignment, 0u);
    end = std::max(end, align_up(request.offset + request.bytes, Arena::kAlignment));
  }
  EXPECT_EQ(result.size, end);
  EXPECT_GE(result.size, result.bound);
}

// --- Nets ----------------------------------------------------------------------------------------------------------

struct Layer {
  size_t bytes;            // of its output
  std::vector<int> inputs; // earlier layers
};

// Layer i runs at step i and its output lives until its last reader. In training it is read again by its own backward
// step, 2n-1-i, and its gradient lives from its last reader's backward step until then.
Requests lifetimes(const std::vector<Layer>& layers, bool training) {
  const int n = static_cast<int>(layers.size());
  Requests requests;
  std::vector<int> last(layers.size());
  for (int i = 0; i < n; ++i) {
    last[i] = i;
    for (int input : layers[i].inputs)
      last[input] = i;
  }
  for (int i = 0; i < n; ++i) {
    const int backward = 2 * n - 1 - i;
    requests.push_back({layers[i].bytes, i, training ? backward : last[i], 0});
    if (training)
      requests.push_back({layers[i].bytes, 2 * n - 1 - last[i], backward, 0});
  }
  return requests;
}

std::vector<Layer> chain(int length, size_t side) {
  std::vector<Layer> layers;
  layers.reserve(static_cast<size_t>(length));
  for (int i = 0; i < length; ++i)
    layers.push_back(
        {side * side * 4 * (8 + 8 * static_cast<size_t>(i % 3)), i ? std::vector<int>{i - 1} : std::vector<int>{}});
  return layers;
}

// Two convolutions per level on the way down and on the way up, with a skip to the level's way up.
std::vector<Layer> u_net(int levels, size_t side, size_t channels) {
  std::vector<Layer> layers{{side * side * 4 * 3, {}}};
  std::vector<int> skips;
  const auto add = [&](size_t width, size_t depth, std::vector<int> inputs) {
    layers.push_back({width * width * depth * 4, std::move(inputs)});
    return static_cast<int>(layers.size()) - 1;
  };
  int top = 0;
  for (int level = 0; level < levels; ++level) {
    const size_t width = side >> level, depth = channels << level;
    top = add(width, depth, {add(width, depth, {top})});
    if (level + 1 < levels) {
      skips.push_back(top);
      top = add(width / 2, depth, {top});
    }
  }
  for (int level = levels - 2; level >= 0; --level) {
    const size_t width = side >> level, depth = channels << level;
    const int up = add(width, depth, {top});
    top = add(width, depth, {add(width, depth, {up, skips[static_cast<size_t>(level)]})});
  }
  add(side, 3, {top});
  return layers;
}

using Random = std::mt19937; // its sequence is fixed by the standard; its distributions are not

size_t draw(Random* random, size_t low, size_t high) {
  return low + (*random)() % (high - low + 1);
}

// A net as people draw them: resolution goes down and up, most layers read the one before, some reach further back.
Requests random_net(Random* random, bool training) {
  const int count = static_cast<int>(draw(random, 4, 120));
  const size_t side = draw(random, 16, 160);
  const int reach = static_cast<int>(draw(random, 1, 12));
  std::vector<Layer> layers;
  size_t level = 0;
  for (int i = 0; i < count; ++i) {
    const size_t move = draw(random, 0, 5);
    level = move == 0 && level < 4 ? level + 1 : move == 1 && level > 0 ? level - 1 : level;
    const size_t width = std::max<size_t>(1, side >> level), depth = draw(random, 1, 8) * 4 << level / 2;
    const size_t odd = draw(random, 0, 9) == 0 ? draw(random, 1, 63) : 0;
    layers.push_back({width * width * depth * 4 + odd, {}});
    const int readers = i > 0 ? static_cast<int>(draw(random, 1, 3)) : 0;
    for (int k = 0; k < readers; ++k) {
      const int back = draw(random, 0, 9) < 7 ? 1 : static_cast<int>(draw(random, 1, static_cast<size_t>(reach)));
      layers.back().inputs.push_back(draw(random, 0, 19) == 0
                                         ? static_cast<int>(draw(random, 0, static_cast<size_t>(i - 1)))
                                         : std::max(0, i - back));
    }
  }
  Requests requests = lifetimes(layers, training);
  const int steps = training ? 2 * count : count;
  for (int step = 0; step < steps; ++step)
    if (draw(random, 0, 2) == 0) // a kernel's workspace
      requests.push_back({draw(random, 1, 64) * 512, step, step, 0});
  return requests;
}

// --- Properties ----------------------------------------------------------------------------------------------------

TEST(ArenaPlanner, EmptyAndSingle) {
  EXPECT_EQ(plan({}).size, 0u);
  EXPECT_EQ(plan({{0, 0, 3, 7}}).size, 0u);
  EXPECT_EQ(plan({{0, 0, 3, 7}}).requests[0].offset, 0u);
  EXPECT_EQ(plan({{1, 0, 0, 7}}).size, 64u);
  EXPECT_EQ(plan({{65, 5, 9, 7}}).size, 128u);
}

TEST(ArenaPlanner, LifetimesAreInclusive) {
  EXPECT_EQ(plan({{64, 0, 1, 0}, {64, 1, 2, 0}}).size, 128u);
  EXPECT_EQ(plan({{64, 0, 1, 0}, {64, 2, 3, 0}}).size, 64u);
}

TEST(ArenaPlanner, SizesBeyond32Bits) {
  const size_t big = size_t{5} << 32;
  const Result result = plan({{big, 0, 1, 0}, {big, 1, 2, 0}, {big, 2, 3, 0}});
  expect_sound(result);
  EXPECT_EQ(result.size, 2 * big);
}

TEST(ArenaPlanner, TinyBlocksAmongBigOnes) {
  // The order of execution would split the space of the third block; only a look ahead reaches the bound.
  const Result result = plan({{640, 0, 1, 0}, {64, 1, 3, 0}, {704, 2, 3, 0}, {64, 0, 0, 0}});
  expect_sound(result);
  EXPECT_EQ(result.size, result.bound);
}

TEST(ArenaPlanner, BoundIsTheFullestStep) {
  Random random(11);
  for (int round = 0; round < 200; ++round) {
    const Requests requests = random_net(&random, round % 2);
    size_t fullest = 0;
    for (int step = 0; step < 240; ++step) {
      size_t sum = 0;
      for (const Request& request : requests)
        sum += request.first <= step && step <= request.last ? (request.bytes + 63) / 64 * 64 : 0;
      fullest = std::max(fullest, sum);
    }
    EXPECT_EQ(plan(requests).bound, fullest);
  }
}

TEST(ArenaPlanner, RealNetsReachTheBound) {
  struct Case {
    const char* name;
    Requests requests;
  };
  const Case cases[] = {
      {"chain of 30, inference", lifetimes(chain(30, 64), false)},
      {"chain of 30, training", lifetimes(chain(30, 64), true)},
      {"U-Net 4 levels, inference", lifetimes(u_net(4, 480, 24), false)},
      {"U-Net 4 levels, training", lifetimes(u_net(4, 64, 24), true)},
      {"U-Net 2 levels, training", lifetimes(u_net(2, 64, 28), true)},
  };
  for (const Case& net : cases) {
    SCOPED_TRACE(net.name);
    const Result result = plan(net.requests);
    expect_sound(result);
    EXPECT_LE(result.ratio(), 1.05);
    std::printf("%s: %zu bytes, bound %zu, ratio %.4f\n", net.name, result.size, result.bound, result.ratio());
  }
}

TEST(ArenaPlanner, ThousandRandomNets) {
  Random random(2026);
  std::vector<double> ratios;
  for (int i = 0; i < 1000; ++i) {
    SCOPED_TRACE(i);
    const Result result = plan(random_net(&random, i % 2));
    expect_sound(result);
    EXPECT_LE(result.ratio(), 1.10);
    ratios.push_back(result.ratio());
  }
  std::sort(ratios.begin(), ratios.end());
  const auto exact = std::count(ratios.begin(), ratios.end(), 1.0);
  std::printf("peak / bound of 1000 random nets: %d exact, median %.4f, 90%% %.4f, 99%% %.4f, max %.4f\n",
              static_cast<int>(exact), ratios[500], ratios[900], ratios[990], ratios[999]);
}

TEST(ArenaPlanner, ArbitraryIntervalsAreSoundAndRepeatable) {
  Random random(5);
  for (int round = 0; round < 300; ++round) {
    Requests requests;
    const size_t count = draw(&random, 1, 80);
    for (size_t i = 0; i < count; ++i) {
      const int first = static_cast<int>(draw(&random, 0, 60));
      requests.push_back({draw(&random, 0, 5000), first, first + static_cast<int>(draw(&random, 0, 20)), 0});
    }
    const Result result = plan(requests), again = plan(requests);
    expect_sound(result);
    for (size_t i = 0; i < count; ++i)
      ASSERT_EQ(result.requests[i].offset, again.requests[i].offset);
  }
}

// A planner whose spacing is one unit off is caught: too small by the overlap check, too big by the peak check.
TEST(ArenaPlanner, SpacingOffBy64IsCaught) {
  for (const bool training : {false, true}) {
    const Requests net = lifetimes(u_net(3, 64, 8), training);
    Result right = plan(net), small = plan_with_spacing(net, -64), big = plan_with_spacing(net, 64);
    EXPECT_EQ(right.size, right.bound);
    EXPECT_TRUE(requests_overlap(array_of(small.requests), nullptr, nullptr));
    EXPECT_GT(big.size, big.bound);
  }
}

TEST(ArenaPlanner, OverlapCheckerNamesThePair) {
  Requests requests{{64, 0, 9, 0}, {100, 0, 3, 64}, {100, 4, 9, 64}, {64, 3, 3, 128}};
  int32_t a = -1, b = -1;
  EXPECT_TRUE(requests_overlap(array_of(requests), &a, &b));
  EXPECT_EQ(a, 1);
  EXPECT_EQ(b, 3);
  requests[3].offset = 192;
  EXPECT_FALSE(requests_overlap(array_of(requests), &a, &b));
}

TEST(ArenaPlanner, FiveHundredBlocksInMilliseconds) {
  Random random(3);
  Requests requests;
  for (int i = 0; i < 500; ++i) {
    const int first = static_cast<int>(draw(&random, 0, 200));
    requests.push_back({draw(&random, 1, 100000), first, first + static_cast<int>(draw(&random, 0, 40)), 0});
  }
  const auto start = std::chrono::steady_clock::now();
  const Result result = plan(requests);
  const double ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  expect_sound(result);
  std::printf("500 arbitrary intervals: %.1f ms, ratio %.4f\n", ms, result.ratio());
  EXPECT_LT(ms, 5000); // far above what an idle machine needs even with sanitizers: catches a search without a limit
}

} // namespace
} // namespace pinhole
