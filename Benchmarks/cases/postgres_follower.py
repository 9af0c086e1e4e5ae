"""How long after a commit its first event is printed by a process that follows a store on PostgreSQL."""

import statistics
import subprocess
import threading
import time
from contextlib import contextmanager
from pathlib import Path

from cases import growth
from harness import colisd, data, postgres
from harness.bench import Bench
from harness.measure import Failed, measure
from harness.report import Report

ABOUT = "from a commit in PostgreSQL to its first event printed by colisd events --follow"
PATIENCE = 60.0


class Follower:
    """Notes when each event came."""

    def __init__(self, process: subprocess.Popen) -> None:
        self.process = process
        self.times: dict[int, float] = {}
        self.reading = threading.Thread(target=self.read, daemon=True)
        self.reading.start()

    def read(self) -> None:
        for line in self.process.stdout:
            now = time.time()
            # {"seq":60,"parcel":…
            self.times[int(line[len('{"seq":'):line.index(b",")])] = now

    def wait_for(self, seq: int) -> None:
        deadline = time.monotonic() + PATIENCE
        while seq not in self.times:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise Failed(f"the follower did not print the event {seq}")
            time.sleep(0.01)


@contextmanager
def follower(colisd_path: Path, config: Path):
    log = config.with_suffix(".follower.log")
    with log.open("wb") as errors:
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", str(colisd_path), "events", "--follow", "--config", str(config)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors)
        try:
            yield Follower(process)
        finally:
            process.kill()
            process.wait()


def run(bench: Bench, report: Report) -> None:
    small = [str(path) for path in sorted(data.tracking_files(20, 50).iterdir())[:bench.size(20, 5)]]
    large = [str(path) for path in growth.files(bench)[:bench.size(growth.FILES, 5)]]
    with bench.scratch("postgres-follower") as folder, \
            postgres.server(track_commit_timestamp="on") as database:
        config = colisd.configure(folder, url=database.url)
        ingest = [str(bench.colisd), "ingest", "--config", str(config)]
        # The first one makes the tables.
        measure([*ingest, small[0]], folder)
        with follower(bench.colisd, config) as following:
            following.wait_for(last_seq(database))
            for file in small[1:]:
                measure([*ingest, file], folder)
                following.wait_for(last_seq(database))
            quiet = len(commits(database))
            measure([*ingest, *large], folder)
            following.wait_for(last_seq(database))
            ages = [following.times[seq] - at for seq, at in commits(database)]
    # When the first file was committed, nobody followed.
    for words, list_of_ages in (("small commits", ages[1:quiet]), ("during an ingest", ages[quiet:])):
        milliseconds = sorted(age * 1000 for age in list_of_ages)
        report.note(f"{words}: {len(milliseconds)}, {milliseconds[0]:.1f} to {milliseconds[-1]:.1f} ms")
        report.at_most(f"median from a commit to its first event at a follower, {words}", 50,
                       statistics.median(milliseconds), "ms")


def last_seq(database: postgres.Database) -> int:
    return int(database.ask("SELECT sequence FROM store"))


def commits(database: postgres.Database) -> list[tuple[int, float]]:
    """The first `seq` of each transaction that stored events, and when it was committed by the server's clock."""
    rows = database.ask("SELECT min(first_seq), extract(epoch FROM pg_xact_commit_timestamp(xmin)) FROM journal"
                        " GROUP BY xmin ORDER BY 1").splitlines()
    return [(int(seq), float(at)) for seq, at in (row.split("|") for row in rows)]
