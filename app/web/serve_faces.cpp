#include "app/web/serve_faces.h"

#include "app/training/runtime.h"
#include "app/web/face_session.h"
#include "app/web/job_queue.h"
#include "app/web/serve_page.h"

namespace pawprint {

namespace {

constexpr size_t kMaxWaiting = 4;
constexpr size_t kMaxUploadBytes = 10'000'000;

// What the page talks to; the session is used by the queue's thread alone.
class FaceRoutes {
 public:
  explicit FaceRoutes(FaceModel model) : session_(std::move(model)) {
    queue_.try_add(use_single_threaded_math_in_worker)->get();
  }

  Routes routes() {
    return {{"/api/model", route({"GET", 0}, [this](const HttpRequest&) { return session_.facts(); })},
            {"/api/gallery", route({"GET", 0}, [this](const HttpRequest&) { return session_.gallery(); })},
            {"/api/photos", route({"POST", kMaxUploadBytes},
                                  [this](const HttpRequest& request) {
                                    return session_.add_photo(request.body, request.aligned == "1");
                                  })},
            {"/api/stage", edit_route(&FaceSession::stage)},
            {"/api/frame", edit_route(&FaceSession::frame)},
            {"/api/download", edit_route(&FaceSession::download)},
            {"/api/strip", edit_route(&FaceSession::strip, true)},
            {"/api/plane", edit_route(&FaceSession::plane, true, true)}};
  }

 private:
  using Answer = std::function<HttpResponse(const HttpRequest&)>;

  Route route(Allowed allowed, Answer answer) {
    return {std::move(allowed), [this, answer = std::move(answer)](const HttpRequest& request) {
              auto response = queue_.try_add([&] { return answer(request); });  // this thread waits, and keeps both
              if (!response) throw HttpProblem(503, "too much is asked for at once; try again in a moment", "too_busy");
              return response->get();
            }};
  }

  Route edit_route(HttpResponse (FaceSession::*draw)(const EditRequest&), bool needs_x = false, bool needs_y = false) {
    return route({"POST", kMaxRequestBytes}, [=, this](const HttpRequest& request) {
      const EditRequest edit = parse_edit(request.body);
      if ((needs_x && edit.x.empty()) || (needs_y && edit.y.empty()))
        throw HttpProblem(400, "x, y: expected the names of attributes");
      return (session_.*draw)(edit);
    });
  }

  FaceSession session_;
  JobQueue queue_{kMaxWaiting};
};

}  // namespace

void serve_faces(const ServeOptions& options, const std::function<void(const std::string& address)>& ready,
                 const std::function<void()>& wait) {
  FaceRoutes faces(FaceModel::load(options.model));
  serve_page(options.port, "index.html", faces.routes(), ready, wait);
}

}  // namespace pawprint
