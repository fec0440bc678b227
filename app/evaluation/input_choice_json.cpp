#include "app/evaluation/input_choice.h"
#include "app/evaluation/json_fields.h"

namespace pawprint {

template <class V>
void fields(V& v, ShownInput& input) {
  v.field("network", input.network);
  v.field("fit", input.fit);
  v.field("size", input.size_px);
}

template <class V>
void fields(V& v, TriedInput& tried) {
  v.field("inputs", tried.inputs);
  v.field("photos_per_second", tried.photos_per_second);
  v.field("accuracy", tried.accuracy);
  v.field("log_loss", tried.log_loss);
  v.field("excess", tried.excess);
  v.field("excess_error", tried.excess_error);
}

template <class V>
void fields(V& v, InputChoice& choice) {
  v.field("tried", choice.tried);
  v.field("chosen", choice.chosen);
  v.field("photos", choice.photos);
  v.field("seconds", choice.seconds);
  v.field("outer_accuracy", choice.outer_accuracy);
  v.field("outer_log_loss", choice.outer_log_loss);
  v.field_if_any("of_networks", choice.of_networks);
}

nlohmann::json to_json(InputChoice choice) { return json_of(choice); }

InputChoice input_choice_from_json(const nlohmann::json& json) {
  InputChoice choice;
  from_field(json, choice);
  return choice;
}

}  // namespace pawprint
