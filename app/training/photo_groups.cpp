#include "app/training/photo_groups.h"

#include <torch/types.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "app/data/disjoint_sets.h"
#include "app/training/near_duplicates.h"

namespace pawprint {

namespace {

using Pairs = std::vector<std::pair<int64_t, int64_t>>;

constexpr int64_t kMomentMs = 5000;  // between two shots

// The first photo of each content: what is compared.
std::vector<int64_t> different_contents(const std::vector<Sha256>& content) {
  std::set<Sha256> seen;
  std::vector<int64_t> photos;
  for (size_t i = 0; i < content.size(); ++i) {
    if (seen.insert(content[i]).second) photos.push_back(static_cast<int64_t>(i));
  }
  return photos;
}

Pairs alike(const GroupInput& input, const std::vector<int64_t>& photos, int64_t threads, const Progress& progress) {
  std::vector<const PerceptualHash*> hashes;
  for (const int64_t photo : photos) hashes.push_back(&input.traits[photo].hash);
  Pairs pairs;
  for (const auto& pair : find_near_duplicates(hashes, {}, threads, progress))
    pairs.emplace_back(photos[pair.first], photos[pair.second]);
  return pairs;
}

Pairs within_seconds(const GroupInput& input, const std::vector<int64_t>& photos, PhotoGroups& out) {
  std::vector<std::tuple<uint64_t, int64_t, int64_t>> shots;  // camera, time, photo
  for (const int64_t photo : photos) {
    const auto& traits = input.traits[photo];
    if (traits.camera != 0 && traits.taken_ms != PhotoTraits::kUnknownTime)
      shots.emplace_back(traits.camera, traits.taken_ms, photo);
  }
  out.timed = static_cast<int64_t>(shots.size());
  std::sort(shots.begin(), shots.end());
  Pairs pairs;
  for (size_t i = 1; i < shots.size(); ++i) {
    const auto& [camera, time, photo] = shots[i];
    const auto& [camera_before, time_before, photo_before] = shots[i - 1];
    if (camera == camera_before && time - time_before <= kMomentMs) pairs.emplace_back(photo_before, photo);
  }
  return pairs;
}

Pairs by_key(const std::vector<int64_t>& photos, const std::function<std::string(int64_t)>& key) {
  std::map<std::string, int64_t> first;
  Pairs pairs;
  for (const int64_t photo : photos) {
    const std::string name = key(photo);
    if (name.empty()) continue;
    if (const auto [found, is_new] = first.emplace(name, photo); !is_new) pairs.emplace_back(found->second, photo);
  }
  return pairs;
}

void join(DisjointSets& sets, const Pairs& pairs) {
  for (const auto& [a, b] : pairs) sets.join(a, b);
}

int64_t photos_in(const Pairs& pairs) {
  std::set<int64_t> photos;
  for (const auto& [a, b] : pairs) photos.insert({a, b});
  return static_cast<int64_t>(photos.size());
}

// Leaves out the guesses that join too much of a class, with what is given, and names these classes.
Pairs without_dominant(const Pairs& guesses, const Pairs& given, const std::vector<int64_t>& photos,
                       const GroupInput& input, std::set<int64_t>& too_alike) {
  constexpr int64_t kSmallClass = 10, kFewestOthers = 5;
  DisjointSets sets(input.content.size());
  join(sets, guesses);
  join(sets, given);
  std::set<int64_t> guessed, dominant;  // sets
  for (const auto& pair : guesses) guessed.insert(sets.find(pair.first));
  std::vector<int64_t> of_class(input.classes);
  std::map<std::pair<int64_t, int64_t>, int64_t> of_class_in_set;
  for (const int64_t photo : photos) {
    ++of_class[input.labels[photo]];
    ++of_class_in_set[{sets.find(photo), input.labels[photo]}];
  }
  for (const auto& [key, count] : of_class_in_set) {
    const auto& [set, label] = key;
    const int64_t all = of_class[label], others = all - count;
    const bool few_others = others == 0 || (all >= kSmallClass && others < std::max(kFewestOthers, all / 5));
    if (count < 2 || !few_others || !guessed.contains(set)) continue;
    dominant.insert(set);
    too_alike.insert(label);
  }
  Pairs kept;
  for (const auto& pair : guesses) {
    if (!dominant.contains(sets.find(pair.first))) kept.push_back(pair);
  }
  return kept;
}

void name_groups(DisjointSets& sets, const GroupInput& input, PhotoGroups& out) {
  constexpr size_t kLargest = 12;
  std::map<int64_t, Sha256> min;
  std::map<int64_t, std::vector<int64_t>> members;  // of different content
  for (size_t i = 0; i < input.content.size(); ++i) {
    const auto [found, is_new] = min.emplace(sets.find(static_cast<int64_t>(i)), input.content[i]);
    found->second = std::min(found->second, input.content[i]);
  }
  for (size_t i = 0; i < input.content.size(); ++i) out.key.push_back(min.at(sets.find(static_cast<int64_t>(i))));
  for (const int64_t photo : different_contents(input.content)) members[sets.find(photo)].push_back(photo);
  for (auto& [root, photos] : members) {
    if (photos.size() < 2) continue;
    ++out.groups;
    out.photos += static_cast<int64_t>(photos.size());
    out.largest.push_back(std::move(photos));
  }
  std::sort(out.largest.begin(), out.largest.end(),
            [](const auto& a, const auto& b) { return a.size() != b.size() ? a.size() > b.size() : a < b; });
  out.largest.resize(std::min(out.largest.size(), kLargest));
}

}  // namespace

PhotoGroups group_photos(const GroupInput& input, int64_t threads, const Progress& progress) {
  PhotoGroups out;
  std::vector<int64_t> all(input.content.size());
  std::iota(all.begin(), all.end(), int64_t{0});
  Pairs given = by_key(all, [&](int64_t i) { return input.content[i].hex(); });
  if (!input.named.empty()) {
    const Pairs named = by_key(all, [&](int64_t i) { return input.named[i]; });
    given.insert(given.end(), named.begin(), named.end());
    out.named = std::count_if(input.named.begin(), input.named.end(), [](const auto& name) { return !name.empty(); });
  }
  Pairs guesses;
  if (!input.traits.empty()) {
    out.other_colors =
        std::count_if(input.traits.begin(), input.traits.end(), [](const auto& t) { return t.other_colors; });
    const auto photos = different_contents(input.content);
    std::set<int64_t> too_alike;
    // Each guess by itself first: where one says nothing the other still may.
    const Pairs looks = without_dominant(alike(input, photos, threads, progress), {}, photos, input, too_alike);
    const Pairs times = without_dominant(within_seconds(input, photos, out), {}, photos, input, too_alike);
    guesses = looks;
    guesses.insert(guesses.end(), times.begin(), times.end());
    guesses = without_dominant(guesses, given, photos, input, too_alike);
    const std::set<std::pair<int64_t, int64_t>> kept(guesses.begin(), guesses.end());
    const auto counted = [&](Pairs pairs) {
      std::erase_if(pairs, [&](const auto& pair) { return !kept.contains(pair); });
      return photos_in(pairs);
    };
    out.alike = counted(looks);
    out.same_moment = counted(times);
    out.too_alike.assign(too_alike.begin(), too_alike.end());
  }
  DisjointSets sets(input.content.size());
  join(sets, guesses);
  join(sets, given);
  name_groups(sets, input, out);
  return out;
}

}  // namespace pawprint
