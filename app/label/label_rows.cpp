// What a session shows next, and what it shows of all.
#include <torch/types.h>

#include <algorithm>
#include <tuple>

#include "app/data/photo_list.h"
#include "app/label/label_session.h"
#include "app/label/pick_photos.h"

namespace pawprint {

// The photos of the sample as far as all of them are answered, in their random order, up to the last one that was drawn
// for it: that others were answered may have to do with what they show.
std::vector<int64_t> LabelSession::sample() const {
  std::vector<int64_t> answered;
  size_t drawn = 0;
  for (size_t i = 0; i < photos_.size(); ++i) {
    if (!in_sample(i)) continue;
    const auto answer = answer_of(i);
    if (!answer) break;
    answered.push_back(static_cast<int64_t>(i));
    if (answer->shown_as == kRandom) drawn = answered.size();
  }
  answered.resize(drawn);
  return answered;
}

std::vector<int64_t> LabelSession::draw(const std::vector<bool>& open, int64_t count) const {
  std::vector<int64_t> found;
  for (size_t i = 0; i < open.size() && static_cast<int64_t>(found.size()) < count; ++i) {
    if (open[i] && in_sample(i)) found.push_back(static_cast<int64_t>(i));
  }
  return found;
}

// Those that teach most, as far as the axes are known; where these run out, any.
std::vector<int64_t> LabelSession::pick(const std::vector<bool>& open, int64_t count) {
  // With so many labels, what lies between the classes tells more than what is typical.
  const int64_t typical = std::max<int64_t>(24, 2 * static_cast<int64_t>(classes_.size()));
  std::vector<bool> free(components_.size(0));
  std::vector<int64_t> labeled;
  for (size_t i = 0; i < free.size(); ++i) {
    free[i] = open[i] && role_[i] == Role::kTeaches;
    if (answer_of(i)) labeled.push_back(static_cast<int64_t>(i));
  }
  std::vector<int64_t> picked;
  const auto take = [&](const std::vector<int64_t>& photos, const char* why) {
    for (const int64_t photo : photos) {
      picked.push_back(photo);
      free[photo] = false;
      shown_as_[photo] = why;
    }
  };
  const auto left = [&] { return count - static_cast<int64_t>(picked.size()); };
  const bool knows = probabilities_.defined() && probabilities_.size(1) > 1;
  if (!knows || static_cast<int64_t>(labeled.size()) < typical)
    take(typical_photos(components_, free, labeled, left(), setup_.seed), kTypical);
  if (knows && left() > 0)
    take(uncertain_photos(components_, free, probabilities_.narrow(0, 0, components_.size(0)), left()), kUncertain);
  for (size_t i = 0; i < free.size() && left() > 0; ++i) {
    if (free[i]) take({static_cast<int64_t>(i)}, kTypical);
  }
  return picked;
}

// The next of these photos.
std::vector<int64_t> LabelSession::row_of(const std::vector<bool>& open, bool measure) {
  int64_t answered = 0, drawn = 0;
  for (size_t i = 0; i < photos_.size(); ++i) {
    const bool is_answered = role_[i] != Role::kCopy && answer_of(i);
    answered += is_answered;
    drawn += is_answered && in_sample(i);
  }
  auto sample = draw(open, measure ? kRow : std::clamp<int64_t>(answered / kOneIn - drawn, 0, kRow));
  auto row = pick(open, kRow - static_cast<int64_t>(sample.size()));
  if (row.empty()) sample = draw(open, kRow);  // the rest
  for (const int64_t photo : sample) {
    shown_as_[photo] = kRandom;
    const auto at = photos_[photo].content.bytes[31] % (row.size() + 1);  // anywhere among the others
    row.insert(row.begin() + static_cast<int64_t>(at), photo);
  }
  return row;
}

// Photos without an answer; those that another page shows once there are no others, as it may have been closed.
std::vector<int64_t> LabelSession::new_row(bool measure) {
  std::vector<bool> unanswered(photos_.size());
  for (size_t i = 0; i < photos_.size(); ++i) unanswered[i] = role_[i] != Role::kCopy && !answer_of(i);
  auto open = unanswered;
  for (const auto& [page, photos] : rows_) {
    for (const int64_t photo : photos) open[photo] = false;
  }
  auto row = row_of(open, measure);
  return row.empty() ? row_of(unanswered, measure) : row;
}

std::vector<ShownPhoto> LabelSession::next_row(const std::string& page, bool measure) {
  constexpr size_t kMostPages = 16;
  const std::lock_guard guard(lock_);
  if (!components_.defined()) return {};
  const auto found = std::find_if(rows_.begin(), rows_.end(), [&](const auto& each) { return each.first == page; });
  std::vector<int64_t> row;
  if (found != rows_.end()) {
    row = std::move(found->second);
    rows_.erase(found);
  }
  if (std::all_of(row.begin(), row.end(), [&](int64_t photo) { return answer_of(photo).has_value(); }))
    row = new_row(measure);
  rows_.emplace_back(page, row);
  if (rows_.size() > kMostPages) rows_.erase(rows_.begin());
  std::vector<ShownPhoto> out;
  for (const int64_t photo : row) out.push_back(shown(photo, suggests_));
  return out;
}

std::optional<Guess> LabelSession::guess_of(size_t photo) const {
  if (predicted_.empty()) return std::nullopt;
  const int64_t said = predicted_[photo];
  return Guess{classes_[said], static_cast<double>(probabilities_.accessor<float, 2>()[photo][said])};
}

ShownPhoto LabelSession::shown(size_t photo, bool with_guess) const {
  return {static_cast<int64_t>(photo), in_data(photos_[photo].path, setup_.data),
          with_guess ? guess_of(photo) : std::nullopt, answer_of(photo)};
}

// Those that nobody has looked at since.
std::vector<const LabelSession::Doubt*> LabelSession::doubtful() const {
  std::vector<const Doubt*> out;
  for (const auto& doubt : doubts_) {
    const auto answer = answer_of(doubt.photo);
    const bool settled = !answer || answer->shown_as == kReview || answer->class_name == doubt.guess.class_name;
    if (!settled) out.push_back(&doubt);
  }
  return out;
}

std::vector<ShownPhoto> LabelSession::review(const std::string& class_name, size_t begin, size_t count) const {
  const std::lock_guard guard(lock_);
  std::vector<ShownPhoto> out;
  if (class_name.empty()) {
    const auto all = doubtful();
    for (size_t k = begin; k < std::min(all.size(), begin + count); ++k) {
      out.push_back(shown(all[k]->photo, false));
      out.back().guess = all[k]->guess;
    }
    return out;
  }
  const int64_t index = index_of(class_name);
  std::vector<std::tuple<bool, float, int64_t>> order;
  const bool knows = !predicted_.empty();  // else a photo may be of any class
  const auto margin = knows ? margins(probabilities_) : std::vector<float>(photos_.size());
  for (size_t i = 0; i < photos_.size(); ++i) {
    if (label_of(i).value_or(knows ? predicted_[i] : index) == index)
      order.emplace_back(answer_of(i).has_value(), margin[i], static_cast<int64_t>(i));
  }
  std::sort(order.begin(), order.end());
  for (size_t k = begin; k < std::min(order.size(), begin + count); ++k)
    out.push_back(shown(std::get<2>(order[k]), true));
  return out;
}

}  // namespace pawprint
