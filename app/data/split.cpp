#include "app/data/split.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string_view>

namespace pawprint {

namespace {

// Each purpose draws by itself: who is in validation says nothing about the folds.
Sha256 draw(std::string_view purpose, uint64_t seed, std::string_view key) {
  return Sha256Stream().add(purpose).add(":" + std::to_string(seed) + ":").add(key).finish();
}

struct Group {
  Sha256 rank;
  std::vector<int64_t> members;
};

// The groups of each class, in the drawn order.
std::map<int64_t, std::vector<Group>> drawn_groups(std::string_view purpose, const std::vector<Sha256>& keys,
                                                   const std::vector<int64_t>& labels, uint64_t seed) {
  std::map<Sha256, std::vector<int64_t>> by_key;
  for (size_t i = 0; i < keys.size(); ++i) by_key[keys[i]].push_back(static_cast<int64_t>(i));
  std::map<int64_t, std::vector<Group>> groups;
  for (auto& [key, members] : by_key) {
    const std::string_view bytes(reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size());
    groups[labels[members.front()]].push_back({draw(purpose, seed, bytes), std::move(members)});
  }
  for (auto& [label, list] : groups)
    std::sort(list.begin(), list.end(), [](const Group& a, const Group& b) { return a.rank < b.rank; });
  return groups;
}

std::vector<bool> draw_part(std::string_view purpose, const std::vector<Sha256>& keys,
                            const std::vector<int64_t>& labels, double fraction, uint64_t seed) {
  std::vector<bool> part(keys.size(), false);
  for (const auto& [label, groups] : drawn_groups(purpose, keys, labels, seed)) {
    int64_t total = 0;
    for (const auto& group : groups) total += static_cast<int64_t>(group.members.size());
    const int64_t wanted = std::max<int64_t>(std::llround(fraction * static_cast<double>(total)), 1);
    int64_t taken = 0, left = static_cast<int64_t>(groups.size());
    const auto take = [&](const Group& group) {
      for (const int64_t i : group.members) part[i] = true;
      taken += static_cast<int64_t>(group.members.size());
      --left;
    };
    for (const auto& group : groups) {  // a group is taken where that brings the share nearer
      if (left > 1 && 2 * taken + static_cast<int64_t>(group.members.size()) <= 2 * wanted) take(group);
    }
    if (taken == 0 && left > 1)
      take(*std::min_element(groups.begin(), groups.end(),
                             [](const auto& a, const auto& b) { return a.members.size() < b.members.size(); }));
  }
  return part;
}

}  // namespace

std::vector<bool> validation_split(const std::vector<Sha256>& keys, const std::vector<int64_t>& labels, double fraction,
                                   uint64_t seed) {
  return draw_part("validation", keys, labels, fraction, seed);
}

std::vector<bool> test_split(const std::vector<Sha256>& keys, const std::vector<int64_t>& labels, double fraction,
                             uint64_t seed) {
  return draw_part("test", keys, labels, fraction, seed);
}

std::vector<int64_t> assign_folds(const std::vector<Sha256>& keys, const std::vector<int64_t>& labels, int64_t folds,
                                  uint64_t seed) {
  std::vector<int64_t> fold(keys.size());
  int64_t next = 0;  // goes on from class to class, so that the folds' sizes hardly differ
  for (const auto& [label, groups] : drawn_groups("folds", keys, labels, seed)) {
    std::vector<int64_t> items(folds);  // of the class
    for (const auto& group : groups) {
      int64_t best = next;
      for (int64_t k = 1; k < folds; ++k) {
        if (const int64_t other = (next + k) % folds; items[other] < items[best]) best = other;
      }
      for (const int64_t i : group.members) fold[i] = best;
      items[best] += static_cast<int64_t>(group.members.size());
      next = (best + 1) % folds;
    }
  }
  return fold;
}

std::vector<int64_t> draw_stratified(const std::vector<std::string>& names, const std::vector<int64_t>& strata,
                                     int64_t limit, uint64_t seed) {
  std::map<int64_t, std::vector<std::pair<Sha256, int64_t>>> members;
  for (size_t i = 0; i < names.size(); ++i)
    members[strata[i]].emplace_back(draw("limit", seed, names[i]), static_cast<int64_t>(i));
  const double share = std::min(1.0, static_cast<double>(limit) / static_cast<double>(names.size()));
  std::vector<std::pair<double, int64_t>> remainders;  // (minus the remainder, stratum): sorts the largest first
  std::map<int64_t, int64_t> count;
  int64_t left = std::min<int64_t>(limit, static_cast<int64_t>(names.size()));
  for (auto& [stratum, list] : members) {
    std::sort(list.begin(), list.end());
    const double exact = share * static_cast<double>(list.size());
    count[stratum] = static_cast<int64_t>(exact);
    remainders.emplace_back(std::floor(exact) - exact, stratum);
    left -= count[stratum];
  }
  std::sort(remainders.begin(), remainders.end());
  for (const auto& [remainder, stratum] : remainders) {
    if (left > 0) ++count[stratum], --left;
  }
  std::vector<int64_t> drawn;
  for (const auto& [stratum, list] : members) {
    for (int64_t i = 0; i < count[stratum]; ++i) drawn.push_back(list[i].second);
  }
  std::sort(drawn.begin(), drawn.end());
  return drawn;
}

}  // namespace pawprint
