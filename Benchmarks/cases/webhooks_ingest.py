"""What an ingest loses to an endpoint that is sent 500 events a second meanwhile, by the same daemon."""

import os
import shutil
import statistics
import time
from pathlib import Path

from harness import colisd, data, webhooks
from harness.bench import Bench
from harness.daemon import Daemon, daemon
from harness.measure import Failed, measure
from harness.report import Report
from harness.server import Address, server

ABOUT = "a million rows over loopback by a daemon that delivers 500 events a second, and by one that delivers none"
ROWS = 5000
RATE = 500
ASKED = 0.9
PATIENCE = 300.0

WITH = "with an endpoint"
WITHOUT = "without"


def run(bench: Bench, report: Report) -> None:
    backlog = sorted(data.tracking_files(40, ROWS).iterdir())
    coming = sorted(data.tracking_files(200, ROWS, seed=2).iterdir())[:bench.size(200, 20)]
    with bench.scratch("webhooks-ingest") as folder, server() as address, webhooks.nginx() as counter:
        kept = folder / "kept"
        kept.mkdir()
        # These events wait for the endpoint when the others come.
        measure([str(bench.colisd), "ingest", "--config", str(colisd.configure(kept)), *map(str, backlog)], kept)
        rates: dict[str, list[float]] = {WITH: [], WITHOUT: []}
        delivered = []
        for number in range(bench.rounds + 1):
            for name, list_of_rates in rates.items():
                rate, deliveries = ingest(bench, folder, address, kept, coming, counter if name == WITH else None)
                word = f"round {number}" if number else "warm-up"
                print(f"  {word}: {name}: {rate:.0f} rows, {deliveries:.0f} deliveries a second", flush=True)
                if number:
                    list_of_rates.append(rate)
                    delivered += [deliveries] if name == WITH else []
    for name, list_of_rates in rates.items():
        report.note(f"{name}: {statistics.median(list_of_rates):.0f} rows a second "
                    f"({min(list_of_rates):.0f}–{max(list_of_rates):.0f})")
    # Of neighbours in time, as the machine is not equally quick all the while.
    ratios = [one / other for one, other in zip(rates[WITH], rates[WITHOUT])]
    report.note(f"{WITH} ÷ {WITHOUT}, round by round: " + ", ".join(f"{ratio:.2f}" for ratio in ratios))
    report.at_least("rows a second with an endpoint ÷ without", ASKED, statistics.median(ratios))
    # What the endpoint gets while rows come in is part of the promise.
    report.at_least("deliveries a second meanwhile", RATE * ASKED, statistics.median(delivered), "")


def ingest(bench: Bench, folder: Path, address: Address, kept: Path, files: list[Path],
           counter: webhooks.Counter | None) -> tuple[float, float]:
    """Rows and deliveries a second, while the files are fetched and stored."""
    own = folder / "run"
    shutil.rmtree(own, ignore_errors=True)
    drop = own / "drop"
    drop.mkdir(parents=True)
    shutil.copyfile(kept / colisd.STORE, own / colisd.STORE)
    config = colisd.configure(own, address, drop, interval="1s", level="debug")
    if counter:
        webhooks.configure(config, counter.port, rate=f"{RATE}/s")
        webhooks.replay(bench, config)
    before = counter.count() if counter else 0
    with daemon(bench.colisd, config) as process:
        process.wait_for_polls(1, 60)
        if counter:
            webhooks.wait_until(lambda: counter.count() >= before + RATE, "the first deliveries", process, 60)
        for file in files:
            os.link(file, drop / f"{file.name}.part")
        for file in files:
            # A backlog has files of these names.
            os.rename(drop / f"{file.name}.part", drop / f"second-{file.name}")
        webhooks.wait_until(lambda: lines_of(process, "file.started"), "the first file", process, 60)
        start, sent = time.monotonic(), counter.count() if counter else 0
        webhooks.wait_until(lambda: lines_of(process, "file.ingested") >= len(files), "all files", process, PATIENCE)
        wall = time.monotonic() - start
        deliveries = (counter.count() - sent) / wall if counter else 0
    seen = colisd.files_in(own / colisd.STORE, "second-%")
    if seen != (len(files), len(files) * ROWS):
        raise Failed(f"files and rows are {seen}, not {(len(files), len(files) * ROWS)}")
    return len(files) * ROWS / wall, deliveries


def lines_of(process: Daemon, event: str) -> int:
    return process.log.read_bytes().count(f'"event":"{event}"'.encode())
