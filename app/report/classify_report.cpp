#include "app/report/classify_report.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "app/base/format.h"
#include "app/base/parallel.h"
#include "app/data/decode.h"
#include "app/data/photo_list.h"
#include "app/evaluation/metrics.h"
#include "app/report/correctable.h"
#include "app/report/picture_file.h"

namespace pawprint {

namespace {

constexpr int kSidePx = 200, kQuality = 75;
constexpr size_t kMaxNamed = 12;  // classes whose photos are counted in the lead

using Pictures = std::map<std::string, std::string>;  // by path: the values of <img src="...">

// Of a photo that has gone: an empty one.
std::string picture_of(const std::string& path, const DecodeOptions& decode) {
  try {
    return picture_uri(decode_photo(read_photo(path, decode.limits), decode), kSidePx, kQuality);
  } catch (const Unreadable&) {
    return "";
  }
}

Html summary_row(const char* id, const char* title, int64_t count) {
  const Html name = *id == 0 || count == 0 ? Html(title) : element("a", {{"href", std::string("#") + id}}, title);
  return element("tr", element("td", name), element("td.number", whole_number(count)));
}

}  // namespace

bool correct_prediction(Prediction& prediction, const Corrections& corrections) {
  const auto found = corrections.find(in_data(prediction.path, ""));
  if (found == corrections.end()) return false;
  auto& p = prediction.probabilities;
  const auto& [answer, label] = found->second;
  if (p.empty()) return true;  // it cannot be read: nothing to correct
  prediction.looks_like.clear();
  prediction.note = answer == CorrectionKind::kLeaveOut ? kLeftOut : kCorrected;
  if (answer == CorrectionKind::kLeaveOut) return true;
  const int64_t said = answer == CorrectionKind::kLabel ? label : argmax(p.data(), static_cast<int64_t>(p.size()));
  std::fill(p.begin(), p.end(), 0.0);
  p[static_cast<size_t>(said)] = 1;
  if (!prediction.set.empty()) prediction.set = {said};
  return true;
}

ClassifyReport::ClassifyReport(std::vector<std::string> class_names)
    : class_names_(std::move(class_names)), of_class_(class_names_.size()) {}

void ClassifyReport::add(const Prediction& prediction) {
  ++count_;
  const auto& p = prediction.probabilities;
  if (p.empty()) {
    if (++unreadable_count_ <= static_cast<int64_t>(kMaxUnreadable))
      unreadable_.emplace_back(prediction.path, prediction.error);
    return;
  }
  const auto classes = static_cast<int64_t>(p.size());
  const int64_t said = argmax(p.data(), classes);
  left_out_ += prediction.note == kLeftOut;
  if (prediction.note == kLeftOut) return;
  ++of_class_[static_cast<size_t>(said)];
  corrected_ += prediction.note == kCorrected;
  if (prediction.note == kCorrected) return;
  Shown shown{prediction.path, said, -1, p[static_cast<size_t>(said)], 0};
  for (int64_t c = 0; c < classes; ++c) {
    if (c == said || (shown.second >= 0 && p[static_cast<size_t>(c)] <= shown.p_second)) continue;
    shown.second = c;
    shown.p_second = p[static_cast<size_t>(c)];
  }
  auto& list = prediction.note.find(kUnfamiliar) != std::string::npos ? unfamiliar_ : familiar_;
  ++list.count;
  list.photos.emplace(shown.p_said - shown.p_second, std::move(shown));
  if (list.photos.size() > kMaxPictures) list.photos.erase(std::prev(list.photos.end()));
}

// The page's parts.
class ClassifyPage {
 public:
  ClassifyPage(const ClassifyReport& report, Pictures pictures) : report_(report), pictures_(std::move(pictures)) {}

  std::string html() const {
    const auto& r = report_;
    Html body = element("h1", "What the photos are said to show") + element("p.lead", lead());
    body += section("Summary",
                    element("table", summary_row("uncertain", "Least certain", r.familiar_.count),
                            summary_row("unfamiliar", "Unfamiliar", r.unfamiliar_.count),
                            summary_row("unreadable", "Could not be read", r.unreadable_count_),
                            summary_row("", "Corrected", r.corrected_), summary_row("", "Left out", r.left_out_)));
    body +=
        gallery("uncertain", "Least certain first",
                "The two most probable classes of each photo. What the model is surest of comes last.", r.familiar_);
    body += gallery("unfamiliar", "Unfamiliar",
                    "Unlike the photos that the model learned from: what it says of them means little.", r.unfamiliar_);
    if (!r.unreadable_.empty()) body += unreadable_section(r.unreadable_);
    if (const auto more = r.unreadable_count_ - static_cast<int64_t>(r.unreadable_.size()); more > 0)
      body += element("p.quiet", counted(more, "more file") + " could not be read.");
    body += corrections_bar(r.class_names_, Corrects::kPredictions);
    return html_page("pawprint classify", body, {"corrections.css", "corrections.js"});
  }

 private:
  std::string lead() const {
    std::string text = counted(report_.count_ - report_.unreadable_count_, "photo");
    if (report_.class_names_.size() > kMaxNamed)
      return text + ", " + std::to_string(report_.class_names_.size()) + " classes.";
    for (size_t c = 0; c < report_.class_names_.size(); ++c)
      text += (c == 0 ? ": " : ", ") + whole_number(report_.of_class_[c]) + ' ' + report_.class_names_[c];
    return text + '.';
  }

  Html figure(const ClassifyReport::Shown& photo) const {
    const auto name = [&](int64_t c) { return report_.class_names_[static_cast<size_t>(c)]; };
    const auto& picture = pictures_.at(photo.path);
    Html said = element("b", name(photo.said)) + " " + percent(photo.p_said, 0);
    if (photo.second >= 0) said += ", " + name(photo.second) + " " + percent(photo.p_second, 0);
    return element("figure", correctable(photo.path, "", photo.said, photo.second),
                   picture.empty() ? element("p.quiet", "this photo cannot be read any more")
                                   : element("img", {{"src", picture}, {"alt", "said to be " + name(photo.said)}}),
                   element("figcaption", said, element("br"), photo.path));
  }

  Html gallery(std::string_view id, const std::string& title, const std::string& words,
               const ClassifyReport::LeastCertain& list) const {
    if (list.count == 0) return {};
    Html figures;
    for (const auto& [margin, photo] : list.photos) figures += figure(photo);
    const auto more = list.count - static_cast<int64_t>(list.photos.size());
    return section(title,
                   element("p", words) + element("div.gallery", figures) +
                       (more > 0 ? element("p.quiet", counted(more, "more photo") + ", of which it is surer") : Html()),
                   id);
  }

  const ClassifyReport& report_;
  Pictures pictures_;
};

std::string ClassifyReport::page(const DecodeOptions& decode, int64_t threads, const Progress& progress) const {
  std::vector<std::string> paths;
  for (const auto* list : {&familiar_, &unfamiliar_}) {
    for (const auto& [margin, photo] : list->photos) paths.push_back(photo.path);
  }
  DecodeOptions small = decode;
  small.scaled_short_px = int64_t{2} * kSidePx;
  small.managed_color = true;  // for people to see
  Pictures pictures;
  parallel_for(
      Workers{threads}, static_cast<int64_t>(paths.size()),
      [&](int64_t i) {
        const auto& path = paths[static_cast<size_t>(i)];
        return std::pair(path, picture_of(path, small));
      },
      [&](std::pair<std::string, std::string> picture) { pictures.insert(std::move(picture)); }, progress);
  return ClassifyPage(*this, std::move(pictures)).html();
}

}  // namespace pawprint
