"""Timelines by the daemon's socket from the store of `postgres-growth`: at rest, and while a million rows come in."""

import json
import subprocess
import time
from pathlib import Path

from cases import growth, postgres_growth
from harness import colisd, postgres, tools
from harness.bench import Bench
from harness.daemon import daemon
from harness.measure import Failed, stop_group
from harness.report import Report
from harness.server import server

ABOUT = "timelines by the daemon's socket from PostgreSQL, at rest and while a million rows are ingested"
# So many parcels are asked for in turn, by one reader, at most one in so many milliseconds.
PARCELS = 4000
PAUSE = 2


def run(bench: Bench, report: Report) -> None:
    with bench.scratch("postgres-reads") as folder:
        kept = postgres_growth.finished_store(bench)
        if not kept.exists():
            postgres_growth.fill(bench, report, folder)
        with server() as address, postgres.server(begin=kept) as database:
            drop = folder / "drop"
            drop.mkdir()
            # The only poll is the first one; it finds nothing.
            config = colisd.configure(folder, address, drop, interval="3600s", level="debug", url=database.url)
            socket = folder / "http.sock"
            with config.open("a") as file:
                file.write(f"http: {{ listen: \"unix:{socket}\" }}\n")
            paths = folder / "paths"
            paths.write_text("".join(
                f"parcel /api/v1/parcels/{number}\n" for number in database.some_parcels(PARCELS)))
            with daemon(bench.colisd, config) as process:
                process.wait_for_polls(1, 60)
                # What a store in use has in memory.
                figures_of(load(socket, paths, bench.size(10, 1)))
                at_rest = figures_of(load(socket, paths, bench.size(20, 1)))
                busy = while_ingesting(bench, folder, config, socket, paths)
    for words, figures in (("at rest", at_rest), ("while rows come in", busy)):
        report.note(f"{words}: {figures['count']} answers, p50 {figures['p50_ms']:.2f} ms, p99 "
                    f"{figures['p99_ms']:.2f} ms, at most {figures['max_ms']:.1f} ms")
    report.at_most("timeline at rest, p50", 1, at_rest["p50_ms"], "ms")
    report.at_most("timeline while rows come in, p50", 1, busy["p50_ms"], "ms")


def load(socket: Path, paths: Path, seconds: float) -> subprocess.Popen:
    words = [tools.yardstick("httpload"), str(socket), "1", str(seconds), str(PAUSE), str(paths)]
    return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)


def figures_of(process: subprocess.Popen) -> dict:
    output, _ = process.communicate()
    if process.returncode != 0:
        raise Failed(f"httpload ended with {process.returncode}")
    figures = json.loads(output)
    if figures["failures"]:
        raise Failed(f"{figures['failures']} answers are no 200")
    return figures["paths"]["parcel"]


def while_ingesting(bench: Bench, folder: Path, config: Path, socket: Path, paths: Path) -> dict:
    """The figures from the first commit to the last one."""
    log = folder / "ingest.log"
    files = [str(path) for path in growth.files(bench)[-growth.FILES:]]
    with log.open("wb") as output:
        ingest = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", str(bench.colisd), "ingest", "--config", str(config), *files],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)
    reader = None
    try:
        while ingest.poll() is None:
            if not reader and "file.ingested" in log.read_text():
                reader = load(socket, paths, 3600)
            time.sleep(0.02)
        if ingest.returncode != 0:
            raise Failed(f"colisd ingest ended with {ingest.returncode}: {log.read_text()[-2000:]}")
        if not reader:
            raise Failed("the rows were ingested before the first look-ups were done")
        # It prints what it has when it is asked to end.
        reader.terminate()
        return figures_of(reader)
    finally:
        stop_group(ingest)
        if reader:
            reader.kill()
