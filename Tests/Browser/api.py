#!/usr/bin/env python3
"""Tries the HTTP interface by docs/openapi.yaml. The store has the samples."""

import http.client
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import yaml
from openapi_spec_validator import validate

import description
from checks import Wrong, check, expect, run
from client import ask

PARCEL = "991122334455"
# Paths with answers of the samples, each with the description's name for it.
ANSWERS = {
    "/healthz": "/healthz", "/readyz": "/readyz",
    "/api/v1/parcels": "/api/v1/parcels", "/api/v1/parcels?count=1": "/api/v1/parcels",
    "/api/v1/parcels?status=delivered,returned&account-id=EM180619": "/api/v1/parcels",
    f"/api/v1/parcels/{PARCEL}": "/api/v1/parcels/{number}",
    f"/api/v1/parcels/{PARCEL}/explain": "/api/v1/parcels/{number}/explain",
    "/api/v1/files": "/api/v1/files", "/api/v1/files?state=failed": "/api/v1/files",
    "/api/v1/held": "/api/v1/held", "/api/v1/held?rows=1": "/api/v1/held",
    "/api/v1/rejects": "/api/v1/rejects", "/api/v1/contracts": "/api/v1/contracts",
    "/api/v1/contracts/dupont": "/api/v1/contracts/{id}", "/api/v1/status": "/api/v1/status",
    "/api/v1/unmapped": "/api/v1/unmapped", "/api/v1/webhooks": "/api/v1/webhooks",
    "/api/v1/webhooks/parked": "/api/v1/webhooks/parked",
}
# The samples send nothing to anybody.
EMPTY = {"/api/v1/webhooks", "/api/v1/webhooks/parked"}
LISTS = ["/api/v1/parcels", "/api/v1/files", "/api/v1/held?rows=1", "/api/v1/rejects"]


def with_query(path: str, **more) -> str:
    return path + ("&" if "?" in path else "?") + urlencode(more)


@check
def description_is_valid(arguments) -> None:
    validate(description.document())


@check
def every_answer_is_as_described(arguments) -> None:
    for path, name in ANSWERS.items():
        answer = ask(arguments.url, path, token=arguments.token)
        expect(answer.status == 200, f"{path}: {answer.status} {answer.text[:300]}")
        expect(answer.kind == "application/json", f"{path}: {answer.kind}")
        description.expect_valid(description.answer_of(name), answer.json, path)
        if path.startswith("/api/"):
            expect(answer.json not in ([], {}) or path in EMPTY, f"{path} has nothing of the samples")
            caching = answer.headers.get("cache-control")
            expect(caching == "private, no-cache", f"{path}: Cache-Control is {caching}")


@check
def every_line_of_events_is_as_described(arguments) -> None:
    answer = ask(arguments.url, "/api/v1/events", token=arguments.token)
    expect(answer.status == 200 and answer.kind == "application/x-ndjson",
           f"{answer.status} {answer.kind}")
    entries = [json.loads(line) for line in answer.text.splitlines()]
    for entry in entries:
        description.expect_valid(description.schema_of("JournalEntry"), entry, "events")
    numbers = [entry["seq"] for entry in entries]
    expect(len(numbers) >= 60 and numbers == sorted(set(numbers)), f"seq: {numbers}")
    # One goes on where another has ended, also by the name of the store.
    store = ask(arguments.url, "/api/v1/status", token=arguments.token).json["store_id"]
    for after in (str(numbers[9]), f"{store}:{numbers[9]}"):
        path = with_query("/api/v1/events", after=after, limit=5)
        rest = ask(arguments.url, path, token=arguments.token).text.splitlines()
        expect([json.loads(line)["seq"] for line in rest] == numbers[10:15], path)
    other = ask(arguments.url, "/api/v1/events?after=0123456789abcdef:1", token=arguments.token)
    expect(other.status == 400, f"the position of another store: {other.status}")


