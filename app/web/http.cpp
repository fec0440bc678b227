#include "app/web/http.h"

#include <new>
#include <nlohmann/json.hpp>

#include "models/base/error.h"

namespace pawprint {

HttpResponse problem_response(const HttpProblem& problem) {
  const nlohmann::json json = {{"error", problem.what()}, {"kind", problem.kind}};
  // A name in a message may hold bytes that are no UTF-8.
  return {problem.status, "application/json", json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

HttpResponse respond(const HttpService& service, const HttpRequest& request) {
  try {
    return service.handle(request);
  } catch (const HttpProblem& problem) {
    return problem_response(problem);
  } catch (const Error& error) {
    return problem_response({400, error.what()});
  } catch (const std::bad_alloc&) {
    return problem_response({503, "out of memory; try a smaller photo", "too_busy"});
  } catch (const std::exception& error) {
    return problem_response({500, std::string("a bug in pawprint, please report it: ") + error.what()});
  }
}

}  // namespace pawprint
