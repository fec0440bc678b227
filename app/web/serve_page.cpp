#include "app/web/serve_page.h"

#include "app/base/builtin_file.h"
#include "app/web/http_server.h"

namespace pawprint {

namespace {

class PageService {
 public:
  PageService(std::string index, const Routes& routes, std::string token)
      : index_(std::move(index)), routes_(routes), token_(std::move(token)) {}

  size_t admit(const HttpRequest& request) const {
    static const Allowed kPage{"GET", 0};
    const Route* route = route_at(request.path);
    const Allowed* there = route != nullptr ? &route->allowed : file_at(request.path) != nullptr ? &kPage : nullptr;
    return pawprint::admit(request, there, token_);
  }

  HttpResponse handle(const HttpRequest& request) const {
    if (const BuiltinFile* file = file_at(request.path))
      return {200, std::string(file->type), std::string(file->content)};
    return route_at(request.path)->answer(request);
  }

 private:
  // Null if the page has no such file.
  const BuiltinFile* file_at(std::string_view path) const {
    return path == "/" ? page_file(index_) : path.starts_with('/') ? page_file(path.substr(1)) : nullptr;
  }

  const Route* route_at(const std::string& path) const {
    if (const auto found = routes_.find(path); found != routes_.end()) return &found->second;
    const auto folder = routes_.find(path.substr(0, path.rfind('/') + 1));
    return folder == routes_.end() ? nullptr : &folder->second;
  }

  const std::string index_;
  const Routes& routes_;
  const std::string token_;
};

}  // namespace

void serve_page(int64_t port, const std::string& index, const Routes& routes,
                const std::function<void(const std::string& address)>& ready, const std::function<void()>& wait) {
  const std::string token = random_token();
  const PageService service(index, routes, token);
  const HttpServer server(port, {[&](const HttpRequest& request) { return service.admit(request); },
                                 [&](const HttpRequest& request) { return service.handle(request); }});
  // After the #, where no browser sends it: not to this server's log, not to another page.
  ready("http://127.0.0.1:" + std::to_string(server.port()) + "/#" + token);
  wait();
}

}  // namespace pawprint
