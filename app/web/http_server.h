#pragma once

#include <cstdint>
#include <memory>

#include "app/web/http.h"

namespace pawprint {

// HTTP/1.1 on 127.0.0.1 (libmicrohttpd), a thread per connection. A request has 30 s to arrive and its response 30 s to
// be taken, keeping the connection for the next one included; of more than 640 clients that are waited for, the one
// that has taken longest is cut off, so that slow ones do not keep others out. Every response forbids caching, framing,
// and loading anything from elsewhere.
class HttpServer {
 public:
  // port 0: any that is free. Throws Error if the port is taken or may not be opened.
  HttpServer(int64_t port, HttpService service);
  ~HttpServer();  // waits for requests that are being answered
  HttpServer(HttpServer&&) noexcept;
  HttpServer& operator=(HttpServer&&) noexcept;

  int64_t port() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pawprint
