#include "models/base/did_you_mean.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "models/base/error.h"

namespace pawprint {

namespace {

constexpr size_t kLongest = 64;   // what is longer is no slip
constexpr size_t kMinPrefix = 3;  // letters that say which word was begun

std::string lower(std::string_view word) {
  std::string out(word);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::vector<size_t>> d(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

// How far they are apart; null if too far to be the same word.
std::optional<size_t> nearness(const std::string& word, const std::string& known) {
  const auto [shorter, longer] =
      std::minmax(word, known, [](const auto& a, const auto& b) { return a.size() < b.size(); });
  if (shorter.size() >= kMinPrefix && longer.starts_with(shorter)) return shorter == longer ? 0 : 1;
  const size_t far = distance(word, known);
  return far <= (word.size() + 1) / 3 ? std::optional(far) : std::nullopt;
}

}  // namespace

std::string did_you_mean(std::string_view word, const std::vector<std::string>& words, const std::string& as) {
  if (word.size() > kLongest) return "";
  const std::string* best = nullptr;
  size_t least = 0;
  for (const auto& known : words) {
    const auto near = nearness(lower(word), lower(known));
    if (near && (best == nullptr || *near < least)) best = &known, least = *near;
  }
  return best == nullptr ? "" : "; did you mean " + in_quotes(as + *best) + '?';
}

}  // namespace pawprint
