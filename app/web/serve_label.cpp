#include "app/web/serve_label.h"

#include <atomic>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/data/decode.h"
#include "app/data/image_file.h"
#include "app/data/json_escape.h"
#include "app/report/picture_file.h"
#include "app/training/runtime.h"
#include "app/web/serve_page.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

using Json = nlohmann::json;

HttpResponse json_response(const Json& json) {
  return {200, "application/json", json.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

// A request's JSON object. Throws HttpProblem 400.
Json parse_object(const std::string& body) {
  auto json = Json::parse(body, nullptr, false);
  if (!json.is_object()) throw HttpProblem(400, "expected a JSON object");
  return json;
}

// A value of it, or the fallback where it is missing. Throws HttpProblem 400 for one of another type.
template <class Value>
Value value_of(const Json& json, const char* name, Value fallback) {
  try {
    return json.value(name, std::move(fallback));
  } catch (const Json::exception&) {
    throw HttpProblem(400, std::string(name) + ": expected another type");
  }
}

AnswerKind kind_of(const std::string& text) {
  const auto& words = kWords<AnswerKind>;
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i] == text) return static_cast<AnswerKind>(i);
  }
  throw HttpProblem(400, "answer: expected class, none, unknown or taken-back");
}

std::vector<Saying> sayings_of(const Json& request) {
  constexpr size_t kMost = 1000;
  const auto list = value_of(request, "answers", Json::array());
  if (!list.is_array() || list.size() > kMost) throw HttpProblem(400, "answers: expected a list of at most 1000");
  std::vector<Saying> sayings;
  for (const auto& each : list) {
    if (!each.is_object()) throw HttpProblem(400, "answers: expected objects");
    sayings.push_back({value_of<int64_t>(each, "id", -1), kind_of(value_of<std::string>(each, "answer", "")),
                       value_of<std::string>(each, "class", "")});
  }
  return sayings;
}

Json row_json(const std::vector<ShownPhoto>& photos) {
  Json list = Json::array();
  for (const auto& photo : photos) {
    Json json = {{"id", photo.id}, {"name", photo.name}};
    if (photo.guess) json["guess"] = photo.guess->class_name, json["p"] = photo.guess->probability;
    if (photo.answer) {
      json["answer"] = word(photo.answer->kind);
      if (photo.answer->kind == AnswerKind::kClass) json["class"] = photo.answer->class_name;
    }
    list.push_back(std::move(json));
  }
  return {{"photos", std::move(list)}};
}

// The work that ends a session, in a thread of its own.
class FinishJob {
 public:
  explicit FinishJob(const Finish& finish) : finish_(finish) {}

  void start() {
    const std::lock_guard guard(lock_);
    if (state_.value("busy", false)) throw HttpProblem(409, "expected one at a time; the model is being made", "busy");
    state_ = {{"busy", true}, {"stage", ""}, {"done", 0}, {"total", 0}};
    thread_ = std::jthread([this] { work(); });
  }

  Json state() const {
    const std::lock_guard guard(lock_);
    return state_;
  }

  void give_up() { stop_ = true; }

 private:
  void work() {
    use_single_threaded_math_in_worker();
    Json end;
    try {
      end = {{"result", finish_([this](const std::string& what, const std::string&) {
                return [this, what](int64_t done, int64_t total) {
                  if (stop_) throw Interrupted(0);
                  const std::lock_guard guard(lock_);
                  state_["stage"] = what, state_["done"] = done, state_["total"] = total;
                };
              })}};
    } catch (const std::exception& error) {
      end = {{"problem", error.what()}};
    }
    const std::lock_guard guard(lock_);
    state_ = std::move(end);
  }

  const Finish& finish_;
  mutable std::mutex lock_;
  Json state_ = Json::object();
  std::atomic<bool> stop_ = false;
  std::jthread thread_;
};

class LabelRoutes {
 public:
  LabelRoutes(Teaching& teaching, const Finish& finish) : teaching_(teaching), finish_(finish) {}
  ~LabelRoutes() { finish_.give_up(); }

