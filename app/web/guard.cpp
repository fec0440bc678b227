#include "app/web/guard.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "models/base/error.h"

namespace pawprint {

namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string random_token() {
  std::array<unsigned char, 16> bytes{};
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    throw Error("the kernel: expected 16 random bytes, got none");
  std::string token;
  for (const unsigned char byte : bytes) {
    token += "0123456789abcdef"[byte >> 4];
    token += "0123456789abcdef"[byte & 15];
  }
  return token;
}

bool same_secret(std::string_view given, std::string_view expected) {
  if (given.size() != expected.size()) return false;  // the length is no secret
  volatile unsigned char difference = 0;              // volatile: no early end by the optimizer
  for (size_t i = 0; i < expected.size(); ++i)
    difference = difference | static_cast<unsigned char>(given[i] ^ expected[i]);
  return difference == 0;
}

bool is_local_host(std::string_view host) {
  const size_t colon = host.find(':');
  const std::string name = lower(host.substr(0, colon));
  if (colon != std::string_view::npos && !is_port(host.substr(colon + 1))) return false;
  return name == "127.0.0.1" || name == "localhost";
}

bool is_same_origin(std::string_view origin, std::string_view host) {
  return origin.empty() || lower(origin) == "http://" + lower(host);
}

size_t admit(const HttpRequest& request, const Allowed* there, std::string_view token) {
  if (!is_local_host(request.host))
    throw HttpProblem(403, "Host: expected 127.0.0.1 or localhost; open the address that pawprint printed");
  if (!is_same_origin(request.origin, request.host))
    throw HttpProblem(403, "Origin: expected this page's own; open the address that pawprint printed");
  const bool page = !request.path.starts_with("/api/");
  if (!page && !same_secret(request.token, token))
    throw HttpProblem(403, "expected this run's token; open the address that pawprint printed last", "token");
  if (there == nullptr) throw HttpProblem(404, "expected an address of the page, got another");
  if (request.method != there->method && !(page && request.method == "HEAD"))
    throw HttpProblem(405, "expected " + there->method);
  return there->max_bytes;
}

}  // namespace pawprint
