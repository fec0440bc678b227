#include "app/report/correctable.h"

#include "app/data/photo_list.h"

namespace pawprint {

Attributes correctable(const std::filesystem::path& photo, const std::filesystem::path& data, int64_t label,
                       int64_t suggested) {
  Attributes attributes = {{"data-path", listed_name(photo, data)}, {"data-class", std::to_string(label)}};
  if (suggested >= 0) attributes.emplace_back("data-suggested", std::to_string(suggested));
  return attributes;
}

Html corrections_bar(const std::vector<std::string>& class_names, Corrects what) {
  const bool predictions = what == Corrects::kPredictions;
  Html names;
  for (const auto& name : class_names) names += element("li", name);
  return element("div#corrections",
                 {{"role", "region"},
                  {"aria-label", "corrections"},
                  {"data-of", predictions ? "predictions" : "data"},
                  {"data-next", predictions ? "pawprint classify \u2026 --corrections corrections.csv"
                                            : "pawprint finetune \u2026 --relabel corrections.csv"},
                  {"hidden", ""}},
                 element("ol", {{"hidden", ""}}, names));
}

}  // namespace pawprint
