#!/usr/bin/env python3
"""Clients that are slow, wrong or many: each costs the server little, and others are answered meanwhile."""

import os
import resource
import selectors
import signal
import socket
import sys
import threading
import time
from contextlib import ExitStack
from urllib.parse import urlencode

from checks import Wrong, check, expect, run
from client import ask
from raw import Connection, place, request, status_of, tell

# The limits of the server, in seconds, bytes and numbers.
HEAD, IDLE, UNREAD, REFUSAL = 10, 60, 30, 2
CONNECTIONS, FOLLOWERS = 256, 64
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# What a busy machine may add.
SLACK = 8


def still_answers(arguments) -> None:
    answer = ask(arguments.url, "/healthz", timeout=10)
    expect(answer.status == 200, f"/healthz afterwards: {answer.status}")


def answers_on_unix_socket(arguments) -> None:
    start = time.monotonic()
    answer = tell(arguments.url, request("/healthz", "Connection: close", host="localhost"), arguments.unix)
    took = time.monotonic() - start
    expect(status_of(answer) == 200, f"/healthz on the Unix socket: {answer[:200]!r}")
    # Without places of its own it would wait until slow heads are given up.
    expect(took < HEAD - 1, f"/healthz on the Unix socket took {took:.1f} s")


# Slow ones.

def one_byte_a_second(arguments) -> None:
    head = request("/healthz", "X-Long: " + "x" * 500)
    start = time.monotonic()
    with Connection(arguments.url) as connection:
        connection.socket.settimeout(1)
        for index in range(HEAD + SLACK):
            connection.send(head[index:index + 1])
            try:
                if not connection.socket.recv(1 << 16):
                    break
            except TimeoutError:
                continue
            except ConnectionResetError:
                break
        else:
            raise Wrong(f"a head of one byte a second is waited for longer than {HEAD + SLACK} s")
    expect(time.monotonic() - start > HEAD / 2, "a slow head has no time at all")


def not_a_word(arguments) -> None:
    with Connection(arguments.url) as connection:
        took = connection.closes_within(HEAD + SLACK)
        expect(took is not None, f"a connection without a request is kept longer than {HEAD + SLACK} s")


def half_a_request(arguments) -> None:
    with Connection(arguments.url) as connection:
        connection.send(b"GET /healthz HTTP/1.1\r\nHost: 127")
        took = connection.closes_within(HEAD + SLACK)
        expect(took is not None, f"half a request is waited for longer than {HEAD + SLACK} s")


def a_body_that_never_comes(arguments) -> None:
    with Connection(arguments.url) as connection:
        connection.send(request("/healthz", "Content-Length: 1000"))
        took = connection.closes_within(IDLE + HEAD + SLACK)
        expect(took is not None, "a connection whose body never comes is kept")


def nothing_after_an_answer(arguments) -> None:
    with Connection(arguments.url) as connection:
        connection.send(request("/healthz"))
        took = connection.closes_within(IDLE + SLACK)
        expect(took is not None, f"an idle connection is kept longer than {IDLE + SLACK} s")
        expect(took > IDLE / 2, f"an idle connection is closed after {took:.1f} s already")


def an_answer_that_nobody_reads(arguments) -> None:
    """The store has to hold more than the buffers of the kernel."""
    with Connection(arguments.url, receive_buffer=4_096) as connection:
        connection.send(request("/api/v1/events", *bearer(arguments)))
        time.sleep(UNREAD + SLACK)
        received = connection.rest()
    expect(status_of(received) == 200, f"/api/v1/events: {received[:200]!r}")
    expect(not received.endswith(b"0\r\n\r\n"),
           f"all {len(received)} bytes of an answer came that nobody had read for {UNREAD + SLACK} s")


def more_questions_behind_an_answer_that_nobody_reads(arguments) -> None:
    with Connection(arguments.url, receive_buffer=4_096) as connection:
        connection.send(request("/api/v1/events", *bearer(arguments)))
        time.sleep(2)
        connection.send(request("/healthz"))
        time.sleep(UNREAD + SLACK)
        received = connection.rest()
    expect(not received.endswith(b'"reasons":[]}\n'),
           f"an answer that nobody took for {UNREAD + SLACK} s was kept, as more was asked behind it")


