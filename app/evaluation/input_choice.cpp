#include "app/evaluation/input_choice.h"

#include <algorithm>
#include <cmath>

namespace pawprint {

namespace {

struct Excess {
  double mean = 0, error = 0;
};

// rows: indices of photos
double mean_loss(const CandidateScores& candidate, const std::vector<size_t>& rows) {
  double sum = 0;
  for (const size_t i : rows) sum += candidate.losses[i];
  return rows.empty() ? 0 : sum / static_cast<double>(rows.size());
}

Excess excess_over(const CandidateScores& best, const CandidateScores& other, const std::vector<size_t>& rows) {
  const auto n = static_cast<double>(rows.size());
  Excess excess{mean_loss(other, rows) - mean_loss(best, rows), 0};
  double squares = 0;
  for (const size_t i : rows) squares += std::pow(other.losses[i] - best.losses[i] - excess.mean, 2);
  if (n > 1) excess.error = std::sqrt(squares / (n - 1) / n);
  return excess;
}

size_t best_of(const std::vector<CandidateScores>& candidates, const std::vector<size_t>& rows) {
  size_t best = 0;
  for (size_t c = 1; c < candidates.size(); ++c) {
    if (mean_loss(candidates[c], rows) < mean_loss(candidates[best], rows)) best = c;
  }
  return best;
}

size_t chosen_of(const std::vector<CandidateScores>& candidates, const std::vector<size_t>& rows) {
  const size_t best = best_of(candidates, rows);
  size_t chosen = best;
  for (size_t c = 0; c < candidates.size(); ++c) {
    const Excess excess = excess_over(candidates[best], candidates[c], rows);
    if (excess.mean <= excess.error && candidates[c].cost_s < candidates[chosen].cost_s) chosen = c;
  }
  return chosen;
}

// The photos of a fold, or all others.
std::vector<size_t> photos_in(const std::vector<int64_t>& fold, int64_t number, bool inside) {
  std::vector<size_t> rows;
  for (size_t i = 0; i < fold.size(); ++i) {
    if ((fold[i] == number) == inside) rows.push_back(i);
  }
  return rows;
}

}  // namespace

std::string ShownInput::text() const { return network + ' ' + word(fit) + ' ' + std::to_string(size_px); }

std::string TriedInput::text() const {
  std::string text;
  for (const auto& input : inputs) text += (text.empty() ? "" : " + ") + input.text();
  return text;
}

void choose_input(InputChoice& choice, const std::vector<CandidateScores>& candidates,
                  const std::vector<int64_t>& fold) {
  const auto all = photos_in(fold, -1, false);
  const auto n = static_cast<double>(all.size());
  const size_t best = best_of(candidates, all);
  for (size_t c = 0; c < candidates.size(); ++c) {
    auto& tried = choice.tried[c];
    const Excess excess = excess_over(candidates[best], candidates[c], all);
    tried.photos_per_second = 1 / candidates[c].cost_s;
    tried.log_loss = mean_loss(candidates[c], all);
    tried.accuracy =
        static_cast<double>(std::count(candidates[c].correct.begin(), candidates[c].correct.end(), true)) / n;
    tried.excess = excess.mean;
    tried.excess_error = excess.error;
  }
  choice.chosen = static_cast<int64_t>(chosen_of(candidates, all));
  choice.photos = static_cast<int64_t>(all.size());
  double correct = 0, loss = 0;
  for (int64_t number = 0; number <= *std::max_element(fold.begin(), fold.end()); ++number) {
    const auto& chosen = candidates[chosen_of(candidates, photos_in(fold, number, false))];
    for (const size_t i : photos_in(fold, number, true)) {
      correct += chosen.correct[i];
      loss += chosen.losses[i];
    }
  }
  choice.outer_accuracy = correct / n;
  choice.outer_log_loss = loss / n;
}

}  // namespace pawprint