  Routes routes() {
    const auto post = [this](HttpResponse (LabelRoutes::*answer)(const Json&)) {
      return Route{{"POST", kMaxRequestBytes},
                   [=, this](const HttpRequest& request) { return (this->*answer)(parse_object(request.body)); }};
    };
    return {{"/api/state", {{"GET", 0}, [this](const HttpRequest&) { return state(); }}},
            {"/api/photo/", {{"GET", 0}, [this](const HttpRequest& request) { return photo(request.path); }}},
            {"/api/row", post(&LabelRoutes::row)},
            {"/api/answers", post(&LabelRoutes::answers)},
            {"/api/review", post(&LabelRoutes::review)},
            {"/api/classes", post(&LabelRoutes::classes)},
            {"/api/finish", post(&LabelRoutes::start_finish)}};
  }

 private:
  LabelSession& session() { return teaching_.session(); }

  HttpResponse state() {
    const LabelOverview known = session().overview();
    const PoolProgress progress = teaching_.progress();
    Json classes = Json::array(), skipped = Json::array();
    for (const auto& [name, count] : known.classes) classes.push_back({{"name", name}, {"count", count}});
    for (const auto& photo : progress.skipped)
      skipped.push_back({{"photo", valid_utf8(photo.path.native())}, {"why", photo.reason}});
    Json json = {{"classes", classes},
                 {"photos", known.photos},
                 {"seen", progress.seen},
                 {"total", progress.total},
                 {"skipped", skipped},
                 {"answered", known.answered},
                 {"none", known.of_no_class},
                 {"unknown", known.unknown},
                 {"doubtful", known.doubtful},
                 {"given", known.given},
                 {"sample", nullptr},
                 {"gain", nullptr},
                 {"problem", teaching_.problem()},
                 {"finish", finish_.state()}};
    if (known.sample)
      json["sample"] = {{"right", known.sample->right},
                        {"count", known.sample->count},
                        {"low", known.sample->low},
                        {"high", known.sample->high}};
    if (known.gain) json["gain"] = *known.gain;
    return json_response(json);
  }

  HttpResponse photo(const std::string& path) {
    constexpr int kSidePx = 640, kQuality = 85;
    const std::string number = path.substr(path.rfind('/') + 1);
    if (number.empty() || number.size() > 9 || number.find_first_not_of("0123456789") != std::string::npos)
      throw HttpProblem(404, "expected the number of a photo");
    DecodeOptions options = teaching_.photos().options.photos.decode;
    options.scaled_short_px = kSidePx;
    options.managed_color = true;  // for people to see
    const auto file = session().path_of(std::stoll(number));
    try {
      const auto rgb = decode_photo(read_photo(file, options.limits), options);
      return {200, "image/jpeg", encode_picture(at_most(rgb, kSidePx), ".jpg", kQuality)};
    } catch (const Unreadable& problem) {  // since the network saw it
      throw HttpProblem(404, in_quotes(file.native()) + ": " + problem.what());
    }
  }

  HttpResponse next(const Json& request) {
    return json_response(row_json(session().next_row(value_of<std::string>(request, "page", "").substr(0, 64),
                                                     value_of(request, "measure", false))));
  }
  HttpResponse row(const Json& request) { return next(request); }

  HttpResponse answers(const Json& request) {
    session().answer(sayings_of(request));
    return next(request);
  }

  HttpResponse review(const Json& request) {
    constexpr size_t kMost = 200;
    return json_response(
        row_json(session().review(value_of<std::string>(request, "class", ""), value_of<size_t>(request, "begin", 0),
                                  std::min(kMost, value_of<size_t>(request, "count", kMost)))));
  }

  HttpResponse classes(const Json& request) {
    if (request.contains("add"))
      session().add_class(value_of<std::string>(request, "add", ""));
    else
      session().rename_class(value_of<std::string>(request, "rename", ""), value_of<std::string>(request, "to", ""));
    return state();
  }

  HttpResponse start_finish(const Json&) {
    finish_.start();
    return state();
  }

  Teaching& teaching_;
  FinishJob finish_;
};

}  // namespace

void serve_label(Teaching& teaching, int64_t port, const Finish& finish,
                 const std::function<void(const std::string& address)>& ready, const std::function<void()>& wait) {
  LabelRoutes label(teaching, finish);
  serve_page(port, "label.html", label.routes(), ready, wait);
}

}  // namespace pawprint