@check
def a_kept_connection_is_answered_or_told_to_be_the_last(arguments) -> None:
    """A client that keeps its connection, as libraries do: it opens another one where an answer says so."""
    parts = urlsplit(arguments.url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    headers = {"Authorization": f"Bearer {arguments.token}"} if arguments.token else {}
    paths = ["/api/v1/events?limit=1", "/api/v1/parcels?limit=1", "/healthz", "/api/v1/events", "/api/v1/parcels/1"]
    kept, rounds = 0, 60
    for path in paths * rounds:
        before = connection.sock
        # One that is closed without a word fails here.
        connection.request("GET", path, headers=headers)
        connection.getresponse().read()
        kept += before is not None and connection.sock is before
    connection.close()
    # Only /healthz stands behind an answer that was not the last one, and its own is not the last one either.
    expect(kept == rounds, f"{kept} of {len(paths) * rounds} requests left a connection as they found it")


@check
def pages_together_are_the_list(arguments) -> None:
    for path in LISTS:
        whole = ask(arguments.url, with_query(path, limit=1000), token=arguments.token)
        expect(whole.next is None, f"{path}: a next page after all {len(whole.json)}")
        found, page = [], with_query(path, limit=2)
        while page:
            answer = ask(arguments.url, page, token=arguments.token)
            expect(answer.status == 200, f"{page}: {answer.status} {answer.text[:300]}")
            expect(0 < len(answer.json) <= 2, f"{page}: {len(answer.json)} entries")
            found += answer.json
            expect(len(found) <= len(whole.json), f"{path}: pages go on past the end")
            page = answer.next
        expect(found == whole.json, f"{path}: pages of two are not the whole list")


@check
def filters_of_parcels_are_those_of_the_command(arguments) -> None:
    every = ask(arguments.url, "/api/v1/parcels", token=arguments.token).json
    cases = {
        "status=delivered": lambda parcel: parcel["status"] == "delivered",
        "status=delivered,returned": lambda parcel: parcel["status"] in ("delivered", "returned"),
        "account-id=EM180619": lambda parcel: parcel["account_id"] == "EM180619",
        "postcode=75%20012": lambda parcel: parcel["postcode"] == "75012",
        "order=%20CMD-1042%20": lambda parcel: parcel["order"] == "CMD-1042",
        "account-id=em180619": lambda parcel: parcel["account_id"] == "EM180619",
        "order=CMD-1042": lambda parcel: parcel["order"] == "CMD-1042",
        "postcode=75012": lambda parcel: parcel["postcode"] == "75012",
        "until=2026-08-28": lambda parcel: parcel["status_since"] < "2026-08-29",
        "since=2026-09-01": lambda parcel: parcel["status_since"] >= "2026-09-01",
    }
    for query, belongs in cases.items():
        found = ask(arguments.url, f"/api/v1/parcels?{query}", token=arguments.token).json
        wanted = [parcel for parcel in every if belongs(parcel)]
        expect(wanted and found == wanted, f"{query}: {len(found)} parcels instead of {len(wanted)}")
        count = ask(arguments.url, f"/api/v1/parcels?{query}&count=1", token=arguments.token).json
        expect(count == {"count": len(wanted)}, f"{query}&count=1: {count}")


@check
def forms_of_an_answer_go_by_accept(arguments) -> None:
    for path in ["/api/v1/parcels", "/api/v1/files", "/api/v1/rejects", "/api/v1/contracts"]:
        for kind in ("text/csv", "text/plain", "application/json"):
            answer = ask(arguments.url, path, {"Accept": kind}, token=arguments.token)
            expect(answer.status == 200 and answer.kind == kind,
                   f"{path}, Accept: {kind}: {answer.status} {answer.kind}")
        best = "text/html;q=0.9, text/csv, */*;q=0.1"
        answer = ask(arguments.url, path, {"Accept": best}, token=arguments.token)
        expect(answer.kind == "text/csv", f"{path}, Accept: {best}: {answer.kind}")
        named = ask(arguments.url, with_query(path, format="csv"), token=arguments.token)
        expect(named.kind == "text/csv", f"{path}, format=csv: {named.kind}")
        refused = ask(arguments.url, path, {"Accept": "image/png"}, token=arguments.token)
        expect(refused.status == 406 and refused.kind == "application/problem+json",
               f"{path}, Accept: image/png: {refused.status} {refused.kind}")


@check
def what_has_not_changed_is_not_sent_again(arguments) -> None:
    for path in ["/api/v1/parcels", f"/api/v1/parcels/{PARCEL}", "/api/v1/files", "/api/v1/contracts"]:
        first = ask(arguments.url, path, token=arguments.token)
        tag = first.headers.get("etag")
        expect(tag, f"{path}: no ETag")
        bare = tag.removeprefix("W/")
        for given in (tag, f'"other", {tag}', "*", bare, f'{tag} , "other"', f'"other" ,\t{bare} '):
            again = ask(arguments.url, path, {"If-None-Match": given}, token=arguments.token)
            expect(again.status == 304 and not again.body, f"{path}, {given}: {again.status}")
        changed = ask(arguments.url, path, {"If-None-Match": '"other"'}, token=arguments.token)
        expect(changed.status == 200, f"{path}, another tag: {changed.status}")


@check
def answers_are_packed_on_request(arguments) -> None:
    for path in ["/api/v1/parcels", "/api/v1/files", "/api/v1/contracts"]:
        plain = ask(arguments.url, path, token=arguments.token)
        packed = ask(arguments.url, path, {"Accept-Encoding": "gzip"}, token=arguments.token)
        expect("content-encoding" not in plain.headers, f"{path}: packed without being asked")
        expect(packed.headers.get("content-encoding") == "gzip", f"{path}: not packed")
        expect(packed.text == plain.text, f"{path}: packed is something else")
        refused = ask(arguments.url, path, {"Accept-Encoding": "gzip;q=0"}, token=arguments.token)
        expect("content-encoding" not in refused.headers, f"{path}: packed in spite of q=0")


@check
def errors_are_problem_details(arguments) -> None:
    cases = {
        "/api/v1/parcels?colour=red": (400, "colour"), "/api/v1/parcels?status=delivred": (400, "delivered"),
        "/api/v1/parcels?limit=0": (400, "limit"), "/api/v1/parcels?limit=1001": (400, "1000"),
        "/api/v1/parcels?limit=ten": (400, "limit"), "/api/v1/parcels?since=soon": (400, "since"),
        "/api/v1/parcels?cursor=x": (400, "cursor"), "/api/v1/parcels?site=%20": (400, "site"),
        "/api/v1/parcels?order=1&order=2": (400, "order"),
        "/api/v1/parcels?open=1&status=delivered": (400, "exclude"),
        "/api/v1/rejects?file=nix.csv": (404, "nix.csv"), "/api/v1/files?state=lost": (400, "state"), "/api/v1/status?x=1": (400, "x"),
        "/api/v1/parcels/991199119911": (404, "991199119911"), "/api/v1/contracts/duppont": (404, "duppont"),
        "/api/v1/webhooks/shpo/parked": (404, "shpo"), "/api/v1/webhooks/parked?cursor=shop": (400, "cursor"),
        "/api/v1/webhooks/parked?limit=1001": (400, "1000"), "/api/v1/webhooks/shpo": (404, ""),
        "/api/v1/parcel": (404, ""), "/api/v2/parcels": (404, ""), "/api/": (404, ""),
    }
    for path, (status, word) in cases.items():
        answer = ask(arguments.url, path, token=arguments.token)
        expect(answer.status == status and answer.kind == "application/problem+json",
               f"{path}: {answer.status} {answer.kind} instead of {status}")
        problem = answer.json
        description.expect_valid(description.schema_of("Problem"), problem, path)
        expect(problem["status"] == status, f"{path}: status is {problem['status']}")
        expect(word in problem["detail"], f"{path}: {word} is not in: {problem['detail']}")


@check
def empty_values_are_as_if_they_were_not_given(arguments) -> None:
    every = ask(arguments.url, "/api/v1/parcels", token=arguments.token).json
    for name in ("limit", "cursor", "format", "columns", "utc", "open", "count", "status", "since", "stuck", "order"):
        path = f"/api/v1/parcels?{name}="
        answer = ask(arguments.url, path, token=arguments.token)
        expect(answer.status == 200 and answer.json == every, f"{path}: {answer.status} {answer.text[:200]}")
    for path in ("/api/v1/events?after=&limit=&follow=", "/api/v1/held?rows=&limit=&cursor=", "/api/v1/files?state="):
        answer = ask(arguments.url, path, token=arguments.token)
        expect(answer.status == 200, f"{path}: {answer.status} {answer.text[:200]}")
    # A name alone is a yes, and a name that is not known stays a mistake.
    alone = ask(arguments.url, "/api/v1/parcels?count", token=arguments.token).json
    expect(alone == {"count": len(every)}, f"?count: {alone}")
    unknown = ask(arguments.url, "/api/v1/parcels?colour=", token=arguments.token)
    expect(unknown.status == 400, f"an unknown name without a value: {unknown.status}")


@check
def numbers_may_have_postcode_and_blanks(arguments) -> None:
    for number in (f"{PARCEL}75012", "991 122 334 455", "991 122 334 455 75012", f"{PARCEL} F-75012", f"{PARCEL} FR75012",
                   "991-122-334-455"):
        answer = ask(arguments.url, f"/api/v1/parcels/{quote(number)}", token=arguments.token)
        expect(answer.status == 200 and answer.json["parcel"] == PARCEL, f"{number}: {answer.status}")


@check
def generated_requests_are_answered_as_described(arguments) -> None:
    """schemathesis: all its checks, with requests that the description allows and that it does not."""
    document = yaml.safe_load(description.PATH.read_text())
    # An answer that never ends is no case for it.
    events = document["paths"]["/api/v1/events"]["get"]
    events["parameters"] = [entry for entry in events["parameters"] if entry.get("name") != "follow"]
    with tempfile.TemporaryDirectory() as folder:
        schema = Path(folder, "openapi.yaml")
        schema.write_text(yaml.safe_dump(document, sort_keys=False))
        # A time such as 2026-02-31 or a contract that does not exist has the right form and is refused.
        Path(folder, "schemathesis.toml").write_text(
            "[checks.positive_data_acceptance]\n"
            'expected-statuses = ["2xx", "304", "400", "401", "403", "404"]\n')
        command = [
            sys.executable, "-m", "schemathesis.cli", "run", str(schema), "--url", arguments.url,
            "--checks", "all", "--phases", "examples,coverage,fuzzing", "--max-examples", "25",
            "--workers", "2", "--request-timeout", "20", "--suppress-health-check", "all",
            "--generation-deterministic", "--warnings", "off", "--no-color",
        ]
        if arguments.token:
            command += ["--header", f"Authorization: Bearer {arguments.token}"]
        result = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=1_000)
    print("\n".join(result.stdout.splitlines()[-12:]), flush=True)
    if result.returncode != 0:
        raise Wrong(result.stdout[-12_000:] + result.stderr[-4_000:])


if __name__ == "__main__":
    sys.exit(run(__doc__))
