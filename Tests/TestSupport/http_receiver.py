"""http_receiver.py ADDRESS [CERTIFICATE KEY]: an HTTP server that does what the path of a request says.

It prints its port, and then a line of JSON for each connection, each request, each answer that begins and each end of a
connection. It ends with its standard input.
"""

import base64
import collections
import http.server
import json
import os
import socket
import ssl
import sys
import threading
import time

address, *certificate = sys.argv[1:]
printing = threading.Lock()
numbers = iter(range(1, sys.maxsize))
requests = iter(range(1, sys.maxsize))
barriers = {}
# How often a path was asked for, and each delivery came to it.
visits = collections.Counter()


def note(**fields):
    with printing:
        print(json.dumps(fields), flush=True)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # A request that is let go of leaves no thread behind.
    timeout = 60
    # The number of the request in hand.
    asked = 0

    def setup(self):
        if certificate:
            self.request.do_handshake()
        super().setup()
        # Without, an answer of two packets waits for the client's delayed acknowledgement.
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with printing:
            self.number = next(numbers)
        note(connection=self.number)

    def finish(self):
        super().finish()
        note(closed=self.number)

    def answer(self, status, body=b"ok", length=None, retry_after=None):
        if status == 204:
            body = b""
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        if status != 204:
            self.send_header("Content-Length", str(len(body) if length is None else length))
        self.send_header("Location", "/elsewhere")
        if retry_after is not None:
            self.send_header("Retry-After", retry_after)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def send_response(self, status, message=None):
        note(answered=self.asked, status=status, at=time.monotonic())
        super().send_response(status, message)

    def do(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with printing:
            self.asked = next(requests)
            visits[self.path] += 1
            self.visit = visits[self.path]
            self.body = body
            delivery = self.path, self.headers.get("webhook-id")
            visits[delivery] += 1
            self.tries = visits[delivery]
        note(
            request=self.path, method=self.command, connection=self.number, number=self.asked,
            at=time.monotonic(),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=base64.b64encode(body).decode(),
        )
        word, *arguments = self.path.strip("/").split("/")
        getattr(self, "do_" + word, self.do_ok)(*arguments)

    do_GET = do_POST = do_PUT = do

    def do_ok(self, *_):
        self.answer(200)

    def do_status(self, status, *_):
        self.answer(int(status))

    def do_fail(self, count, status, retry_after=None, *_):
        """The first requests get a status, the later ones a 204."""
        if self.visit <= int(count):
            self.answer(int(status), retry_after=None if retry_after == "-" else retry_after)
        else:
            self.answer(204)

    def do_reject(self, word, count, status, *_):
        """The first tries of each delivery whose body has the word get a status."""
        if word.encode() in self.body and self.tries <= int(count):
            self.answer(int(status))
        else:
            self.answer(204)

    def do_together(self, count, *_):
        """Answers when so many have asked."""
        with printing:
            barrier = barriers.setdefault(count, threading.Barrier(int(count), timeout=30))
        barrier.wait()
        self.answer(200)

    def do_slow(self, milliseconds, *_):
        time.sleep(int(milliseconds) / 1000)
        self.answer(200)

    def do_trickle(self, *_):
        self.answer(200, b"", length=1_000_000)
        while True:
            self.wfile.write(b".")
            self.wfile.flush()
            time.sleep(0.05)

    def do_long(self, count, *_):
        self.answer(200, b"x" * int(count))

    def do_chunked(self, count, *_):
        """Does not say how long it will be."""
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        left = int(count)
        while left > 0:
            piece = b"x" * min(left, 8192)
            left -= len(piece)
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def do_headers(self, count, *_):
        self.send_response(200)
        for number in range(int(count)):
            self.send_header(f"X-{number}", "x" * 1_000)
        self.end_headers()

    def do_breaks(self, *_):
        """Ends in the middle of its answer."""
        self.answer(200, b"x" * 10, length=100)
        self.close_connection = True

    def do_wordless(self, status, *_):
        """Nothing stands behind the status."""
        note(answered=self.asked, status=int(status), at=time.monotonic())
        self.wfile.write(b"HTTP/1.1 %d\r\nContent-Length: 0\r\n\r\n" % int(status))

    def do_beheaded(self, headers, *_):
        """Ends behind so many of its headers, without the blank line."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * int(headers))
        self.close_connection = True

    def do_nothing(self, *_):
        """Ends without an answer."""
        self.close_connection = True

    def do_once(self, *_):
        """Hangs up after the answer without having said so."""
        self.answer(200)
        self.close_connection = True

    def do_nonsense(self, *_):
        self.wfile.write(b"this is no HTTP\r\n\r\n")
        self.close_connection = True

    def log_message(self, *words):
        pass


class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
    request_queue_size = 128
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


server = Server((address, 0), Handler)
if certificate:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    # The handshake is the connection's thread's: a slow one holds up nobody else.
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False)
note(port=server.server_address[1])
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
os._exit(0)