def a_body_that_never_comes_behind_another_question(arguments) -> None:
    form = request("/token", "Content-Length: 100", "Content-Type: application/x-www-form-urlencoded", method="POST")
    with Connection(arguments.url) as connection:
        connection.send(request("/healthz") + form)
        took = connection.closes_within(HEAD + SLACK)
        expect(took is not None, f"a body behind another question is waited for longer than {HEAD + SLACK} s")


def bearer(arguments) -> list[str]:
    return [f"Authorization: Bearer {arguments.token}"] if arguments.token else []


@check
def slow_clients_are_closed(arguments) -> None:
    wrong: list[str] = []

    def attempt(client) -> None:
        try:
            client(arguments)
        except Exception as error:  # of any kind: the thread has nobody else to tell
            wrong.append(f"{client.__name__}: {error}")

    clients = [one_byte_a_second, not_a_word, half_a_request, a_body_that_never_comes,
               nothing_after_an_answer, an_answer_that_nobody_reads,
               more_questions_behind_an_answer_that_nobody_reads,
               a_body_that_never_comes_behind_another_question]
    threads = [threading.Thread(target=attempt, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        still_answers(arguments)
        time.sleep(1)
    expect(not wrong, "; ".join(wrong))


# Many.

@check
def connections_are_bounded(arguments) -> None:
    """2,000 at once, each with half a request."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard if hard != resource.RLIM_INFINITY else 8_192, hard))
    before = memory(arguments.pid)
    sockets = []
    selector = selectors.DefaultSelector()
    try:
        for _ in range(2_000):
            client = socket.socket(socket.AF_INET)
            client.setblocking(False)
            client.connect_ex(place(arguments.url))
            sockets.append(client)
            selector.register(client, selectors.EVENT_WRITE)
        end = time.monotonic() + 5
        while time.monotonic() < end and selector.get_map():
            for key, _ in selector.select(0.2):
                selector.unregister(key.fileobj)
                try:
                    key.fileobj.send(b"GET /api/v1/parcels HTTP/1.1\r\nHost: 12")
                except OSError:
                    pass
            if arguments.unix:
                answers_on_unix_socket(arguments)
        if arguments.pid:
            taken = len(os.listdir(f"/proc/{arguments.pid}/fd"))
            expect(taken < CONNECTIONS + 100, f"colisd has {taken} files and connections open")
            grown = memory(arguments.pid) - before
            expect(grown < 48 << 20, f"its memory has grown by {grown >> 20} MiB")
    finally:
        selector.close()
        for client in sockets:
            client.close()
    end = time.monotonic() + HEAD + SLACK
    while True:
        try:
            return still_answers(arguments)
        except OSError:
            expect(time.monotonic() < end, "no answer after they have gone")
            time.sleep(0.2)


def memory(pid: int | None) -> int:
    """Resident bytes of a process."""
    if not pid:
        return 0
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


# Wrong ones.

@check
def heads_that_are_too_long_are_refused(arguments) -> None:
    cases = {
        "a header of 100 kB": request("/healthz", "X-Long: " + "x" * 100_000),
        "2,000 headers": request("/healthz", *[f"X-{index}: value" for index in range(2_000)]),
        "a header without an end": request("/healthz")[:-4] + b"X-Long: " + b"x" * 4_000_000,
        "a path of 100 kB": request("/healthz?" + "x" * 100_000),
        "a name of a header of 100 kB": request("/healthz", "X" * 100_000 + ": 1"),
    }
    for name, data in cases.items():
        status = status_of(tell(arguments.url, data))
        expect(status in (0, 400, 413, 414, 431), f"{name}: {status}")
    usual = status_of(tell(arguments.url, request("/healthz", "X-Long: " + "x" * 4_000, "Connection: close")))
    expect(usual == 200, f"a header of 4 kB: {usual}")
    still_answers(arguments)


@check
def garbage_is_refused(arguments) -> None:
    cases = {
        "zeros": bytes(2_000), "TLS": bytes.fromhex("16030100c8010000c40303") + bytes(300),
        "a word": b"hello\r\n\r\n", "HTTP/9.9": request("/healthz", version="9.9"),
        "a line feed in a header": b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\nb\r\n\r\n",
        "no colon": b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nnonsense\r\n\r\n",
        "two lengths": request("/healthz", "Content-Length: 1", "Content-Length: 2"),
        "a length and chunks": request("/healthz", "Content-Length: 3", "Transfer-Encoding: chunked"),
        "a negative length": request("/healthz", "Content-Length: -1"),
        "random": bytes(range(256)) * 40, "SSH": b"SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    }
    for name, data in cases.items():
        answer = tell(arguments.url, data)
        expect(status_of(answer) in (0, 400, 405, 501, 505), f"{name}: {answer[:200]!r}")
    # The first request is good, what follows it on the same connection is not.
    answer = tell(arguments.url, request("/healthz") + b"\0\1\2 nonsense\r\n\r\n" + bytes(5_000))
    expect(answer.count(b"HTTP/1.1 200") <= 1, f"garbage behind a request: {answer[:400]!r}")
    answer = tell(arguments.url, request("/healthz") * 20 + request("/healthz", "Connection: close"))
    expect(answer.count(b"HTTP/1.1 200") == 21, f"21 requests at once: {answer.count(b'HTTP/1.1 200')} answers")
    still_answers(arguments)


@check
def who_sends_no_request_is_sent_away(arguments) -> None:
    """More than the kernel takes by itself, and a client that neither reads nor closes."""
    cases = {
        "a word": b"hello\r\n\r\n",
        "a header without an end": request("/healthz")[:-4] + b"X-Long: " + b"x" * (64 << 20),
        "garbage behind a request": request("/healthz") + b"\0\1\2 nonsense\r\n\r\n" + bytes(64 << 20),
        "a header of 100 kB, and nothing more": request("/healthz", "X-Long: " + "x" * 100_000),
    }
    for name, data in cases.items():
        start = time.monotonic()
        with Connection(arguments.url) as connection:
            connection.send(data)
            closed = connection.closes_within(HEAD)
            took = time.monotonic() - start
            expect(closed is not None and took < REFUSAL + SLACK, f"{name}: its connection is kept for {took:.1f} s")
    still_answers(arguments)


@check
def nothing_is_waited_for_behind_the_last_answer(arguments) -> None:
    """A client that asks more behind an answer which says that it is the last one of its connection, and never leaves."""
    for path in ("/api/v1/events?limit=1", "/api/v1/events"):
        for more in (b"", request("/healthz"), request("/healthz") * 20):
            with Connection(arguments.url) as connection:
                connection.send(request(path, *bearer(arguments)) + more)
                closed = connection.closes_within(REFUSAL + SLACK)
                expect(closed is not None, f"{path} and {len(more)} bytes behind it: the connection is kept")
            if not more:
                answer = tell(arguments.url, request(path, *bearer(arguments)))
                head = answer.split(b"\r\n\r\n")[0].lower()
                expect(b"connection: close" in head, f"{path} does not say that it is the last answer: {head!r}")
    # A client that says with its request that it asks nothing more has a short answer whole.
    answers = [tell(arguments.url, request("/api/v1/events?limit=5", *bearer(arguments))) for _ in range(40)]
    whole = [answer for answer in answers if answer.count(b'"seq":') == 5 and answer.endswith(b"0\r\n\r\n")]
    expect(len(whole) == len(answers), f"{len(answers) - len(whole)} of {len(answers)} answers have not all five lines")
    still_answers(arguments)


@check
def who_asks_late_behind_the_last_answer_is_let_go(arguments) -> None:
    """Clients that have read the last answer, ask once more and stay: their connections don't."""
    def opened() -> int:
        return len(os.listdir(f"/proc/{arguments.pid}/fd"))

    before = opened()
    with ExitStack() as stack:
        for _ in range(20):
            connection = stack.enter_context(Connection(arguments.url))
            connection.send(request("/api/v1/events?limit=1", *bearer(arguments)))
            received = b""
            while not received.endswith(b"0\r\n\r\n"):
                part = connection.socket.recv(1 << 12)
                expect(part, f"the answer has no end: {received!r}")
                received += part
            connection.send(request("/healthz"))
        end = time.monotonic() + REFUSAL + SLACK
        while opened() > before + 5:
            expect(time.monotonic() < end, f"{opened() - before} of 20 connections stay open at the server")
            time.sleep(0.2)
    still_answers(arguments)


@check
def a_long_answer_that_is_cut_off_does_not_look_whole(arguments) -> None:
    """Ends the daemon in the middle of an answer: the last one of these checks. The store has more than kernels buffer."""
    with Connection(arguments.url, receive_buffer=4_096) as connection:
        connection.send(request("/api/v1/events", *bearer(arguments)))
        received = connection.socket.recv(1 << 12)
        os.kill(arguments.pid, signal.SIGTERM)
        received += connection.rest()
    expect(status_of(received) == 200, f"/api/v1/events: {received[:200]!r}")
    expect(not received.endswith(b"0\r\n\r\n"), f"{len(received)} bytes look like a whole answer")


@check
def who_offers_another_protocol_is_answered_by_this_one(arguments) -> None:
    """What Java's client and `curl --http2` send: the answer is the last one of its connection, and says so."""
    offers = [("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA"),
              ("Connection: Upgrade", "Upgrade: websocket"), ("Connection: Close",), ("Connection: TE, close",)]
    for offer in offers:
        data = request("/healthz") + request("/healthz", *offer)
        start = time.monotonic()
        with Connection(arguments.url) as connection:
            connection.send(data + request("/healthz"))
            answers = connection.rest(HEAD).split(b"HTTP/1.1 200")[1:]
            took = time.monotonic() - start
        heads = [answer.split(b"\r\n\r\n")[0].lower() for answer in answers]
        expect(len(heads) == 2 and took < REFUSAL + SLACK, f"{offer}: {len(heads)} answers in {took:.1f} s")
        said = [b"connection: close" in head for head in heads]
        expect(said == [False, True], f"{offer}: {heads}")
    still_answers(arguments)


@check
def foreign_host_names_are_refused(arguments) -> None:
    _, port = place(arguments.url)

    def status(host: str | None, path: str = "/api/v1/status", version: str = "1.1", *more: str) -> int:
        return status_of(tell(arguments.url, request(
            path, "Connection: close", *bearer(arguments), *more, host=host, version=version)))

    for host in ("localhost", f"localhost:{port}", "LocalHost", f"127.0.0.1:{port}", "127.0.0.1", "[::1]"):
        expect(status(host) == 200, f"Host: {host}: {status(host)}")
    for host in ("evil.example", f"evil.example:{port}", "localhost.evil.example", "127.0.0.1.evil.example",
                 "evil.example@127.0.0.1", "colisd", "localhost evil.example", "192.0.2.1",
                 "localhost:80@evil.example"):
        expect(status(host) in (400, 403), f"Host: {host}: {status(host)}")
        expect(status(host, "/healthz") in (400, 403), f"/healthz, Host: {host}")
    expect(status("127.0.0.1", "/healthz", "1.1", "Host: evil.example") in (400, 403), "two Host headers")
    expect(status(None, "/healthz", "1.0") == 200, "HTTP/1.0 without Host")
    # A proxy's form: the name in it is dropped, and the Host field is what counts.
    absolute = status("evil.example", "http://127.0.0.1/api/v1/status")
    expect(absolute in (400, 403, 404), f"a foreign Host beside an own name in the URL: {absolute}")
    own = status("127.0.0.1", "http://127.0.0.1/healthz")
    expect(own in (200, 400, 404), f"the own name in the URL: {own}")


@check
def odd_paths_lead_nowhere(arguments) -> None:
    paths = [
        "/../../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/style.css/../../etc/passwd",
        "/..%2f..%2fetc%2fpasswd", "/.%00./etc/passwd", "/style.css%00", "/%00", "/%", "/%zz", "/%ff%fe",
        "/api/v1/parcels/..%2fstatus", "/api/v1/parcels/991122334455%00", "/api/v1/parcels?order=%00",
        "/api/v1/parcels?order=%ff", "/api/v1/contracts/..", "/api/v1/contracts/%2e%2e%2fdupont",
        "/api/v1/parcels/" + "9" * 4_000, "/" + "a/" * 3_000, "api/v1/status", "/\\..\\etc",
    ]
    for path in paths:
        answer = tell(arguments.url, request(path, "Connection: close", *bearer(arguments)))
        status = status_of(answer)
        expect(400 <= status < 500 or status == 0, f"{path[:80]}: {answer[:200]!r}")
        expect(b"root:" not in answer, f"{path[:80]} gives a file of the machine")
    still_answers(arguments)


@check
def nothing_can_be_changed(arguments) -> None:
    for path in ("/", "/healthz", "/metrics", "/api/v1/parcels", "/api/v1/status", "/parcels"):
        for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "BREW"):
            data = request(path, "Connection: close", "Content-Length: 0", *bearer(arguments), method=method)
            answer = tell(arguments.url, data)
            expect(status_of(answer) in (405, 501) or method == "BREW" and status_of(answer) in (0, 400),
                   f"{method} {path}: {answer[:200]!r}")
            if status_of(answer) == 405:
                allow = [line for line in answer.split(b"\r\n") if line.lower().startswith(b"allow:")]
                expect(allow == [b"Allow: GET, HEAD"] or allow == [b"allow: GET, HEAD"], f"{method} {path}: {allow}")


@check
def head_is_get_without_the_body(arguments) -> None:
    changing = {"date", "transfer-encoding", "connection"}
    for path in ("/healthz", "/readyz", "/api/v1/parcels", "/api/v1/parcels?limit=1", "/api/v1/events",
                 "/api/v1/contracts/nobody", "/api/v1/parcels?limit=0", "/style.css", "/api/v1/rejects"):
        get = ask(arguments.url, path, token=arguments.token)
        head = ask(arguments.url, path, method="HEAD", token=arguments.token)
        expect(head.status == get.status and not head.body, f"HEAD {path}: {head.status}, GET {get.status}")
        # Of an answer that is written while it is read nobody knows the length before.
        unknown = {"content-length"} if "transfer-encoding" in get.headers else set()
        for name in (get.headers.keys() | head.headers.keys()) - changing - unknown:
            expect(get.headers.get(name) == head.headers.get(name),
                   f"{path}: {name} is {get.headers.get(name)}, by HEAD {head.headers.get(name)}")


@check
def only_the_token_is_let_in(arguments) -> None:
    if not arguments.token:
        return
    token = arguments.token
    wrong = [
        None, "Bearer", "Bearer ", f"Bearer {token}x", f"Bearer {token[:-1]}", f"Bearer x{token}",
        f"Bearer {token.swapcase()}", f"Basic {token}", token, f"Bearer {token} {token}", "Bearer " + "x" * 5_000,
        "Bearer null", "Bearer \xff",
    ]
    for path in ("/api/v1/status", "/metrics", "/readyz", "/", "/parcels", "/api/v1/nothing"):
        for header in wrong:
            answer = ask(arguments.url, path, {"Authorization": header} if header is not None else {})
            expect(answer.status == 401, f"{path}, Authorization: {header}: {answer.status}")
            expect(answer.headers.get("www-authenticate", "").startswith("Bearer"), f"{path}: no WWW-Authenticate")
            expect(token not in answer.text, f"{path}: the answer has the token")
        cookie = ask(arguments.url, path, {"Cookie": f"colisd={token}; token={token}"})
        expect(cookie.status == 401, f"{path}: the token itself as a cookie: {cookie.status}")
        query = ask(arguments.url, f"{path}?token={token}")
        expect(query.status == 401, f"{path}: the token in the URL: {query.status}")
    for header in (f"Bearer {token}", f"bearer {token}", f"BEARER {token}"):
        answer = ask(arguments.url, "/api/v1/status", {"Authorization": header})
        expect(answer.status == 200, f"Authorization: {header.split()[0]}: {answer.status}")
    expect(ask(arguments.url, "/healthz").status == 200, "/healthz needs no token")
    if arguments.unix:
        answer = tell(arguments.url, request("/api/v1/status", "Connection: close"), arguments.unix)
        expect(status_of(answer) == 200, "the Unix socket needs no token")


@check
def the_form_leads_to_this_server_alone(arguments) -> None:
    if not arguments.token:
        return
    own = ["/", "/parcels", "/parcels?open=1&lang=en", "/parcels/991122334455"]
    foreign = ["//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "evil.example",
               "/\r\nLocation: //evil.example", "/\t/evil.example", "javascript:alert(1)", "", "/é"]
    for place in own + foreign:
        form = urlencode({"token": arguments.token, "next": place})
        answer = ask(arguments.url, "/token", FORM, method="POST", body=form)
        expect(answer.status == 303, f"next={place!r}: {answer.status}")
        wanted = place if place in own else "/"
        expect(answer.headers.get("location") == wanted, f"next={place!r} leads to {answer.headers.get('location')}")
        expect("evil" not in str(answer.headers), f"next={place!r}: {answer.headers}")
    wrong = ask(arguments.url, "/token", FORM, method="POST", body=urlencode({"token": "x", "next": "//evil.example"}))
    expect(wrong.status == 401 and "evil" not in wrong.text, "a wrong token keeps a foreign place")


@check
def no_page_is_stored(arguments) -> None:
    pages = {"/": 200, "/parcels": 200, "/parcels/991122334455": 200, "/contracts": 200, "/files": 200, "/held": 200,
             "/rejects": 200, "/unmapped": 200, "/webhooks": 200, "/parcels/1": 404, "/nothing": 404}
    for path, status in pages.items():
        answer = ask(arguments.url, path, {"Accept": "text/html"}, token=arguments.token)
        expect(answer.status == status, f"{path}: {answer.status}")
        expect(answer.headers.get("cache-control") == "no-store", f"{path}: {answer.headers.get('cache-control')}")
    for path in ("/metrics", "/api/v1/status", "/api/v1/events", "/api/v1/parcels/1"):
        caching = ask(arguments.url, path, token=arguments.token).headers.get("cache-control", "")
        expect("private" in caching or "no-store" in caching, f"{path}: Cache-Control is {caching!r}")


@check
def so_many_may_follow(arguments) -> None:
    follow = request("/api/v1/events?follow=1", *bearer(arguments))
    with ExitStack() as stack:
        def another() -> bytes:
            client = stack.enter_context(Connection(arguments.url))
            client.send(follow)
            return client.socket.recv(1 << 12)

        for number in range(FOLLOWERS):
            expect(status_of(answer := another()) == 200, f"follower {number + 1}: {answer[:200]!r}")
        refused = another()
        expect(status_of(refused) == 503, f"one more than {FOLLOWERS}: {refused[:200]!r}")
        expect(b"retry-after:" in refused.lower(), f"one more has no Retry-After: {refused!r}")
        # Others are answered meanwhile.
        status = ask(arguments.url, "/api/v1/status", token=arguments.token).status
        expect(status == 200, f"a question beside {FOLLOWERS} followers: {status}")
    start = time.monotonic()
    while status_of(answer := tell(arguments.url, request("/api/v1/events?follow=1&limit=1", *bearer(arguments)))) == 503:
        expect(time.monotonic() - start < SLACK, f"followers that are gone still count: {answer[:200]!r}")
        time.sleep(0.2)


def options(parser) -> None:
    parser.add_argument("--unix", help="the path of its Unix socket")
    parser.add_argument("--pid", type=int, help="its process, to see what it has open")


if __name__ == "__main__":
    sys.exit(run(__doc__, options))
