"""Old events of the store of the case `growth` go: how long a tenth of them takes, and what is given back."""

import json
import shutil
import sqlite3
import sys
import time
from pathlib import Path

from cases import growth
from harness import colisd
from harness.bench import Bench
from harness.measure import Failed, measure, median
from harness.report import Report

ABOUT = "a tenth of the events go, as they are older than they are kept"

PRUNE = "colisd prune"
BY_HAND = "DELETE by hand"
DAY = 86_400

# What an operator would type; the counts are kept by the table's trigger.
DELETE = """
import sqlite3, sys
store = sqlite3.connect(sys.argv[1], isolation_level=None)
store.execute("PRAGMA synchronous = FULL")
store.execute("DELETE FROM event WHERE time < ?", (int(sys.argv[2]),))
store.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
"""


def run(bench: Bench, report: Report) -> None:
    with bench.scratch("prune") as folder:
        if not growth.finished_store(bench).exists():
            growth.fill(bench, folder)
        original = growth.finished_store(bench)
        oldest, share = tenth(original)
        report.note(f"events of before {time.strftime('%Y-%m-%d', time.gmtime(oldest))}: {share:.1%} of all")
        store = folder / colisd.STORE
        runs = {PRUNE: [], BY_HAND: []}
        for _ in range(bench.rounds):
            fresh(original, store)
            days = int(time.time() - oldest) // DAY
            config = colisd.configure(folder, retention=f"{days}d")
            before = store.stat().st_size
            runs[PRUNE].append(
                measure([str(bench.colisd), "prune", "--json", "--config", str(config)], folder))
            after = store.stat().st_size
            fresh(original, store)
            runs[BY_HAND].append(
                measure([sys.executable, "-c", DELETE, str(store), str(oldest)], folder))
        report.contestants(runs)
        said = json.loads(runs[PRUNE][-1].output)
        if said["events"] == 0:
            raise Failed("nothing was pruned")
        rate = said["events"] / median(runs[PRUNE], "wall")
        report.note(
            f"{said['events']} events and {said['parcels']} parcels went, {rate:.0f} events per second; the store had "
            f"{before / 2**20:.0f} MiB, and has {after / 2**20:.0f} MiB")


def fresh(original: Path, store: Path) -> None:
    for suffix in ("-wal", "-shm"):
        Path(f"{store}{suffix}").unlink(missing_ok=True)
    shutil.copyfile(original, store)


def tenth(store: Path) -> tuple[int, float]:
    """The midnight before which about a tenth of the events happened, and the share of them."""
    connection = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    try:
        days = connection.execute(
            f"SELECT time / {DAY}, count(*) FROM event WHERE kind & 3 <> 2 GROUP BY 1 ORDER BY 1").fetchall()
    finally:
        connection.close()
    events, gone = sum(count for _, count in days), 0
    for day, count in days:
        gone += count
        if gone * 10 >= events:
            return (day + 1) * DAY, gone / events
    raise Failed("the store has no events")
