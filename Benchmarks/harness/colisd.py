"""Configurations for colisd, and what it left in its store."""

import sqlite3
from pathlib import Path

from harness import data
from harness.measure import Failed
from harness.server import HOST, Address

STORE = "colisd.db"


def configure(folder: Path, address: Address | None = None, drop: Path | None = None,
              interval: str = "60s", level: str = "info", store: Path | None = None,
              status_map: Path | None = None, retention: str | None = None, url: str | None = None) -> Path:
    """Writes colisd.yaml; its store stands beside it, unless another one, or a URL, is given. Without an address
    it serves for local files, and without a status map the built-in one is in force."""
    source = (f"  host: {HOST}\n  port: {address.port}\n  username: {address.user}\n"
              f"  private-key: {address.key}\n  host-keys: [\"{address.pin}\"]\n  directory: {drop}\n"
              if address else
              "  host: localhost\n  username: nobody\n  password: { env: NONE }\n"
              f"  host-keys: [\"SHA256:{'A' * 43}\"]\n")
    path = folder / "colisd.yaml"
    path.write_text(
        f"source:\n{source}"
        f"poll: {{ interval: {interval}, settle: none }}\n"
        f"contracts: {{ directory: {data.contracts()} }}\n"
        + (f"status-map: {{ file: {status_map} }}\n" if status_map else "")
        + (f"retention: {{ events: {retention} }}\n" if retention else "")
        + f"store: {{ url: \"{url or f'sqlite:{store or STORE}'}\" }}\n"
        f"log: {{ format: json, level: {level} }}\n")
    return path


def events_in(store: Path) -> int:
    return _query(store, "SELECT sum(events_new) FROM file")[0][0] or 0


def require_rows(store: Path, files: int, rows: int) -> None:
    """Every file in the ledger as ingested, and every row accounted for as an event or a repeat."""
    seen = _query(store, "SELECT count(*), sum(rows), sum(events_new + events_repeated) FROM file"
                         " WHERE state = 'ingested'")[0]
    if seen != (files, rows, rows):
        raise Failed(f"{store} has files, rows, events and repeats {seen}, not {(files, rows, rows)}")


def files_in(store: Path, pattern: str) -> tuple[int, int]:
    """How many files of such a path were ingested, and their rows."""
    return _query(store, "SELECT count(*), coalesce(sum(rows), 0) FROM file WHERE state = 'ingested' AND path LIKE ?",
                  [f"%{pattern}"])[0]


def parcels_in(store: Path) -> int:
    return _query(store, "SELECT parcels FROM store")[0][0]


def bytes_per_event(store: Path) -> float:
    """Of the whole store: what is in the log is written back first."""
    connection = sqlite3.connect(store)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.close()
    return store.stat().st_size / events_in(store)


def some_parcels(store: Path, count: int) -> list[str]:
    """Numbers from all over the store."""
    highest = _query(store, "SELECT max(id) FROM parcel")[0][0]
    ids = [1 + (i * 2654435761) % highest for i in range(count)]
    marks = ", ".join("?" * count)
    return [row[0] for row in _query(store, f"SELECT number FROM parcel WHERE id IN ({marks})", ids)]


def _query(store: Path, sql: str, values=()) -> list[tuple]:
    connection = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    try:
        return connection.execute(sql, values).fetchall()
    finally:
        connection.close()
