"""Looks at a drop in which nothing is new, and the daemon between them."""

import time
from pathlib import Path

from harness import clients, colisd, data
from harness.bench import Bench
from harness.daemon import daemon
from harness.measure import Contestant, compete, measure, median
from harness.report import Report
from harness.server import Address, far_away, server

ABOUT = "5,000 known files and nothing new; the daemon idle; 100,000 known files"

COLISD = "colisd --drain"
LFTP = "lftp mirror"
RCLONE = "rclone copy"


def run(bench: Bench, report: Report) -> None:
    known = data.tracking_files(bench.size(5000, 500), 200)
    with bench.scratch("idle") as folder, server() as near:
        store = drained(bench, folder, near, known)
        compare(bench, report, folder, near, known, store)
        watch_daemon(bench, report, folder, near, known, store)
        grow_listing(bench, report, folder, near, known, store)


def drained(bench: Bench, folder: Path, address: Address, drop: Path) -> Path:
    """A store that knows all files of the drop."""
    own = folder / f"store-{drop.name}"
    own.mkdir()
    measure(drain(bench, own, address, drop), own)
    return own / colisd.STORE


def drain(bench: Bench, folder: Path, address: Address, drop: Path, store: Path | None = None):
    config = colisd.configure(folder, address, drop, store=store)
    return [str(bench.colisd), "--drain", "--config", str(config)]


def compare(bench: Bench, report: Report, folder: Path, near: Address, drop: Path, store: Path) -> None:
    copy = str(folder / "copy")
    measure(clients.rclone_copy(near, drop, copy), folder)
    with far_away(near, 0.040) as far:
        runs = compete([
            Contestant(COLISD, lambda own: drain(bench, own, far, drop, store)),
            Contestant(LFTP, lambda own: clients.lftp_mirror(far, drop, copy)),
        ], bench.rounds, folder)
    report.contestants(runs, "40 ms")
    report.at_most(f"wall of {COLISD} ÷ {LFTP}, 40 ms", 1.15,
                   median(runs[COLISD], "wall") / median(runs[LFTP], "wall"))
    runs = compete([
        Contestant(COLISD, lambda own: drain(bench, own, near, drop, store)),
        Contestant(RCLONE, lambda own: clients.rclone_copy(near, drop, copy)),
    ], bench.rounds, folder)
    report.contestants(runs, "loopback")
    report.at_most(f"wall of {COLISD} ÷ {RCLONE}, loopback", 1.1,
                   median(runs[COLISD], "wall") / median(runs[RCLONE], "wall"))


def watch_daemon(bench: Bench, report: Report, folder: Path, address: Address, drop: Path,
                 store: Path) -> None:
    """Polls every 5 s to see what one costs, then none for a while to see what waiting costs; the goal
    is the sum for the default of one poll in 60 s."""
    config = colisd.configure(folder, address, drop, interval="5s", level="debug", store=store)
    with daemon(bench.colisd, config) as process:
        process.wait_for_polls(1, 30)
        first, start, cpu = process.polls(), time.monotonic(), process.cpu()
        time.sleep(bench.size(60, 11))
        polls, seconds, cpu = process.polls() - first, time.monotonic() - start, process.cpu() - cpu
        now, peak = process.memory("VmRSS") / 2**20, process.memory("VmHWM") / 2**20
    config = colisd.configure(folder, address, drop, interval="3600s", level="debug", store=store)
    with daemon(bench.colisd, config) as process:
        process.wait_for_polls(1, 30)
        time.sleep(1)
        waited = bench.size(30, 5)
        before = process.cpu()
        time.sleep(waited)
        waiting = (process.cpu() - before) / waited
    poll = (cpu - waiting * seconds) / polls
    report.note(f"daemon: {polls} idle polls in {seconds:.0f} s took {cpu:.3f} s of CPU: "
                f"{poll * 1000:.1f} ms a poll; waiting takes {waiting * 1e6:.0f} µs a second; "
                f"{peak:.1f} MiB at the peak")
    report.at_most("daemon's CPU at one idle poll in 60 s", 0.1, (poll / 60 + waiting) * 100, "%")
    report.at_most("daemon's memory between polls", 25, now, "MiB")


def grow_listing(bench: Bench, report: Report, folder: Path, address: Address, known: Path,
                 store: Path) -> None:
    files = bench.size(100_000, 5000)
    many = data.tracking_files(files, 1)
    large_store = drained(bench, folder, address, many)
    few = measure(drain(bench, folder, address, known, store), folder)
    much = measure(drain(bench, folder, address, many, large_store), folder)
    report.contestants({f"{COLISD}, {files:,} known files": [much]}, "loopback")
    # "Flat" in the goal's words; a tenth is what runs differ by anyway.
    report.at_most(f"peak memory of a poll: {files:,} ÷ {len(list(known.iterdir())):,} known files", 1.1,
                   much.peak / few.peak)
