"""A client for HTTP that hides nothing: no redirects, no retries, bytes as they came."""

import gzip
import http.client
import json
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass
class Answer:
    status: int
    headers: dict[str, str]  # names in small letters
    body: bytes

    @property
    def kind(self) -> str:
        return self.headers.get("content-type", "").split(";")[0].strip()

    @property
    def text(self) -> str:
        packed = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode()

    @property
    def json(self):
        return json.loads(self.text)

    @property
    def next(self) -> str | None:
        """Where the list goes on."""
        link = self.headers.get("link", "")
        return link[link.index("<") + 1:link.index(">")] if 'rel="next"' in link else None


def ask(url: str, path: str, headers: dict[str, str] | None = None, method: str = "GET",
        token: str | None = None, timeout: float = 20, body: str | None = None) -> Answer:
    """`path` with its query; goes out as it stands."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
    sent = dict(headers or {})
    if token:
        sent["Authorization"] = f"Bearer {token}"
    try:
        connection.request(method, path, body=body, headers=sent)
        answer = connection.getresponse()
        fields = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, fields, answer.read())
    finally:
        connection.close()
