// Who may talk to the server: an input is six lines, the request's method, path, host, origin and token, and the token
// that is right.
#include "app/web/guard.h"
#include "tests/fuzz/fuzz_target.h"

namespace pawprint {

namespace {

bool is_own_host(std::string host) {
  for (char& c : host) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c);
  host.resize(std::min(host.size(), host.find(':')));
  return host == "127.0.0.1" || host == "localhost";
}

void check_admitted(const HttpRequest& request, const Allowed& there, std::string_view token) {
  must(is_own_host(request.host), "only this machine's names are hosts");
  must(request.origin.empty() || request.origin.size() == request.host.size() + 7, "only the page's own origin");
  must(request.token == token || !request.path.starts_with("/api/"), "only who has the token");
  must(request.method == there.method || request.method == "HEAD", "only the method of the address");
}

}  // namespace

void fuzz_one(std::string_view input) {
  HttpRequest request;
  for (std::string* line : {&request.method, &request.path, &request.host, &request.origin, &request.token}) {
    const auto [first, rest] = divided(input, '\n');
    *line = first;
    input = rest;
  }
  const Allowed read{"GET", 0}, edit{"POST", 100};
  for (const Allowed* there : {&read, &edit, static_cast<const Allowed*>(nullptr)}) {
    try {
      const size_t bytes = admit(request, there, input);
      if (there == nullptr) return must(false, "there is nothing at other addresses");
      must(bytes == there->max_bytes, "an address has its limit");
      check_admitted(request, *there, input);
    } catch (const HttpProblem& problem) {
      must(problem.status == 403 || problem.status == 404 || problem.status == 405, "a refusal has its status");
      must(!problem_response(problem).body.empty(), "a refusal has a reason");
    }
  }
}

}  // namespace pawprint
