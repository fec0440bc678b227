#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "app/web/guard.h"
#include "app/web/http.h"

namespace pawprint {

constexpr size_t kMaxRequestBytes = 64 * 1024;  // of JSON

// What the page asks for under an address. Called from many threads at once.
struct Route {
  Allowed allowed;
  std::function<HttpResponse(const HttpRequest&)> answer;
};

// The routes under `/api/` by their addresses; one that ends in `/` also takes what goes on after it.
using Routes = std::map<std::string, Route>;

// A page on 127.0.0.1 until `wait` returns: /, its scripts and styles (the files of app/web/page/), and what they talk
// to. /api/ needs the header X-Pawprint-Token. Errors are {"error": message, "kind": ...}: 400 asked wrongly, 403 not
// of this page or without its token, 404, 405, 413 too large, 503 too much at once.
//   index: the file that is `/`
//   ready: called with the page's address once it can be opened
// Throws Error if the port is taken.
void serve_page(int64_t port, const std::string& index, const Routes& routes,
                const std::function<void(const std::string& address)>& ready, const std::function<void()>& wait);

}  // namespace pawprint
