"""A connection over which a test sends what no client library would."""

import socket
import time
from urllib.parse import urlsplit


def place(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname, parts.port


def request(path: str, *lines: str, method: str = "GET", host: str | None = "127.0.0.1",
            version: str = "1.1") -> bytes:
    """The head of a request, as it stands."""
    named = [f"Host: {host}"] if host is not None else []
    return "\r\n".join([f"{method} {path} HTTP/{version}", *named, *lines, "", ""]).encode("latin-1")


class Connection:
    def __init__(self, url: str, unix: str | None = None, timeout: float = 20, receive_buffer: int = 0):
        self.socket = socket.socket(socket.AF_UNIX if unix else socket.AF_INET)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(timeout)
        self.socket.connect(unix if unix else place(url))

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        """What the server does not take any more is not sent."""
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def rest(self, timeout: float = 20) -> bytes:
        """All that comes until the server closes; it is an error if it does not."""
        self.socket.settimeout(timeout)
        received = bytearray()
        try:
            while part := self.socket.recv(1 << 16):
                received += part
        except ConnectionResetError:
            pass
        return bytes(received)

    def closes_within(self, seconds: float) -> float | None:
        """After how many seconds the server closes; None: it does not in that time."""
        start = time.monotonic()
        try:
            self.rest(seconds)
        except TimeoutError:
            return None
        return time.monotonic() - start


def status_of(answer: bytes) -> int:
    """0 where nothing came."""
    words = answer.split(b" ", 2)
    return int(words[1]) if len(words) > 1 and answer.startswith(b"HTTP/1.") else 0


def tell(url: str, data: bytes, unix: str | None = None) -> bytes:
    """Sends, says that nothing follows, and reads until the server closes."""
    with Connection(url, unix) as connection:
        connection.send(data)
        try:
            connection.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        return connection.rest()
