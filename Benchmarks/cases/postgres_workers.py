"""Two processes that drain one drop into one database, beside one that does all of it."""

import os
import statistics
from pathlib import Path

from harness import colisd, data, postgres
from harness.bench import Bench
from harness.measure import Contestant, Run, compete, median
from harness.report import Report
from harness.server import Address, server

ABOUT = "two files of half a million rows over loopback into PostgreSQL, by one worker and by two"
FILES = 2

ONE = "one worker"
TWO = "two workers"


class ServerTime:
    """What the server computes during each run, by contestant; the warm-up comes first."""

    def __init__(self, database: postgres.Database) -> None:
        self.database = database
        self.seconds: dict[str, list[float]] = {ONE: [], TWO: []}
        self.before = 0.0

    def begin(self) -> None:
        self.before = self.database.cpu()

    def end(self, name: str) -> None:
        self.seconds[name].append(self.database.cpu() - self.before)


def run(bench: Bench, report: Report) -> None:
    rows = bench.size(500_000, 20_000)
    drops = {
        "the files have the same 300,000 parcels, all new": data.tracking_files(FILES, rows, in_flight=300_000),
        "no parcel is in both files": data.files_of_other_parcels(FILES, rows, in_flight=150_000),
    }
    with bench.scratch("postgres-workers") as folder, server() as address, postgres.server() as database:
        for words, drop in drops.items():
            report.note(f"{words}:")
            drain(bench, report, folder, address, drop, rows, database)


def drain(bench: Bench, report: Report, folder: Path, address: Address, drop: Path, rows: int,
          database: postgres.Database) -> None:
    readers: list[int] = []
    taken = ServerTime(database)

    def contestant(name: str, line: str) -> Contestant:
        def command(own: Path) -> str:
            database.empty()
            config = colisd.configure(own, address, drop, url=database.url)
            taken.begin()
            return line.replace("DRAIN", f"'{bench.colisd}' --drain --config '{config}'")

        def drained(own: Path, run: Run) -> None:
            taken.end(name)
            database.require_rows(FILES, FILES * rows)
            if name == TWO:
                readers.append(int(database.ask("SELECT count(DISTINCT reader) FROM file")))

        return Contestant(name, command, after=drained)

    runs = compete([
        contestant(ONE, "DRAIN"),
        contestant(TWO, "DRAIN & other=$!; DRAIN; code=$?; wait $other && exit $code"),
    ], bench.rounds, folder)
    report.contestants(runs)
    for name, list_of_runs in runs.items():
        note_shares(report, name, list_of_runs, taken.seconds[name][1:])
    report.note(f"two workers: both read a file in {readers[1:].count(FILES)} of {len(readers) - 1} runs")
    report.note(f"wall of one worker ÷ two: {median(runs[ONE], 'wall') / median(runs[TWO], 'wall'):.2f}")


def note_shares(report: Report, name: str, runs: list[Run], servers: list[float]) -> None:
    """What the processes of PostgreSQL and of colisd took of the CPU, and how busy the machine was; OpenSSH is not in it."""
    server, own, wall = statistics.median(servers), median(runs, "cpu"), median(runs, "wall")
    cores = os.cpu_count() or 1
    report.note(f"{name}: CPU of PostgreSQL {server:.2f} s, of colisd {own:.2f} s: {server / (server + own):.0%} is the "
                f"server's; both keep {(server + own) / wall:.2f} of {cores} cores busy")
