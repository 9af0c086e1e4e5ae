"""A throwaway PostgreSQL server in .bench/postgres, as Debian ships it."""

import glob
import json
import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.bench import FOLDER, Skipped
from harness.measure import Failed, stop_group

HOST = "127.0.0.1"
RUNNING = FOLDER / "postgres"
# What a server is given that does nothing else on this machine; what is committed is on disk.
SETTINGS = {
    "shared_buffers": "512MB", "max_wal_size": "8GB", "checkpoint_timeout": "30min",
    "wal_compression": "lz4", "autovacuum_naptime": "10s",
}


@dataclass(frozen=True)
class Database:
    port: int
    name: str

    @property
    def url(self) -> str:
        return f"postgresql://postgres@{HOST}:{self.port}/{self.name}"

    def ask(self, sql: str) -> str:
        """The answer as `psql` prints it, without titles."""
        words = ["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-d", self.url, "-c", sql]
        return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()

    def empty(self) -> "Database":
        """The same one without any table."""
        self.ask("DROP SCHEMA IF EXISTS public CASCADE")
        self.ask("CREATE SCHEMA public")
        self.ask("CHECKPOINT")
        return self

    def require_rows(self, files: int, rows: int) -> None:
        """Every file in the ledger as ingested, and every row accounted for as an event or a repeat."""
        seen = self.ask("SELECT count(*), sum(rows), sum(events_new + events_repeated) FROM file"
                        " WHERE state = 'ingested'")
        if seen != f"{files}|{rows}|{rows}":
            raise Failed(f"files, rows, and events with repeats are {seen}, not {files}|{rows}|{rows}")

    def table_sizes(self) -> dict[str, int]:
        """Of each table with its indexes; partitions under their own names."""
        return json.loads(self.ask(
            "SELECT json_object_agg(relname, pg_total_relation_size(oid)) FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"))

    def bytes_by_table(self) -> dict[str, float]:
        """Bytes an event, the largest first; the months of events together."""
        events = int(self.ask("SELECT events FROM store"))
        sizes: dict[str, float] = {}
        for name, size in self.table_sizes().items():
            kind = "event" if name.startswith("event") else name
            sizes[kind] = sizes.get(kind, 0) + size / events
        return dict(sorted(sizes.items(), key=lambda pair: -pair[1]))

    def some_parcels(self, count: int) -> list[str]:
        """Numbers from all over the store."""
        return self.ask(
            "SELECT number FROM parcel WHERE id IN (SELECT 1 + i * 2654435761 % (SELECT max(id) FROM parcel)"
            f" FROM generate_series(0, {count - 1}) i)").splitlines()

    def cpu(self) -> float:
        """Seconds that the server's processes have taken so far, those of ended sessions included."""
        ticks = os.sysconf("SC_CLK_TCK")
        pid = int((RUNNING / "data" / "postmaster.pid").read_text().split()[0])
        total = 0
        for folder in glob.glob("/proc/[0-9]*"):
            try:
                fields = Path(folder, "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            number, parent = int(folder[6:]), int(fields[1])
            if number == pid:
                total += sum(int(fields[i]) for i in (11, 12, 13, 14))
            elif parent == pid:
                total += int(fields[11]) + int(fields[12])
        return total / ticks


def program(name: str) -> str:
    found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))
    if not found:
        raise Skipped("PostgreSQL is not installed: apt-get install postgresql")
    return found[-1]


@contextmanager
def server(begin: Path | None = None, keep: Path | None = None, **more: str):
    """Starts the server, gives its database, which is empty, and ends it.

    `begin`: a folder with a server's files to start with; they are copied. `keep`: where the files are put in the end.
    `more`: further settings.
    """
    folder = RUNNING
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    owner = []
    if os.geteuid() == 0:
        # The server refuses to be root.
        owner = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
    if begin:
        subprocess.run(["cp", "-a", "--reflink=auto", begin, folder], check=True)
        os.sync()
    else:
        folder.mkdir()
        if owner:
            shutil.chown(folder, "postgres", "postgres")
        subprocess.run(
            [*owner, program("initdb"), "-D", folder / "data", "-A", "trust", "-U", "postgres", "--locale=C",
             "-E", "UTF8"], check=True, stdout=subprocess.DEVNULL, cwd="/")
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    settings = [word for key, value in {**SETTINGS, **more}.items() for word in ("-c", f"{key}={value}")]
    process = subprocess.Popen(
        [*owner, program("postgres"), "-D", folder / "data", "-k", folder, "-p", str(port),
         "-c", f"listen_addresses={HOST}", *settings], cwd="/", start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        database = Database(port, "postgres")
        for _ in range(200):
            try:
                database.ask("SELECT 1")
                break
            except subprocess.CalledProcessError:
                time.sleep(0.05)
        else:
            raise Skipped("PostgreSQL did not start")
        yield database
        if keep:
            # Then its end takes no longer than it is given.
            database.ask("CHECKPOINT")
            stop_group(process)
            shutil.rmtree(keep, ignore_errors=True)
            keep.parent.mkdir(exist_ok=True)
            folder.rename(keep)
    finally:
        stop_group(process)
        shutil.rmtree(folder, ignore_errors=True)
