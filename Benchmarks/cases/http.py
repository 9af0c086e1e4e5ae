"""Pages, API and metrics for 16 readers, at rest and while a million rows come in; and what HTTP costs in memory."""

import json
import os
import shutil
import subprocess
import time
import urllib.request
from pathlib import Path

from cases import growth
from harness import colisd, data, tools
from harness.bench import Bench
from harness.daemon import Daemon, daemon
from harness.measure import Failed
from harness.report import Report
from harness.server import Address, free_port, server

ABOUT = "16 readers of pages and API during a drain of a million rows; memory with and without http"
READERS = 16
# What a person would notice is a page that takes longer.
LONGEST = 50
# So many parcels are asked for in turn.
PARCELS = 200


def run(bench: Bench, report: Report) -> None:
    known = data.tracking_files(bench.size(200, 10), 5000)
    coming = data.tracking_files(bench.size(200, 40), 5000, seed=2)
    with bench.scratch("http") as folder, server() as address:
        drop = folder / "drop"
        shutil.copytree(known, drop)
        idle_memory(bench, report, folder, address, drop)
        readers(bench, report, folder, address, drop, coming)
        scrape(bench, report, folder)


def serve(folder: Path, address: Address | None, drop: Path | None, port: int | None, **more) -> Path:
    """The configuration; without a port it has no `http`."""
    config = colisd.configure(folder, address, drop, level="debug", **more)
    if port:
        with config.open("a") as file:
            file.write(f"http: {{ listen: [\"unix:{folder / 'http.sock'}\", \"127.0.0.1:{port}\"] }}\n")
    return config


def get(port: int, path: str, accept: str = "*/*") -> bytes:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read()


def idle_memory(bench: Bench, report: Report, folder: Path, address: Address, drop: Path) -> None:
    """Between polls that find nothing, once all is drained."""
    for port, limit in ((None, 25), (free_port(), 45)):
        with daemon(bench.colisd, serve(folder, address, drop, port, interval="2s")) as process:
            process.wait_for_polls(1, 300)
            if port:
                for path in ("/", "/parcels", "/contracts", "/metrics", "/api/v1/status"):
                    get(port, path)
            process.wait_for_polls(process.polls() + 3, 60)
            words = "with http, after some pages" if port else "without http"
            report.at_most(f"daemon's memory between polls, {words}", limit,
                           process.memory("VmRSS") / 2**20, "MiB")


def questions(folder: Path) -> Path:
    """Each page and path, with the parcels, orders and postcodes of the store in turn."""
    numbers = colisd.some_parcels(folder / colisd.STORE, PARCELS)
    others = [
        "overview /", "parcels /parcels", "parcels-open /parcels?open=1", "parcels-stuck /parcels?stuck=48h",
        "contracts /contracts", "files /files", "held /held", "rejects /rejects", "unmapped /unmapped",
        "webhooks /webhooks",
        "healthz /healthz", "readyz /readyz", "metrics /metrics",
        "api-parcels /api/v1/parcels", "api-status /api/v1/status", "api-contracts /api/v1/contracts",
        "api-files /api/v1/files?limit=100", "api-events /api/v1/events?limit=100", "api-held /api/v1/held",
    ]
    lines = []
    for index in range(PARCELS):
        lines.append(f"parcel /parcels/{numbers[index % len(numbers)]}")
        lines.append(f"api-parcel /api/v1/parcels/{numbers[-1 - index % len(numbers)]}")
        lines.append(others[index % len(others)])
    path = folder / "paths"
    path.write_text("\n".join(lines) + "\n")
    return path


def load(port: int, paths: Path, seconds: float, pause: float) -> subprocess.Popen:
    words = [tools.yardstick("httpload"), str(port), str(READERS), str(seconds), str(pause), str(paths)]
    return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)


def figures_of(process: subprocess.Popen) -> dict:
    output, _ = process.communicate()
    if process.returncode != 0:
        raise Failed(f"httpload ended with {process.returncode}")
    return json.loads(output)


