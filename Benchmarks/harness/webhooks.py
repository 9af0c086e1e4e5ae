"""An endpoint of webhooks in colisd's configuration, and servers that take what it is sent."""

import base64
import http.client
import json
import os
import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness import tools
from harness.bench import FOLDER, Bench
from harness.daemon import Daemon
from harness.measure import Failed, measure
from harness.server import HOST, free_port, running

NAME = "shop"
CONCURRENCY = 8
PATH = "/hooks/colis"


def configure(config: Path, port: int, rate: str = "100000/s") -> None:
    """Adds the endpoint to a configuration. The rows of the generator are years old, so no age is too old."""
    secret = config.parent / "webhook.secret"
    if not secret.exists():
        secret.touch(mode=0o600)
        secret.write_text("whsec_" + base64.b64encode(os.urandom(32)).decode())
    with config.open("a") as file:
        file.write(
            f"webhooks:\n  - name: {NAME}\n    url: http://{HOST}:{port}{PATH}\n"
            f"    secret: {{ file: {secret} }}\n    concurrency: {CONCURRENCY}\n    max-age: 36500d\n"
            "    allow-networks: [\"127.0.0.0/8\"]\n" + f"    rate: {rate}\n")


def replay(bench: Bench, config: Path) -> None:
    """All entries of the journal wait for the endpoint then, whether the store knew it or not."""
    measure([str(bench.colisd), "webhooks", "replay", NAME, "--from", "1", "--config", str(config)], config.parent)


def state(bench: Bench, config: Path) -> dict:
    """What `colisd webhooks --json` tells of the endpoint."""
    words = [str(bench.colisd), "webhooks", "--json", "--config", str(config)]
    return next(endpoint for endpoint in json.loads(measure(words, config.parent).output)
                if endpoint["name"] == NAME)


def wait_until(is_so, what: str, process: Daemon, limit: float, pause: float = 0.01) -> None:
    deadline = time.monotonic() + limit
    while not is_so():
        if process.process.poll() is not None or time.monotonic() > deadline:
            raise Failed(f"{what}: not within {limit:.0f} s; the daemon's log: {process.log.read_text()[-2000:]}")
        time.sleep(pause)


class Counter:
    """nginx, which answers each request with 204 and counts them."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connection = http.client.HTTPConnection(HOST, port, timeout=30)
        self.own = 0

    def count(self) -> int:
        """Requests so far, without those of this counter."""
        self.own += 1
        self.connection.request("GET", "/count")
        # The third line has connections accepted, those dealt with, and requests.
        return int(self.connection.getresponse().read().split(b"\n")[2].split()[2]) - self.own


@contextmanager
def nginx():
    """The quickest receiver that there is: nothing is read of a body, and connections stay."""
    folder = FOLDER / "nginx"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    port = free_port()
    temporary = "".join(f"  {kind}_temp_path {folder}/{kind};\n"
                        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(
        f"daemon off;\nworker_processes 1;\npid {folder}/nginx.pid;\nerror_log stderr;\n"
        "events { worker_connections 256; }\nhttp {\n  access_log off;\n"
        f"  keepalive_requests 1000000000;\n  keepalive_timeout 1h;\n{temporary}"
        f"  server {{\n    listen {HOST}:{port};\n    location / {{ return 204; }}\n"
        "    location = /count { stub_status; }\n  }\n}\n")
    words = ["/usr/sbin/nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]
    with running(words, port, folder / "nginx.log"):
        yield Counter(port)


@dataclass(frozen=True)
class Arrival:
    seconds: float  # since 1970
    body: str

    @property
    def seq(self) -> int:
        return json.loads(self.body)["data"]["seq"]


class Notes:
    """What a receiver has noted."""

    def __init__(self, port: int, path: Path) -> None:
        self.port = port
        self.path = path

    def count(self) -> int:
        return self.path.read_bytes().count(b"\n")

    def arrivals(self) -> list[Arrival]:
        lines = (line.split(" ", 1) for line in self.path.read_text().split("\n")[:-1])
        return [Arrival(float(seconds), body) for seconds, body in lines]


@contextmanager
def receiver(folder: Path, port: int | None = None, pause: float = 0, refused: int = 0):
    """Notes when each request came. `pause`: milliseconds until it answers; `refused`: of so many one is refused."""
    port = port or free_port()
    notes = folder / "arrivals"
    words = [tools.yardstick("receiver"), str(port), str(notes), str(pause), str(refused)]
    with running(words, port, folder / "receiver.log"):
        yield Notes(port, notes)


def wrk(bodies: Path, port: int, seconds: int) -> list[str]:
    return ["wrk", "-t1", f"-c{CONCURRENCY}", f"-d{seconds}s", "-s", str(tools.RIVALS / "wrk_posts.lua"),
            f"http://{HOST}:{port}{PATH}", "--", str(bodies)]


def posts(bodies: Path, port: int, requests: int) -> list[str]:
    return [tools.yardstick("posts"), f"http://{HOST}:{port}{PATH}", str(bodies), str(CONCURRENCY), str(requests)]
