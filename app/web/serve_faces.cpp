#include "app/web/serve_faces.h"

#include <map>
#include <memory>
#include <utility>

#include "app/base/builtin_file.h"
#include "app/training/runtime.h"
#include "app/web/face_session.h"
#include "app/web/guard.h"
#include "app/web/http_server.h"
#include "app/web/job_queue.h"

namespace pawprint {

namespace {

constexpr size_t kMaxWaiting = 4;
constexpr size_t kMaxUploadBytes = 10'000'000, kMaxRequestBytes = 64 * 1024;

using RouteHandler = std::function<HttpResponse(FaceSession&, const HttpRequest&)>;

struct Route {
  Allowed allowed;
  RouteHandler handler;
};

Route edit_route(HttpResponse (FaceSession::*draw)(const EditRequest&), bool needs_x = false, bool needs_y = false) {
  return {{"POST", kMaxRequestBytes}, [=](FaceSession& session, const HttpRequest& request) {
            const EditRequest edit = parse_edit(request.body);
            if ((needs_x && edit.x.empty()) || (needs_y && edit.y.empty()))
              throw HttpProblem(400, "x, y: expected the names of attributes");
            return (session.*draw)(edit);
          }};
}

std::map<std::string, Route> make_routes() {
  return {{"/api/model", {{"GET", 0}, [](FaceSession& session, const HttpRequest&) { return session.facts(); }}},
          {"/api/gallery", {{"GET", 0}, [](FaceSession& session, const HttpRequest&) { return session.gallery(); }}},
          {"/api/photos",
           {{"POST", kMaxUploadBytes},
            [](FaceSession& session, const HttpRequest& request) {
              return session.add_photo(request.body, request.aligned == "1");
            }}},
          {"/api/stage", edit_route(&FaceSession::stage)},
          {"/api/frame", edit_route(&FaceSession::frame)},
          {"/api/download", edit_route(&FaceSession::download)},
          {"/api/strip", edit_route(&FaceSession::strip, true)},
          {"/api/plane", edit_route(&FaceSession::plane, true, true)}};
}

// Null if the page has no such file.
const BuiltinFile* file_at(std::string_view path) {
  return path == "/" ? page_file("index.html") : path.starts_with('/') ? page_file(path.substr(1)) : nullptr;
}

class FaceService {
 public:
  FaceService(FaceModel model, std::string token) : token_(std::move(token)), session_(std::move(model)) {
    queue_.try_add(use_single_threaded_math_in_worker)->get();
  }

  size_t admit(const HttpRequest& request) const {
    static const Allowed kPage{"GET", 0};
    const auto route = routes_.find(request.path);
    const Allowed* there = route != routes_.end() ? &route->second.allowed : file_at(request.path) ? &kPage : nullptr;
    return pawprint::admit(request, there, token_);
  }

  HttpResponse handle(const HttpRequest& request) {
    if (const BuiltinFile* file = file_at(request.path))
      return {200, std::string(file->type), std::string(file->content)};
    const RouteHandler& handler = routes_.at(request.path).handler;
    auto response = queue_.try_add([&] { return handler(session_, request); });  // this thread waits, and keeps both
    if (!response) throw HttpProblem(503, "too much is asked for at once; try again in a moment", "too_busy");
    return response->get();
  }

 private:
  const std::map<std::string, Route> routes_ = make_routes();
  const std::string token_;
  FaceSession session_;  // used by the queue's thread alone
  JobQueue queue_{kMaxWaiting};
};

}  // namespace

void serve_faces(const ServeOptions& options, const std::function<void(const std::string& address)>& ready,
                 const std::function<void()>& wait) {
  const std::string token = random_token();
  FaceService service(FaceModel::load(options.model), token);
  const HttpServer server(options.port, {[&](const HttpRequest& request) { return service.admit(request); },
                                         [&](const HttpRequest& request) { return service.handle(request); }});
  // After the #, where no browser sends it: not to this server's log, not to another page.
  ready("http://127.0.0.1:" + std::to_string(server.port()) + "/#" + token);
  wait();
}

}  // namespace pawprint
