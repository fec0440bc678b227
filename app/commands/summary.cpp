#include "app/commands/summary.h"

#include <algorithm>
#include <cstdio>

#include "models/error.h"

namespace pawprint {

void print_evaluation(const Evaluation& e, const std::vector<std::string>& class_names, const std::string& of_what) {
  std::printf("accuracy      %.4f  (95 %%: %.4f to %.4f) on %ld %s\n", e.accuracy, e.accuracy_low, e.accuracy_high,
              e.count, of_what.c_str());
  std::printf("log loss      %.4f\n", e.log_loss);
  if (e.roc_auc) std::printf("ROC AUC       %.4f\n", *e.roc_auc);
  constexpr size_t kMostClasses = 12;
  if (class_names.size() > kMostClasses) return;
  size_t width = 4;
  for (const auto& name : class_names) width = std::max(width, std::min<size_t>(name.size(), 20));
  const int w = static_cast<int>(width);
  std::printf("\n%*s  said to be\n%*s", w, "", w, "");
  for (const auto& name : class_names) std::printf("  %*.*s", w, w, name.c_str());
  for (size_t c = 0; c < class_names.size(); ++c) {
    std::printf("\n%-*.*s", w, w, class_names[c].c_str());
    for (const int64_t count : e.confusion[c]) std::printf("  %*ld", w, count);
  }
  std::printf("\n\n");
}

void print_skipped(const std::vector<SkippedPhoto>& skipped, bool quiet) {
  if (skipped.empty() || quiet) return;
  constexpr size_t kMost = 10;
  std::fprintf(stderr, "skipped %zu unreadable photo%s:\n", skipped.size(), skipped.size() == 1 ? "" : "s");
  for (size_t i = 0; i < std::min(skipped.size(), kMost); ++i)
    std::fprintf(stderr, "  %s: %s\n", in_quotes(skipped[i].path.native()).c_str(), skipped[i].reason.c_str());
  if (skipped.size() > kMost) std::fprintf(stderr, "  and %zu more\n", skipped.size() - kMost);
}

}  // namespace pawprint
