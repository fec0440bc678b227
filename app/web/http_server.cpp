#include "app/web/http_server.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include "app/web/waiting_clients.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

constexpr unsigned kMaxConnections = 768;
constexpr std::chrono::seconds kDeadline(30);
constexpr size_t kConnectionBytes = 32 * 1024;      // for the headers
constexpr size_t kMaxDiscardedBytes = 100'000'000;  // of a refused body; more closes the connection

// The page is one document with its own script and style: nothing else may run in it, embed it or learn its address.
constexpr std::pair<const char*, const char*> kHeaders[] = {
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; base-uri "
     "'none'; "
     "form-action 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Cache-Control", "no-store"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), microphone=(), geolocation=()"}};

// Some open files are left for the rest.
unsigned max_connections() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return kMaxConnections / 4;
  return static_cast<unsigned>(std::min<rlim_t>(kMaxConnections, files.rlim_cur / 4 * 3));
}

int listening_socket(int64_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
      bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 && listen(fd, SOMAXCONN) == 0)
    return fd;
  const int problem = errno;
  if (fd >= 0) close(fd);
  throw Error("port " + std::to_string(port) + ": expected a port that is free, got: " + std::strerror(problem) +
              "; choose another with --port, or --port 0 for any that is free");
}

int64_t bound_port(int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

// A request on its way in.
struct Incoming {
  HttpRequest request;
  size_t max_bytes = 0, got_bytes = 0;
  std::optional<HttpResponse> refusal;
};

std::string header(MHD_Connection* connection, const char* name) {
  const char* value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
  return value == nullptr ? "" : value;
}

MHD_Result respond(MHD_Connection* connection, const HttpResponse& response) {
  MHD_Response* out = MHD_create_response_from_buffer(response.body.size(), const_cast<char*>(response.body.data()),
                                                      MHD_RESPMEM_MUST_COPY);
  if (out == nullptr) return MHD_NO;
  for (const auto& [name, value] : kHeaders) MHD_add_response_header(out, name, value);
  MHD_add_response_header(out, "Content-Type", response.type.c_str());
  if (response.status == 503) MHD_add_response_header(out, "Retry-After", "1");
  const MHD_Result result = MHD_queue_response(connection, static_cast<unsigned>(response.status), out);
  MHD_destroy_response(out);
  return result;
}

Incoming* begin(const HttpService& service, MHD_Connection* connection, const char* path, const char* method) {
  auto incoming = std::make_unique<Incoming>();
  HttpRequest& request = incoming->request;
  request.method = method;
  request.path = path;
  request.host = header(connection, "Host");
  request.origin = header(connection, "Origin");
  request.token = header(connection, "X-Pawprint-Token");
  const char* aligned = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "aligned");
  if (aligned != nullptr) request.aligned = aligned;
  try {
    incoming->max_bytes = service.admit(request);
  } catch (const HttpProblem& problem) {
    incoming->refusal = problem_response(problem);
  }
  return incoming.release();
}

// What comes after a refusal is read and thrown away, because a browser that is still sending does not listen.
MHD_Result take(Incoming& incoming, const char* data, size_t size) {
  incoming.got_bytes += size;
  if (incoming.got_bytes > incoming.max_bytes && !incoming.refusal) {
    incoming.refusal = problem_response(
        {413, "expected at most " + std::to_string(incoming.max_bytes) + " bytes, got more; try a smaller file"});
    incoming.request.body = {};
  }
  if (!incoming.refusal) incoming.request.body.append(data, size);
  return incoming.got_bytes > kMaxDiscardedBytes ? MHD_NO : MHD_YES;
}

}  // namespace

// What the callbacks know.
struct HttpServing {
  HttpService service;
  unsigned connections = max_connections();
  WaitingClients clients{kDeadline, connections / 6 * 5};
};

namespace {

int socket_of(MHD_Connection* connection) {
  return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

MHD_Result handle(void* server, MHD_Connection* connection, const char* path, const char* method, const char*,
                  const char* data, size_t* size, void** state) {
  try {  // an exception must not reach the C library
    auto& [service, _, clients] = *static_cast<HttpServing*>(server);
    if (*state == nullptr) {
      *state = begin(service, connection, path, method);
      return MHD_YES;
    }
    auto& incoming = *static_cast<Incoming*>(*state);
    if (*size > 0) {
      const MHD_Result result = take(incoming, data, *size);
      *size = 0;
      return result;
    }
    clients.not_waiting(socket_of(connection));
    const auto response = incoming.refusal ? *incoming.refusal : respond(service, incoming.request);
    clients.wait_for(socket_of(connection));
    return respond(connection, response);
  } catch (const std::exception&) {
    return MHD_NO;
  }
}

void forget(void*, MHD_Connection*, void** state, MHD_RequestTerminationCode) {
  delete static_cast<Incoming*>(*state);
  *state = nullptr;
}

// Called before the socket is closed: its number means nothing else yet.
void come_or_go(void* server, MHD_Connection* connection, void**, MHD_ConnectionNotificationCode what) {
  auto& clients = static_cast<HttpServing*>(server)->clients;
  if (what == MHD_CONNECTION_NOTIFY_STARTED)
    clients.wait_for(socket_of(connection));
  else
    clients.not_waiting(socket_of(connection));
}

}  // namespace

struct HttpServer::State {
  HttpServing server;
  int64_t port = 0;
  MHD_Daemon* daemon = nullptr;
  ~State() {
    if (daemon != nullptr) MHD_stop_daemon(daemon);
  }
};

HttpServer::HttpServer(int64_t port, HttpService service) : state_(std::make_unique<State>()) {
  state_->server.service = std::move(service);
  const int fd = listening_socket(port);
  state_->port = bound_port(fd);
  state_->daemon = MHD_start_daemon(
      MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_USE_ITC, 0, nullptr, nullptr,
      handle, &state_->server, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT, state_->server.connections,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, kConnectionBytes, MHD_OPTION_NOTIFY_COMPLETED, forget, nullptr,
      MHD_OPTION_NOTIFY_CONNECTION, come_or_go, &state_->server, MHD_OPTION_END);
  if (state_->daemon == nullptr) {
    close(fd);
    throw Error("libmicrohttpd: expected a server to start, got none");
  }
}

HttpServer::~HttpServer() = default;
HttpServer::HttpServer(HttpServer&&) noexcept = default;
HttpServer& HttpServer::operator=(HttpServer&&) noexcept = default;
int64_t HttpServer::port() const { return state_->port; }

}  // namespace pawprint
