// SPDX-License-Identifier: Apache-2.0
// Blocks are placed one after the other into the tightest gap among those already there that live at the same time. How
// good that is depends on the order alone, so several sorted orders are tried, then the best one is improved: a block
// that did not fit below the best size so far moves ahead in the order, and all are placed again.
#include "plan/arena_planner.h"

#include "base/checked.h"

namespace pinhole {
namespace {

// Comparisons of two blocks that the search may spend, some tens of milliseconds.
constexpr int64_t kSearchWork = int64_t{24} << 20;
constexpr int64_t kMostTrials = 4000;

size_t rounded(const Request& request) {
  return align_up(request.bytes, Arena::kAlignment);
}

bool live_together(const Request& a, const Request& b) {
  return a.first <= b.last && b.first <= a.last;
}

// --- Placing in a given order --------------------------------------------------------------------------------------

struct Search {
  Request* request;
  int32_t count;
  int32_t* order;      // the order under trial
  int32_t* best_order; // the order that gave best_size
  int32_t* by_offset;  // the blocks placed so far, lowest offset first
  int32_t* crowding;   // per request: how high the fullest moment of its life ranks among all moments
  size_t best_size;
};

// The offset of the smallest gap between placed blocks that holds `block`, the lowest of equals; above all when none.
size_t best_fit(const Search& search, const Request& block, int32_t placed) {
  const size_t bytes = rounded(block);
  size_t top = 0, smallest_gap = SIZE_MAX, best = 0;
  for (int32_t i = 0; i < placed; ++i) {
    const Request& other = search.request[search.by_offset[i]];
    if (!live_together(block, other))
      continue;
    if (other.offset >= top + bytes && other.offset - top < smallest_gap) {
      smallest_gap = other.offset - top;
      best = top;
    }
    top = max_of(top, other.offset + rounded(other));
  }
  return smallest_gap == SIZE_MAX ? top : best;
}

// Places all blocks in the order under trial. Returns `count` and the arena's size, or the position of the first block
// that ends above `limit`.
int32_t place_all(Search* search, size_t limit, size_t* size) {
  *size = 0;
  int32_t placed = 0;
  for (int32_t position = 0; position < search->count; ++position) {
    Request& block = search->request[search->order[position]];
    block.offset = block.bytes == 0 ? 0 : best_fit(*search, block, placed);
    const size_t end = block.offset + rounded(block);
    if (end > limit)
      return position;
    if (block.bytes == 0)
      continue;
    *size = max_of(*size, end);
    int32_t slot = placed++;
    for (; slot > 0 && search->request[search->by_offset[slot - 1]].offset > block.offset; --slot)
      search->by_offset[slot] = search->by_offset[slot - 1];
    search->by_offset[slot] = search->order[position];
  }
  return search->count;
}

// Places all blocks; when that takes fewer bytes than ever before, remembers the order. Returns as place_all does.
int32_t try_order(Search* search) {
  size_t size = 0;
  const int32_t position = place_all(search, search->best_size - 1, &size);
  if (position == search->count) {
    search->best_size = size;
    for (int32_t i = 0; i < search->count; ++i)
      search->best_order[i] = search->order[i];
  }
  return position;
}

// --- Sorted orders -------------------------------------------------------------------------------------------------

// Live bytes at the first step of request i; they grow only where a block starts, so no other step has more.
size_t live_at_start(const Array<Request>& requests, int32_t i) {
  size_t sum = 0;
  for (const Request& other : requests)
    if (other.first <= requests[i].first && requests[i].first <= other.last)
      sum += rounded(other);
  return sum;
}

enum SortKey { kBytes, kArea, kLifetime, kEarliest, kLatest, kCrowding, kOffset };

size_t key_value(const Search& search, int32_t i, SortKey key) {
  const Request& request = search.request[i];
  const size_t lifetime = static_cast<size_t>(int64_t{request.last} - request.first + 1);
  size_t area = 0;
  switch (key) {
  case kBytes:
    return rounded(request);
  case kArea:
    return checked_mul(rounded(request), lifetime, &area) ? area : SIZE_MAX;
  case kLifetime:
    return lifetime;
  case kEarliest:
    return static_cast<size_t>(INT32_MAX - int64_t{request.first});
  case kLatest:
    return static_cast<size_t>(int64_t{request.last} - INT32_MIN);
  case kCrowding:
    return static_cast<size_t>(search.crowding[i]);
  case kOffset:
    return request.offset;
  }
  return 0;
}

struct SortRule {
  SortKey key[2]; // largest first by key[0], equals by key[1], then by index
};
constexpr SortRule kSortRules[] = {{{kCrowding, kBytes}},    {{kCrowding, kArea}},   {{kCrowding, kLifetime}},
                                   {{kBytes, kLifetime}},    {{kArea, kBytes}},      {{kLifetime, kBytes}},
                                   {{kEarliest, kLifetime}}, {{kLatest, kLifetime}}, {{kEarliest, kBytes}},
                                   {{kLatest, kBytes}}};

bool comes_before(const Search& search, SortRule rule, int32_t a, int32_t b) {
  for (const SortKey key : rule.key) {
    const size_t value_a = key_value(search, a, key), value_b = key_value(search, b, key);
    if (value_a != value_b)
      return value_a > value_b;
  }
  return a < b;
}

// Restores a heap whose last element by `rule` is on top, below `slot`.
void sift_down(const Search& search, SortRule rule, int32_t slot, int32_t size) {
  int32_t* const heap = search.order;
  const int32_t moving = heap[slot];
  for (int32_t child = 2 * slot + 1; child < size; child = 2 * slot + 1) {
    if (child + 1 < size && comes_before(search, rule, heap[child], heap[child + 1]))
      ++child;
    if (!comes_before(search, rule, moving, heap[child]))
      break;
    heap[slot] = heap[child];
    slot = child;
  }
  heap[slot] = moving;
}

// Heap sort: no recursion, no memory, no bad cases.
void sort_order(Search* search, SortRule rule) {
  int32_t* const order = search->order;
  for (int32_t i = 0; i < search->count; ++i)
    order[i] = i;
  for (int32_t slot = search->count / 2 - 1; slot >= 0; --slot)
    sift_down(*search, rule, slot, search->count);
  for (int32_t size = search->count - 1; size > 0; --size) {
    const int32_t last = order[0];
    order[0] = order[size];
    order[size] = last;
    sift_down(*search, rule, 0, size);
  }
}

// --- Crowding ------------------------------------------------------------------------------------------------------

// Sets the offset of each request to the bytes that live when it starts, and `by_first` to the requests in the order of
// their starts. Returns the most bytes.
size_t sweep_live_bytes(Search* search, int32_t* by_first) {
  const int32_t count = search->count;
  Request* const request = search->request;
  sort_order(search, {{kEarliest, kEarliest}});
  for (int32_t i = 0; i < count; ++i)
    by_first[i] = search->order[i];
  sort_order(search, {{kLatest, kLatest}}); // those that end first at the back
  int32_t alive_ends = count;
  size_t live = 0, most = 0;
  for (int32_t begin = 0, end = 0; begin < count; begin = end) {
    const int32_t step = request[by_first[begin]].first;
    for (; alive_ends > 0 && request[search->order[alive_ends - 1]].last < step; --alive_ends)
      live -= rounded(request[search->order[alive_ends - 1]]);
    for (; end < count && request[by_first[end]].first == step; ++end)
      live += rounded(request[by_first[end]]);
    for (int32_t i = begin; i < end; ++i)
      request[by_first[i]].offset = live;
    most = max_of(most, live);
  }
  return most;
}

// Turns the live bytes in the offsets into ranks: how many requests have fewer.
void rank_offsets(Search* search) {
  sort_order(search, {{kOffset, kOffset}});
  size_t rank = 0, previous = 0;
  for (int32_t smaller = 0; smaller < search->count; ++smaller) {
    size_t* const offset = &search->request[search->order[search->count - 1 - smaller]].offset;
    if (*offset != previous)
      rank = static_cast<size_t>(smaller);
    previous = *offset;
    *offset = rank;
  }
}

// Fills `crowding`; returns the most bytes live at one step. A fullest moment is the start of some request, so each one
// needs the largest rank among those that start during its life. Going from the last start to the first, a stack keeps
// the starts with more than all between it and here; the fullest moment is the farthest of them within the life.
size_t rank_crowding(Search* search) {
  int32_t* const by_first = search->by_offset; // free until something is placed, as is best_order
  int32_t* const stack = search->best_order;
  const size_t most = sweep_live_bytes(search, by_first);
  rank_offsets(search);
  const Request* const request = search->request;
  int32_t depth = 0;
  for (int32_t i = search->count - 1; i >= 0; --i) {
    const int32_t current = by_first[i];
    while (depth > 0 && request[stack[depth - 1]].offset <= request[current].offset)
      --depth;
    stack[depth++] = current;
    int32_t low = 0, high = depth - 1; // the answer lies in low..high; the top qualifies
    while (low < high) {
      const int32_t middle = (low + high) / 2;
      if (request[stack[middle]].first <= request[current].last)
        high = middle;
      else
        low = middle + 1;
    }
    search->crowding[current] = static_cast<int32_t>(request[stack[low]].offset);
  }
  return most;
}

// --- Search --------------------------------------------------------------------------------------------------------

void move_ahead(int32_t* order, int32_t from, int32_t to) {
  const int32_t moving = order[from];
  for (int32_t i = from; i > to; --i)
    order[i] = order[i - 1];
  order[to] = moving;
}

// Moves the block that did not fit to some earlier place, again and again; starts over from the best order at times.
void improve(Search* search, size_t bound) {
  uint32_t random = 1;
  const int64_t pairs = int64_t{search->count} * search->count / 2 + 1;
  const int64_t trials = max_of(min_of(kSearchWork / pairs, kMostTrials), int64_t{16});
  constexpr int64_t kTrialsBeforeRestart = 64;
  for (int64_t trial = 0; trial < trials && search->best_size > bound; ++trial) {
    if (trial % kTrialsBeforeRestart == 0)
      for (int32_t i = 0; i < search->count; ++i)
        search->order[i] = search->best_order[i];
    const int32_t position = try_order(search);
    if (position == search->count)
      continue;
    random = random * 1664525u + 1013904223u;
    move_ahead(search->order, position,
               position > 0 ? static_cast<int32_t>((random >> 8) % static_cast<uint32_t>(position)) : 0);
  }
}

} // namespace

size_t plan_arena(Array<Request>* requests, Array<int32_t> workspace, size_t* lower_bound) {
  const int32_t count = requests->size;
  int32_t* const memory = workspace.data;
  Search search{requests->data, count, memory, memory + count, memory + 2 * int64_t{count}, memory + 3 * int64_t{count},
                SIZE_MAX};
  const size_t bound = rank_crowding(&search);
  if (lower_bound)
    *lower_bound = bound;
  for (const SortRule rule : kSortRules) {
    if (search.best_size == bound)
      break;
    sort_order(&search, rule);
    try_order(&search);
  }
  improve(&search, bound);
  for (int32_t i = 0; i < count; ++i)
    search.order[i] = search.best_order[i];
  size_t size = 0;
  place_all(&search, SIZE_MAX, &size);
  return size;
}

size_t arena_lower_bound(const Array<Request>& requests) {
  size_t most = 0;
  for (int32_t i = 0; i < requests.size; ++i)
    most = max_of(most, live_at_start(requests, i));
  return most;
}

bool requests_overlap(const Array<Request>& requests, int32_t* a, int32_t* b) {
  for (int32_t i = 0; i < requests.size; ++i)
    for (int32_t j = 0; j < i; ++j) {
      const Request &one = requests[i], &other = requests[j];
      if (!live_together(one, other) || one.offset >= other.offset + other.bytes ||
          other.offset >= one.offset + one.bytes)
        continue;
      if (a)
        *a = j;
      if (b)
        *b = i;
      return true;
    }
  return false;
}

} // namespace pinhole
