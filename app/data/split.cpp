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

}  // namespace

std::vector<bool> validation_split(const std::vector<Sha256>& keys, const std::vector<int64_t>& labels, double fraction,
                                   uint64_t seed) {
  std::vector<bool> validation(keys.size(), false);
  for (const auto& [label, groups] : drawn_groups("validation", keys, labels, seed)) {
    const auto total = static_cast<int64_t>(groups.size());
    const int64_t wanted = std::llround(fraction * static_cast<double>(total));
    const int64_t count = std::min(std::max<int64_t>(wanted, 1), total - 1);
    for (int64_t g = 0; g < count; ++g) {
      for (const int64_t i : groups[g].members) validation[i] = true;
    }
  }
  return validation;
}

std::vector<int64_t> assign_folds(const std::vector<Sha256>& keys, const std::vector<int64_t>& labels, int64_t folds,
                                  uint64_t seed) {
  std::vector<int64_t> fold(keys.size());
  int64_t next = 0;  // goes on from class to class, so that the folds' sizes differ by one at most
  for (const auto& [label, groups] : drawn_groups("folds", keys, labels, seed)) {
    for (const auto& group : groups) {
      for (const int64_t i : group.members) fold[i] = next % folds;
      ++next;
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
