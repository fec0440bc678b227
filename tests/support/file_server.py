"""A web server on loopback that hands out files, and does to order what bad servers and networks do."""
import http.server
import re
import threading


class FileServer(http.server.ThreadingHTTPServer):
    """`files`: name -> contents. The other attributes are its faults."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files = {}
        self.requests = []       # (name, Range header or None, status)
        self.bytes_sent = 0      # of bodies
        self.ranges = True       # whether Range is honored
        self.break_after = []    # for each of the next answers: send this many bytes of the body, then hang up
        self.refuse_with = []    # for each of the next requests: a status, or 0 to answer as usual
        self.lengths = True      # whether Content-Length is sent
        self.redirect = {}       # path -> URL
        self.silent_after = {}   # name -> send this many bytes of the body, then nothing; once
        self.silent = threading.Event()
        self.over = threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request, client_address):
        pass  # clients may hang up

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def head(self, status, **headers):
        self.server.requests.append((self.path[1:], self.headers.get("Range"), status))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def do_GET(self):
        server, contents = self.server, self.server.files.get(self.path[1:])
        if server.refuse_with and (status := server.refuse_with.pop(0)):
            return self.head(status)
        if self.path in server.redirect:
            return self.head(302, Location=server.redirect[self.path])
        if contents is None:
            return self.head(404)
        self.send_file(contents)

    def send_file(self, contents):
        server = self.server
        begin = self.begin_of_range()
        if begin and begin >= len(contents):
            return self.head(416, Content_Range=f"bytes */{len(contents)}")
        body = contents[begin:]
        headers = {"Content_Length": len(body)} if server.lengths else {}
        if begin:
            headers["Content_Range"] = f"bytes {begin}-{len(contents) - 1}/{len(contents)}"
        self.head(206 if begin else 200, **headers)
        if server.break_after:
            body = body[:server.break_after.pop(0)]
        silent_after = server.silent_after.pop(self.path[1:], None)
        self.wfile.write(body[:silent_after])
        server.bytes_sent += len(body[:silent_after])
        if silent_after is not None:
            server.silent.set()
            server.over.wait()

    def begin_of_range(self):
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        return int(asked[1]) if asked and self.server.ranges else 0
