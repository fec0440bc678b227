#pragma once

#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>

namespace pawprint {

// A request that has passed no check yet. Headers that were not sent are empty.
struct HttpRequest {
  std::string method, path;  // the path without the query
  std::string aligned;       // the query's one value: `1`
  std::string host, origin, token;
  std::string body;
};

struct HttpResponse {
  int status = 200;
  std::string type = "application/json";
  std::string body;
};

// Why a request is refused: the page shows what().
struct HttpProblem : std::runtime_error {
  HttpProblem(int http_status, const std::string& message, std::string problem_kind = {})
      : std::runtime_error(message), status(http_status), kind(std::move(problem_kind)) {}
  int status;
  std::string kind;  // what the page can do about it: `no_face`, `too_busy`; often empty
};

// What handles a server's requests; called from many threads at once.
struct HttpService {
  // Once the headers are there: the most bytes the body may have. Throws HttpProblem to refuse it unread.
  std::function<size_t(const HttpRequest&)> admit;
  // Once the body is there. What it throws becomes a response, too.
  std::function<HttpResponse(const HttpRequest&)> handle;
};

// {"error": what(), "kind": ...}, with the status
HttpResponse problem_response(const HttpProblem& problem);

// service.handle, or the response to what it throws: HttpProblem as it says, Error 400, out of memory 503, else 500.
HttpResponse respond(const HttpService& service, const HttpRequest& request);

}  // namespace pawprint
