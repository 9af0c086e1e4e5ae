"""How long after a file appeared on the server its rows are in the store."""

import os
import random
import shutil
import sqlite3
import statistics
import time
from pathlib import Path

from harness import colisd, data
from harness.bench import Bench
from harness.daemon import daemon
from harness.measure import Failed
from harness.report import Report
from harness.server import server

ABOUT = "a file renamed into the drop, until it is in the store; daemon with an interval of 1 s"
INTERVAL = 1.0
PATIENCE = 20.0


def run(bench: Bench, report: Report) -> None:
    files = sorted(data.tracking_files(20, 50).iterdir())[:bench.size(20, 5)]
    # Files shall come at all moments between two polls.
    pauses = random.Random(1)
    with bench.scratch("freshness") as folder, server() as address:
        drop = folder / "drop"
        drop.mkdir()
        config = colisd.configure(folder, address, drop, interval="1s", level="debug")
        with daemon(bench.colisd, config) as process:
            process.wait_for_polls(2, PATIENCE)
            store = sqlite3.connect(f"file:{folder / colisd.STORE}?mode=ro", uri=True)
            ages = []
            for file in files:
                time.sleep(pauses.uniform(0.2, 0.2 + INTERVAL))
                ages.append(age_when_stored(store, file, drop))
            store.close()
    report.note(f"{len(ages)} files: {min(ages):.3f} to {max(ages):.3f} s")
    report.at_most("median time until a file is stored (interval + 200 ms)", INTERVAL + 0.2,
                   statistics.median(ages), "s")


def age_when_stored(store: sqlite3.Connection, file: Path, drop: Path) -> float:
    unfinished = drop / f"{file.name}.part"
    shutil.copyfile(file, unfinished)
    os.rename(unfinished, drop / file.name)
    start = time.monotonic()
    while time.monotonic() - start < PATIENCE:
        query = "SELECT count(*) FROM file WHERE path LIKE ? AND state = 'ingested'"
        if store.execute(query, [f"%{file.name}"]).fetchone()[0]:
            return time.monotonic() - start
        time.sleep(0.002)
    raise Failed(f"{file.name} was not stored within {PATIENCE} s")
