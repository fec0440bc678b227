#include "app/commands/summary.h"

#include <algorithm>
#include <cstdio>
#include <numeric>
#include <optional>

#include "app/base/format.h"
#include "app/evaluation/cautions.h"
#include "models/base/error.h"
#include "models/base/messages.h"

namespace pawprint {

namespace {

constexpr size_t kMaxClasses = 12, kWorst = 5;

std::string share_text(const std::optional<double>& share) {
  char text[16] = "-";
  if (share) std::snprintf(text, sizeof text, "%.3f", *share);
  return text;
}

// Where the columns' names would not fit, rows and columns are numbered.
void print_confusion(const Evaluation& e, const std::vector<std::string>& class_names, int w) {
  constexpr size_t kWidth = 100;
  const bool numbered = (class_names.size() + 1) * static_cast<size_t>(w + 2) > kWidth;
  const int cell = numbered ? static_cast<int>(std::max<size_t>(2, std::to_string(e.count).size())) : w;
  const int name = numbered ? w + 4 : w;
  std::printf("\nconfusion matrix\n%*s  predicted\n%-*s", name, "", name, "true");
  for (size_t c = 0; c < class_names.size(); ++c)
    std::printf("  %*.*s", cell, cell, numbered ? std::to_string(c + 1).c_str() : class_names[c].c_str());
  for (size_t c = 0; c < class_names.size(); ++c) {
    std::printf("\n");
    if (numbered) std::printf("%2zu  ", c + 1);
    std::printf("%-*.*s", w, w, class_names[c].c_str());
    for (const int64_t count : e.confusion[c]) std::printf("  %*ld", cell, count);
  }
  std::printf("\n");
}

// All classes, or the worst of many.
void print_classes(const Evaluation& e, const std::vector<std::string>& class_names, int w) {
  std::vector<size_t> order(class_names.size());
  std::iota(order.begin(), order.end(), size_t{0});
  const bool all = class_names.size() <= kMaxClasses;
  if (!all) {
    std::erase_if(order, [&](size_t c) { return e.per_class[c].support < kFewestForFigure; });
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return e.per_class[a].f1 < e.per_class[b].f1; });
    order.resize(std::min(order.size(), kWorst));
  }
  std::printf("\n%-*s  precision  recall     F1  photos\n", w, all ? "class" : "worst");
  for (const size_t c : order) {
    const auto& figures = e.per_class[c];
    const bool few = figures.support < kFewestForFigure;
    std::printf("%-*.*s  %9s  %6s  %5s  %6ld\n", w, w, class_names[c].c_str(),
                share_text(few ? std::nullopt : figures.precision).c_str(),
                share_text(few ? std::nullopt : figures.recall).c_str(),
                share_text(few ? std::nullopt : std::optional(figures.f1)).c_str(), figures.support);
  }
  std::printf("%-*s  %9.3f  %6.3f  %5.3f  %6ld\n\n", w, "mean", e.macro_precision, e.macro_recall, e.macro_f1, e.count);
}

}  // namespace

void print_accuracy(const std::string& name, const Evaluation& e, const std::string& of_what) {
  if (e.count < kFewestForFigure) {
    std::printf("%-13s no figure: only %s (%ld right)\n", name.c_str(), counted(e.count, of_what).c_str(), e.correct);
  } else {
    std::printf("%-13s %.4f on %s; the true accuracy lies between %.4f and %.4f (95 %% confidence)\n", name.c_str(),
                e.accuracy, counted(e.count, of_what).c_str(), e.accuracy_low, e.accuracy_high);
  }
}

void print_evaluation(const Measurement& measured, const std::string& of_what) {
  const Evaluation& e = measured.evaluation;
  const auto& class_names = measured.class_names;
  print_accuracy("accuracy", e, of_what);
  if (e.count >= kFewestForFigure)
    std::printf("baseline      %.4f always the most frequent class (majority-class baseline)\n", e.majority_baseline);
  std::printf("log loss      %.4f\n", e.log_loss);
  std::printf("ECE           %.4f expected calibration error\n", e.ece);
  if (e.roc_auc) std::printf("ROC AUC       %.4f\n", *e.roc_auc);
  size_t width = 5;
  for (const auto& name : class_names) width = std::max(width, std::min<size_t>(name.size(), 20));
  if (class_names.size() <= kMaxClasses) print_confusion(e, class_names, static_cast<int>(width));
  print_classes(e, class_names, static_cast<int>(width));
}

void print_cautions(const std::vector<std::string>& cautions) {
  for (const auto& caution : cautions) std::printf("caution: %s\n", caution.c_str());
}

void print_skipped(const std::vector<SkippedPhoto>& skipped, bool quiet) {
  if (skipped.empty() || quiet) return;
  constexpr size_t kMax = 10;
  std::fprintf(messages(), "skipped %s:\n", counted(static_cast<int64_t>(skipped.size()), "unreadable photo").c_str());
  for (size_t i = 0; i < std::min(skipped.size(), kMax); ++i)
    std::fprintf(messages(), "  %s: %s\n", in_quotes(skipped[i].path.native()).c_str(), skipped[i].reason.c_str());
  if (skipped.size() > kMax) std::fprintf(messages(), "  and %zu more\n", skipped.size() - kMax);
}

}  // namespace pawprint
