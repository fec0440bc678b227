// JSON of structs and back. A struct says its fields once, by their keys:
//   template <class V> void fields(V& v, Point& point) { v.field("x", point.x); v.field("y", point.y); }
// The writer makes JSON of them; the reader takes what is there and of the expected form, the rest keeps its default.
#pragma once

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "models/base/error.h"
#include "models/base/words.h"

namespace pawprint {

class JsonWriter;
class JsonReader;

template <class T>
concept HasFields = requires(JsonWriter& writer, T& value) {
  fields(writer, value);
};

template <class T>
nlohmann::json json_of(T& value);
template <class T>
void from_field(const nlohmann::json& json, T& value);  // throws Error, or what nlohmann::json throws

class JsonWriter {
 public:
  static constexpr bool kReads = false;
  nlohmann::json json = nlohmann::json::object();

  template <class T>
  void field(const char* key, T& value) {
    json[key] = json_of(value);
  }
  template <class T>
  void needed_field(const char* key, T& value) {
    field(key, value);
  }
  // Without the key where there is nothing.
  template <class T>
  void field_if_any(const char* key, T& value) {
    if (auto written = json_of(value); !written.is_null() && !(written.is_structured() && written.empty()))
      json[key] = std::move(written);
  }
  template <class Fields>
  void object(const char* key, Fields of_object) {
    JsonWriter inner;
    of_object(inner);
    json[key] = std::move(inner.json);
  }
};

class JsonReader {
 public:
  static constexpr bool kReads = true;
  const nlohmann::json& json;

  template <class T>
  void field(const char* key, T& value) {
    const auto found = json.find(key);
    if (found == json.end() || found->is_null()) return;
    try {
      T complete{};
      from_field(*found, complete);
      value = std::move(complete);
    } catch (const std::exception&) {  // another version's: left out
    }
  }
  // Without it the whole struct is left out.
  template <class T>
  void needed_field(const char* key, T& value) {
    from_field(json.at(key), value);
  }
  template <class T>
  void field_if_any(const char* key, T& value) {
    field(key, value);
  }
  template <class Fields>
  void object(const char* key, Fields of_object) {
    if (const auto found = json.find(key); found != json.end() && found->is_object()) {
      JsonReader inner{*found};
      of_object(inner);
    }
  }
};

template <class T>
inline constexpr bool kIsVector = false;
template <class T>
inline constexpr bool kIsVector<std::vector<T>> = true;
template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

inline nlohmann::json json_of(std::filesystem::path& path) { return path.native(); }

template <class T>
nlohmann::json json_of(T& value) {
  if constexpr (kIsOptional<T>) {
    return value ? json_of(*value) : nlohmann::json();
  } else if constexpr (kIsVector<T>) {
    auto list = nlohmann::json::array();
    for (auto& item : value) list.push_back(json_of(item));
    return list;
  } else if constexpr (HasFields<T>) {
    JsonWriter writer;
    fields(writer, value);
    return std::move(writer.json);
  } else if constexpr (std::is_enum_v<T>) {
    return word(value);
  } else {
    return value;
  }
}

inline void from_field(const nlohmann::json& json, std::filesystem::path& path) { path = json.get<std::string>(); }

template <class T>
void from_field(const nlohmann::json& json, T& value) {
  if constexpr (kIsOptional<T>) {
    from_field(json, value.emplace());
  } else if constexpr (kIsVector<T>) {
    if (!json.is_array()) throw Error("expected a list, got " + json.dump());
    for (const auto& item : json) from_field(item, value.emplace_back());
  } else if constexpr (HasFields<T>) {
    if (!json.is_object()) throw Error("expected an object, got " + json.dump());
    JsonReader reader{json};
    fields(reader, value);
  } else if constexpr (std::is_enum_v<T>) {
    const auto found = std::find(kWords<T>.begin(), kWords<T>.end(), json.get<std::string>());
    if (found == kWords<T>.end()) throw Error("expected a known word, got " + json.dump());
    value = static_cast<T>(found - kWords<T>.begin());
  } else if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
    const bool fits = json.is_number_unsigned() ? std::in_range<T>(json.get<uint64_t>())
                                                : json.is_number_integer() && std::in_range<T>(json.get<int64_t>());
    if (!fits) throw Error("expected a whole number of 64 bits, got " + json.dump());
    json.get_to(value);
  } else {
    json.get_to(value);
  }
}

}  // namespace pawprint
