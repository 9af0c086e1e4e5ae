"""Deliveries of all events of a store to a receiver that does nothing with them."""

import time
from dataclasses import replace
from pathlib import Path

from harness import colisd, data, webhooks
from harness.bench import Bench
from harness.daemon import daemon
from harness.measure import Failed, Run, measure, median
from harness.report import Report
from harness.server import Address, server

ABOUT = "200,000 events to a receiver on loopback, eight connections that are kept"
ROWS = 5000
BODIES = 2000
ASKED = 5000
PATIENCE = 300.0

COLISD = "colisd, webhooks"
LIBCURL = "C program, libcurl"
WRK = "wrk"


def run(bench: Bench, report: Report) -> None:
    with bench.scratch("webhooks") as folder, server() as address:
        measured(bench, report, folder, address)


def measured(bench: Bench, report: Report, folder: Path, address: Address, url: str | None = None) -> None:
    """`url`: of the store; without it is an SQLite file in the folder."""
    (folder / "drop").mkdir()
    files = sorted(data.tracking_files(40, ROWS).iterdir())[:bench.size(40, 4)]
    config = configured(folder, address, url)
    measure([str(bench.colisd), "ingest", "--config", str(config), *map(str, files)], folder)
    bodies = some_bodies(bench, folder, address, url)
    runs: dict[str, list[Run]] = {COLISD: [], LIBCURL: [], WRK: []}
    with webhooks.nginx() as counter:
        config = configured(folder, address, url, counter.port)
        for number in range(1, bench.rounds + 1):
            delivered, count = delivery(bench, config, counter)
            runs[COLISD].append(delivered)
            runs[LIBCURL].append(posted(bodies, counter.port, count, folder))
            runs[WRK].append(fired(bodies, counter.port, count, bench.size(5, 1), folder))
            for name, list_of_runs in runs.items():
                wall = list_of_runs[-1].wall
                print(f"  round {number}: {name}: {wall:.3f} s, {count / wall:.0f} a second", flush=True)
    where = f"{count:,} requests"
    report.contestants(runs, where)
    report.note("CPU of a delivery: " + ", ".join(
        f"{name} {median(list_of_runs, 'cpu') / count * 1e6:.0f} µs" for name, list_of_runs in runs.items()))
    for name in (LIBCURL, WRK):
        report.note(f"rate of colisd ÷ {name}: {median(runs[name], 'wall') / median(runs[COLISD], 'wall'):.3f}")
    report.at_least(f"deliveries a second, {webhooks.CONCURRENCY} at once", ASKED,
                    count / median(runs[COLISD], "wall"), "")


def configured(folder: Path, address: Address, url: str | None, port: int | None = None) -> Path:
    # The only poll is the first one; it finds nothing.
    config = colisd.configure(folder, address, folder / "drop", interval="3600s", level="debug", url=url)
    if port:
        webhooks.configure(config, port)
    return config


def some_bodies(bench: Bench, folder: Path, address: Address, url: str | None) -> Path:
    """As they come, for the others to send; it is the warm-up, too."""
    bodies = folder / "bodies"
    with webhooks.receiver(folder) as notes:
        config = configured(folder, address, url, notes.port)
        webhooks.replay(bench, config)
        with daemon(bench.colisd, config) as process:
            webhooks.wait_until(lambda: notes.count() >= BODIES, f"{BODIES} deliveries", process, PATIENCE, 0.05)
        lines = [arrival.body for arrival in notes.arrivals()[:BODIES]]
    bodies.write_text("".join(f"{line}\n" for line in lines))
    return bodies


def delivery(bench: Bench, config: Path, counter: webhooks.Counter) -> tuple[Run, int]:
    """All entries of the store, from the first that comes to the last one, and how many these are."""
    webhooks.replay(bench, config)
    count = webhooks.state(bench, config)["last_seq"]
    before = counter.count()
    with daemon(bench.colisd, config) as process:
        webhooks.wait_until(lambda: counter.count() > before, "the first delivery", process, 60, 0.001)
        first, start, cpu = counter.count() - before, time.monotonic(), process.cpu()
        webhooks.wait_until(lambda: counter.count() >= before + count, "all deliveries", process, PATIENCE, 0.05)
        wall, cpu = time.monotonic() - start, process.cpu() - cpu
        peak = process.memory("VmHWM")
    if (position := webhooks.state(bench, config)["position"]) != count:
        raise Failed(f"{count} entries were delivered, and the endpoint's position is {position}")
    if (again := counter.count() - before - count) > 0:
        raise Failed(f"{again} of {count} entries came more than once")
    scale = count / (count - first)
    return Run(wall * scale, cpu * scale, peak, 0, ""), count


def posted(bodies: Path, port: int, count: int, folder: Path) -> Run:
    run = measure(webhooks.posts(bodies, port, count), folder)
    figures = run.figures()
    refuse_failures(LIBCURL, figures)
    return replace(run, wall=figures["wall"], cpu=figures["cpu"])


def fired(bodies: Path, port: int, count: int, seconds: int, folder: Path) -> Run:
    """wrk goes by time; its figures are scaled to as many requests."""
    run = measure(webhooks.wrk(bodies, port, seconds), folder)
    figures = run.figures()
    refuse_failures(WRK, figures)
    return replace(run, wall=figures["wall"] * count / figures["requests"], cpu=run.cpu * count / figures["requests"])


def refuse_failures(name: str, figures: dict) -> None:
    if figures["failures"] or not figures["requests"]:
        raise Failed(f"{name}: {figures['failures']} failures, {figures['requests']} requests")
