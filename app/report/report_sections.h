// The parts of training_report.h's page, in the page's order. Each is a whole <section>, or nothing where it does not
// apply.
#pragma once

#include "app/report/html.h"
#include "app/report/report_photos.h"
#include "app/report/training_report.h"

namespace pawprint {

// A table that scrolls where the page is too narrow.   label: what it is, for those who cannot see it
Html scrolled(const std::string& label, const Html& table);

// <td class="number">, and the heading of a column of such or of others.
Html number_cell(const std::string& text);
Html number_column(const std::string& text);
Html column(const std::string& text);

// A chart and what is said of it.
Html beside(const Html& chart, const Html& words);

Html verdict(const TrainingReport& report);  // <header>
Html test_section(const TrainingReport& report);
Html confusion_section(const TrainingReport& report);
Html confusion_map(const TrainingReport& report);  // a part of it, for many classes
Html classes_section(const TrainingReport& report);
Html groups_section(const TrainingReport& report);
Html discrimination_section(const TrainingReport& report, const ScoredPhotos& photos);
Html calibration_section(const TrainingReport& report, const ScoredPhotos& photos);
Html abstention_section(const TrainingReport& report, const ScoredPhotos& photos);
Html inputs_section(const InputChoice& choice);
Html learning_curve_section(const TrainingReport& report);
Html regularization_section(const TrainingReport& report);
Html loss_section(const TrainingReport& report);
Html next_section(const TrainingReport& report);
Html facts_section(const TrainingReport& report);

}  // namespace pawprint
