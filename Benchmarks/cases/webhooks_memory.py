"""The memory of a daemon for whose endpoint a million entries wait."""

import time
from pathlib import Path

from harness import colisd, data, webhooks
from harness.bench import Bench
from harness.daemon import Daemon, daemon
from harness.measure import measure
from harness.report import Report
from harness.server import Address, free_port, server

ABOUT = "a million entries wait for a receiver that is down, slow, quick, or refuses every fourth one"
ROWS = 5000
ASKED = 64
# How long the slow receiver takes for an answer: milliseconds.
SLOW = 200
# After a failure the first try is due in about so many seconds.
STEP = 5


def run(bench: Bench, report: Report) -> None:
    # About 2 % of the rows are repeats.
    files = sorted(data.tracking_files(200, ROWS).iterdir()) + sorted(data.tracking_files(200, ROWS, seed=2).iterdir())
    files = files[:bench.size(210, 21)]
    with bench.scratch("webhooks-memory") as folder, server() as address:
        (folder / "drop").mkdir()
        measure([str(bench.colisd), "ingest", "--config", str(colisd.configure(folder)), *map(str, files)], folder)
        down_then_slow(bench, report, folder, address)
        answering(bench, report, folder, address, "quick", 0)
        # Each of these becomes an open delivery, up to as many as there may be.
        answering(bench, report, folder, address, "refusing", 4)


def configured(bench: Bench, folder: Path, address: Address, port: int) -> Path:
    # The only poll is the first one; it finds nothing.
    config = colisd.configure(folder, address, folder / "drop", interval="3600s", level="debug")
    webhooks.configure(config, port)
    webhooks.replay(bench, config)
    return config


def down_then_slow(bench: Bench, report: Report, folder: Path, address: Address) -> None:
    port = free_port()
    config = configured(bench, folder, address, port)
    report.note(f"{webhooks.state(bench, config)['behind']:,} entries wait")
    with daemon(bench.colisd, config) as process:
        webhooks.wait_until(lambda: b'"event":"webhook.failed"' in process.log.read_bytes(), "an outage", process, 30)
        # It is back before the first try of the outage: the one after that is five minutes later.
        time.sleep(STEP * 0.7)
        tell(report, process, "down")
        with webhooks.receiver(folder, port, pause=SLOW) as notes:
            webhooks.wait_until(lambda: notes.count() > webhooks.CONCURRENCY, "the first deliveries", process, 30)
            time.sleep(bench.size(30, 3))
            report.note(f"slow: {notes.count()} deliveries")
            tell(report, process, "slow")


def answering(bench: Bench, report: Report, folder: Path, address: Address, words: str, refused: int) -> None:
    with webhooks.receiver(folder, refused=refused) as notes:
        config = configured(bench, folder, address, notes.port)
        with daemon(bench.colisd, config) as process:
            webhooks.wait_until(lambda: notes.count() > 0, "the first delivery", process, 30)
            time.sleep(bench.size(15, 3))
            report.note(f"{words}: {notes.count()} requests")
            tell(report, process, words)
        state = webhooks.state(bench, config)
        report.note(f"{words}: afterwards {state['behind']:,} entries behind, {state['waiting']:,} open deliveries")


def tell(report: Report, process: Daemon, words: str) -> None:
    report.at_most(f"daemon's memory at its peak, receiver {words}", ASKED, process.memory("VmHWM") / 2**20, "MiB")
