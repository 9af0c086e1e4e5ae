"""How a store holds out as it grows: the time that each further million rows takes."""

import json
import os
import shutil
import statistics
import subprocess
import time
from pathlib import Path

from harness import clients, colisd, data
from harness.bench import FOLDER, Bench
from harness.measure import Failed, Run, measure
from harness.report import Report

ABOUT = "20 million rows, a million after the other, with 300,000 parcels in flight"
ROWS = 20_000
FILES = 1_000_000 // ROWS  # of a million rows
# The hash index is slow; it goes as far as this many millions, or seconds.
HASH_MILLIONS = 10
HASH_LIMIT = 900

COLISD = "colisd ingest"
DICTS = "C store, dictionaries"
HASH = "C store, hash index"


def millions(bench: Bench) -> int:
    return bench.millions or bench.size(20, 3)


def files(bench: Bench) -> list[Path]:
    """Those of all millions, and of one more that the case `reads` adds."""
    folder = data.tracking_files((millions(bench) + 1) * FILES, ROWS, in_flight=300_000)
    return sorted(folder.iterdir())


def finished_store(bench: Bench) -> Path:
    """What colisd made of all millions; kept, for the case `reads` needs it too."""
    return FOLDER / "stores" / f"growth-{millions(bench)}M.db"


def ingest(bench: Bench, config: Path) -> tuple[list[float], Run]:
    """Stores all millions in one process; tells what each one took, and all of it."""
    paths = [str(path) for path in files(bench)[:millions(bench) * FILES]]
    started = last = time.monotonic()
    process = subprocess.Popen(
        [str(bench.colisd), "ingest", "--config", str(config), *paths], cwd=config.parent, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    walls, done, end = [], 0, ""
    try:
        for line in process.stderr:
            end = line
            done += '"event":"file.ingested"' in line
            if done == FILES * (len(walls) + 1):
                walls.append(time.monotonic() - last)
                last = time.monotonic()
                print(f"  {COLISD}: {len(walls)}: {walls[-1]:.2f} s", flush=True)
        _, status, usage = os.wait4(process.pid, 0)
    except BaseException:
        process.kill()
        raise
    if status != 0:
        raise Failed(f"colisd ingest ended with {os.waitstatus_to_exitcode(status)}: {end}")
    wall = time.monotonic() - started
    return walls, Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, status, "")


def fill(bench: Bench, folder: Path) -> tuple[list[float], Run]:
    """Makes the store anew."""
    walls, whole = ingest(bench, colisd.configure(folder))
    store = folder / colisd.STORE
    count = millions(bench) * FILES
    colisd.require_rows(store, count, count * ROWS)
    target = finished_store(bench)
    target.parent.mkdir(exist_ok=True)
    shutil.move(store, target)
    return walls, whole


def run(bench: Bench, report: Report) -> None:
    last = millions(bench)
    tenth = min(HASH_MILLIONS, last)
    finished_store(bench).unlink(missing_ok=True)
    with bench.scratch("growth") as folder:
        walls, whole = {}, {}
        walls[COLISD], own = fill(bench, folder)
        whole[COLISD] = [own]
        for name, schema, count, limit in ((DICTS, "dicts", last, None), (HASH, "hash", tenth, HASH_LIMIT)):
            command = clients.store_yardstick(schema, f"{schema}.db", str(files(bench)[0].parent))
            run = measure(f"{command} --files {count * FILES}", folder, limit=limit)
            walls[name], whole[name] = walls_of(run), [run]
    report.contestants(whole)
    for name, list_of_walls in walls.items():
        note_rates(report, name, list_of_walls)
    compared = min(tenth, len(walls[HASH]))
    if compared == 0:
        raise Failed(f"{HASH} did not store a million rows within {HASH_LIMIT} s")
    report.at_least(f"rate of colisd ÷ {HASH}, millions up to {compared}", 3,
                    rate(walls[COLISD], compared) / rate(walls[HASH], compared))
    report.at_most("colisd's whole store", 54, colisd.bytes_per_event(finished_store(bench)),
                   "bytes an event")
    early = max(last // 4, 1)
    report.at_least(f"rate of colisd, millions up to {last} ÷ up to {early}", 0.75,
                    rate(walls[COLISD], last) / rate(walls[COLISD], early))


def note_rates(report: Report, name: str, walls: list[float]) -> None:
    rates = ", ".join(f"{1000 / wall:.0f}" for wall in walls)
    report.note(f"{name}: thousand rows a second, million by million: {rates}")


def walls_of(run: Run) -> list[float]:
    """Of each million that is complete; a run that was ended may have an unfinished line at its end."""
    lines = [line for line in run.output.splitlines() if line.endswith("}")]
    return [line["wall"] for line in map(json.loads, lines) if "million" in line]


def rate(walls: list[float], million: int) -> float:
    """Rows a second, the median of the three millions that end with this one."""
    return 1e6 / statistics.median(walls[max(million - 3, 0):million])