def readers(bench: Bench, report: Report, folder: Path, address: Address, drop: Path, coming: Path) -> None:
    port = free_port()
    # A drain has to end within three intervals, or /readyz says that no poll succeeded for so long.
    with daemon(bench.colisd, serve(folder, address, drop, port, interval="10s")) as process:
        process.wait_for_polls(1, 60)
        paths = questions(folder)
        seconds = bench.size(20, 3)
        show(report, "at rest, without pauses", figures_of(load(port, paths, seconds, 0)), None)
        # As persons and programs ask: each ten times a second.
        files = sorted(coming.iterdir())
        half = len(files) // 2
        for part, pause, words in ((files[:half], 100, "10 requests a second each"),
                                   (files[half:], 0, "without pauses")):
            figures = during_drain(process, port, paths, drop, part, pause)
            show(report, f"during a drain, {words}", figures, LONGEST)
        report.note(f"daemon's memory: {process.memory('VmHWM') / 2**20:.1f} MiB at the peak of drain and readers")


def during_drain(process: Daemon, port: int, paths: Path, drop: Path, files: list[Path], pause: float) -> dict:
    """The figures of the time in which these files were read."""
    before = json.loads(get(port, "/api/v1/status"))["files"]["ingested"]
    for file in files:
        os.link(file, drop / f"{file.name}.part")
    for file in files:
        os.rename(drop / f"{file.name}.part", drop / f"second-{file.name}")
    while json.loads(get(port, "/api/v1/status"))["files"]["ingested"] == before:
        if process.process.poll() is not None:
            raise Failed(f"the daemon ended: {process.log.read_text()[-2000:]}")
        time.sleep(0.02)
    readers = load(port, paths, 3_600, pause)
    try:
        wanted = before + len(files)
        while json.loads(get(port, "/api/v1/status"))["files"]["ingested"] < wanted:
            if process.process.poll() is not None:
                raise Failed(f"the daemon ended: {process.log.read_text()[-2000:]}")
            time.sleep(0.1)
        # It prints what it has when it is asked to end.
        readers.terminate()
        return figures_of(readers)
    finally:
        readers.kill()


def show(report: Report, words: str, figures: dict, longest: float | None) -> None:
    report.note(f"{READERS} readers {words}: {figures['requests']} answers, {figures['per_second']:.0f} a second, "
                f"{figures['failures']} failures")
    for name, path in figures["paths"].items():
        report.note(f"  {name}: p50 {path['p50_ms']:.1f} ms, p99 {path['p99_ms']:.1f} ms, at most "
                    f"{path['max_ms']:.1f} ms; {path['bytes']} bytes")
    if longest:
        pages = {name: path for name, path in figures["paths"].items() if path["count"]}
        slowest = max(pages, key=lambda name: pages[name]["p99_ms"])
        report.at_most(f"p99 of the slowest path ({slowest}), {words}", longest, pages[slowest]["p99_ms"], "ms")
    report.at_most(f"answers that are no 200, {words}", 0, figures["failures"], "")


def scrape(bench: Bench, report: Report, folder: Path) -> None:
    """Of the store of `growth`, where there is one: 20 million events."""
    large = growth.finished_store(bench)
    if not large.exists():
        report.note("a scrape of 20 million events: run the case growth first")
        return
    own = folder / "large"
    own.mkdir()
    shutil.copyfile(large, own / colisd.STORE)
    (own / "drop").mkdir()
    with server() as address:
        port = free_port()
        with daemon(bench.colisd, serve(own, address, own / "drop", port, interval="3600s")) as process:
            process.wait_for_polls(1, 60)
            paths = own / "paths"
            paths.write_text("metrics /metrics\n")
            words = [tools.yardstick("httpload"), str(port), "1", "5", "20", str(paths)]
            before = process.cpu()
            figures = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
            cpu = (process.cpu() - before) / max(1, figures["requests"]) * 1000
    metrics = figures["paths"]["metrics"]
    report.note(f"a scrape takes {cpu:.2f} ms of CPU, p99 {metrics['p99_ms']:.1f} ms, {metrics['bytes']} bytes")
    report.at_most("a scrape of a large store, median", 5, metrics["p50_ms"], "ms")
