"""Timelines read from the store of the case `growth`: at rest, while rows come in, and cold."""

import itertools
import os
import shutil
import statistics
import subprocess
from pathlib import Path

from cases import growth
from harness import colisd
from harness.bench import Bench, Skipped
from harness.measure import Contestant, Failed, compete, measure, median, stop_group
from harness.report import Report

ABOUT = "timelines of single parcels, at rest and while a million rows are ingested"

COLD = "colisd parcel, file not in the page cache"


def run(bench: Bench, report: Report) -> None:
    with bench.scratch("reads") as folder:
        if not growth.finished_store(bench).exists():
            growth.fill(bench, folder)
        store = folder / colisd.STORE
        shutil.copyfile(growth.finished_store(bench), store)
        os.sync()
        look_up_cold(bench, report, folder, store)
        try:
            look_up_in_process(bench, report, folder, store)
        except Skipped as reason:
            report.note(f"colisd-bench timelines: {reason}")


def look_up_cold(bench: Bench, report: Report, folder: Path, store: Path) -> None:
    numbers = itertools.cycle(colisd.some_parcels(store, 40))
    config = colisd.configure(folder)

    def command(own: Path) -> list[str]:
        drop_from_cache(store)
        return [str(bench.colisd), "parcel", next(numbers), "--config", str(config)]

    runs = compete([Contestant(COLD, command)], bench.rounds * 4, folder)
    report.contestants(runs)
    report.at_most(f"wall of {COLD}", 30, median(runs[COLD], "wall") * 1000, "ms")


def drop_from_cache(path: Path) -> None:
    with path.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def look_up_in_process(bench: Bench, report: Report, folder: Path, store: Path) -> None:
    seeds = itertools.count(1)
    count = bench.size(20_000, 2000)

    def look_up() -> dict:
        words = [str(bench.in_process()), "timelines", str(store), "--count", str(count)]
        return measure([*words, "--seed", str(next(seeds))], folder).figures()

    # At rest means that nobody writes; the file is in the page cache, as a store in use is.
    with store.open("rb") as file:
        while file.read(1 << 20):
            pass
    look_up()
    at_rest = [look_up() for _ in range(bench.rounds)]
    during = []
    files = [str(path) for path in growth.files(bench)[-growth.FILES:]]
    words = ["setpriv", "--pdeathsig", "TERM", str(bench.colisd), "ingest", "--config",
             str(folder / "colisd.yaml"), *files]
    with open(folder / "ingest.log", "wb") as log:
        ingest = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                  start_new_session=True)
        try:
            while True:
                figures = look_up()
                if ingest.poll() is not None:
                    break
                during.append(figures)
        finally:
            stop_group(ingest)
    if ingest.returncode != 0:
        raise Failed(f"colisd ingest ended with {ingest.returncode}: {(folder / 'ingest.log').read_text()}")
    if not during:
        raise Failed("the rows were ingested before the first look-ups were done")
    p50, p99 = (statistics.median(run[key] for run in at_rest) for key in ("p50_us", "p99_us"))
    busy_p50, busy_p99 = (statistics.median(run[key] for run in during) for key in ("p50_us", "p99_us"))
    report.note(f"at rest p50 {p50:.0f} µs, p99 {p99:.0f} µs; while rows come in p50 {busy_p50:.0f} µs, "
                f"p99 {busy_p99:.0f} µs")
    report.at_most("timeline at rest, p50", 150, p50, "µs")
    report.at_most("p99 while rows come in ÷ at rest", 4, busy_p99 / p99)
