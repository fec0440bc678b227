#pragma once

#include <string>
#include <string_view>

#include "app/web/http.h"

namespace pawprint {

// Who may talk to a server on this machine: other pages in the same browser, and other users, may not.

// 128 random bits from the kernel as 32 hexadecimal digits. Throws Error if it gives none.
std::string random_token();

// given == expected, in a time that does not tell how much of it is right.
bool same_secret(std::string_view given, std::string_view expected);

// The Host header names this machine, with any port: `127.0.0.1:8080`, `localhost`. A name of one's own that resolves
// to 127.0.0.1 (DNS rebinding) does not.
bool is_local_host(std::string_view host);

// The Origin header is that of a page which this host served, or there is none: browsers send one with every POST.
bool is_same_origin(std::string_view origin, std::string_view host);

// What an address takes.
struct Allowed {
  std::string method;
  size_t max_bytes;  // of the body
};

// The most bytes the body of a request may have. Throws HttpProblem to refuse it: 403 another host or origin, or
// without the token, which pages alone do not need; 404 nothing is there; 405 another method.
//   there: what its address takes; null: nothing is there
size_t admit(const HttpRequest& request, const Allowed* there, std::string_view token);

}  // namespace pawprint
