// The parts of training_report.h's page, in the page's order. Each is a whole <section>, or nothing where it does not
// apply.
#pragma once

#include <string>

#include "app/report/report_photos.h"
#include "app/report/training_report.h"

namespace pawprint {

std::string section(const std::string& title, const std::string& body);

std::string verdict(const TrainingReport& report);  // <header>
std::string confusion_section(const TrainingReport& report);
std::string classes_section(const TrainingReport& report);
std::string groups_section(const TrainingReport& report);
std::string discrimination_section(const TrainingReport& report, const JudgedPhotos& photos);
std::string calibration_section(const TrainingReport& report, const JudgedPhotos& photos);
std::string abstention_section(const TrainingReport& report, const JudgedPhotos& photos);
std::string learning_curve_section(const TrainingReport& report);
std::string penalty_section(const TrainingReport& report);
std::string loss_section(const TrainingReport& report);
std::string facts_section(const TrainingReport& report);

}  // namespace pawprint
