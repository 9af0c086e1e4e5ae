"""How long after the commit of an event it arrives at an endpoint."""

import os
import random
import shutil
import sqlite3
import statistics
import threading
import time
from bisect import bisect_left
from collections.abc import Callable
from pathlib import Path

from harness import colisd, data, webhooks
from harness.bench import Bench
from harness.daemon import daemon
from harness.measure import measure
from harness.report import Report
from harness.server import Address, server

ABOUT = "from the commit of an event to its arrival at an endpoint on loopback; small files, one after the other"
INTERVAL = 1.0
ASKED = 100
PATIENCE = 30.0
# Of a commit with its highest `seq`: when it was, in seconds since 1970.
Commits = list[tuple[int, float]]


class Watch:
    """Notes when entries can be read from an SQLite file: a millisecond late at most."""

    def __init__(self, store: Path) -> None:
        self.store = store
        self.seen: Commits = []
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self.look, daemon=True)
        self.thread.start()

    def look(self) -> None:
        store = sqlite3.connect(f"file:{self.store}?mode=ro", uri=True)
        while not self.is_over.wait(0.001):
            seq = store.execute("SELECT sequence FROM store").fetchone()[0]
            if not self.seen or self.seen[-1][0] != seq:
                self.seen.append((seq, time.time()))
        store.close()

    def last_seq(self) -> int:
        return self.seen[-1][0] if self.seen else 0

    def commits(self) -> Commits:
        self.is_over.set()
        self.thread.join()
        return self.seen


def run(bench: Bench, report: Report) -> None:
    with bench.scratch("webhooks-latency") as folder, server() as address:
        # The daemon makes it; it is made before, so that it can be watched from the beginning.
        first_file_in(bench, colisd.configure(folder))
        watch = Watch(folder / colisd.STORE)
        measured(bench, report, folder, address, watch.last_seq, watch.commits)


def first_file_in(bench: Bench, config: Path) -> None:
    """An endpoint begins behind what the store has then."""
    file = data.first_file(data.tracking_files(20, 50))
    measure([str(bench.colisd), "ingest", "--config", str(config), str(file)], config.parent)


def measured(bench: Bench, report: Report, folder: Path, address: Address, last_seq: Callable[[], int],
             commits: Callable[[], Commits], url: str | None = None) -> None:
    files = sorted(data.tracking_files(20, 50).iterdir())[1:bench.size(20, 5)]
    drop = folder / "drop"
    drop.mkdir(exist_ok=True)
    # Commits shall come at all moments between two looks of whoever follows them.
    pauses = random.Random(1)
    config = colisd.configure(folder, address, drop, interval="1s", level="debug", url=url)
    with webhooks.receiver(folder) as notes:
        webhooks.configure(config, notes.port)
        with daemon(bench.colisd, config) as process:
            process.wait_for_polls(2, PATIENCE)
            begin = last_seq()
            for file in files:
                time.sleep(pauses.uniform(0.2, 0.2 + INTERVAL))
                known = last_seq()
                unfinished = drop / f"{file.name}.part"
                shutil.copyfile(file, unfinished)
                os.rename(unfinished, drop / file.name)
                webhooks.wait_until(lambda: last_seq() > known, f"{file.name} in the store", process, PATIENCE, 0.1)
                webhooks.wait_until(lambda: notes.count() >= last_seq() - begin, f"the events of {file.name}",
                                    process, PATIENCE, 0.1)
        arrivals = notes.arrivals()
    tell(report, begin, commits(), {arrival.seq: arrival.seconds for arrival in reversed(arrivals)})


def tell(report: Report, begin: int, commits: Commits, arrivals: dict[int, float]) -> None:
    ends = [seq for seq, _ in commits]
    ages, firsts = [], []
    for seq in range(begin + 1, ends[-1] + 1):
        place = bisect_left(ends, seq)
        ages.append((arrivals[seq] - commits[place][1]) * 1000)
        if place > 0 and seq == ends[place - 1] + 1:
            firsts.append(ages[-1])
    for words, milliseconds in (("events", sorted(ages)), ("first events of a commit", sorted(firsts))):
        report.note(f"{len(milliseconds)} {words}: {milliseconds[0]:.1f} to {milliseconds[-1]:.1f} ms, "
                    f"median {statistics.median(milliseconds):.1f} ms, "
                    f"p95 {milliseconds[(len(milliseconds) * 95 - 1) // 100]:.1f} ms")
    report.at_most("median from the commit of an event to its arrival", ASKED, statistics.median(ages), "ms")
