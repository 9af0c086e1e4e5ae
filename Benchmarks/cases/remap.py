"""Another status map for the store of the case `growth`: how fast history follows, and what readers notice."""

import itertools
import json
import os
import shutil
import statistics
import subprocess
from pathlib import Path

from cases import growth
from harness import colisd
from harness.bench import Bench, Skipped
from harness.measure import Failed, Run, measure, median, stop_group
from harness.report import Report

ABOUT = "history follows a status map that changes half of the wordings"

REMAP = "colisd remap"

# Each changes five of the generator's ten wordings against the other, that of delivered parcels among them.
MAPS = {
    "one": {"PRISENCH": "picked_up", "DEPART": "in_transit", "ENCOURS": "out_for_delivery",
            "LIVRE": "delivered", "RETARD": "on_hold"},
    "two": {"PRISENCH": "in_transit", "DEPART": "on_hold", "ENCOURS": "in_transit",
            "LIVRE": "returned", "RETARD": "in_transit"},
}


def run(bench: Bench, report: Report) -> None:
    with bench.scratch("remap") as folder:
        if not growth.finished_store(bench).exists():
            growth.fill(bench, folder)
        store = folder / colisd.STORE
        shutil.copyfile(growth.finished_store(bench), store)
        for name, codes in MAPS.items():
            rules = "".join(f"  {code}: {{ status: {status} }}\n" for code, status in codes.items())
            (folder / f"{name}.yaml").write_text(f"name: {name}\nextends: built-in\ncodes:\n{rules}")
        names = itertools.cycle(MAPS)
        follow(bench, folder, next(names))
        compare(bench, report, folder, store, names)
        try:
            read_meanwhile(bench, report, folder, store, names)
        except Skipped as reason:
            report.note(f"colisd-bench timelines: {reason}")


def command(bench: Bench, folder: Path, name: str) -> list[str]:
    config = colisd.configure(folder, status_map=folder / f"{name}.yaml")
    return [str(bench.colisd), "remap", "--json", "--config", str(config)]


def follow(bench: Bench, folder: Path, name: str) -> Run:
    return measure(command(bench, folder, name), folder)


def compare(bench: Bench, report: Report, folder: Path, store: Path, names) -> None:
    parcels = colisd.parcels_in(store)
    runs = [follow(bench, folder, next(names)) for _ in range(bench.rounds)]
    report.contestants({REMAP: runs})
    wall = median(runs, "wall")
    corrected = statistics.median(json.loads(run.output)["corrected"] for run in runs)
    report.note(f"{parcels} parcels, of which {corrected:.0f} were corrected")
    report.at_least("parcels looked at per second", 300_000, parcels / wall, "")
    report.at_least("parcels corrected per second", 100_000, corrected / wall, "")
    report.at_most(f"peak memory of {REMAP}", 100, max(run.peak for run in runs) / 2**20, "MiB")


def read_meanwhile(bench: Bench, report: Report, folder: Path, store: Path, names) -> None:
    seeds = itertools.count(1)
    count = bench.size(5_000, 500)

    def look_up() -> dict:
        words = [str(bench.in_process()), "timelines", str(store), "--count", str(count)]
        return measure([*words, "--seed", str(next(seeds))], folder).figures()

    # The file is in the page cache, as a store in use is.
    with store.open("rb") as file:
        while file.read(1 << 20):
            pass
    look_up()
    at_rest = [look_up() for _ in range(bench.rounds)]
    during = []
    for _ in range(bench.rounds):
        with open(folder / "remap.log", "wb") as log:
            remap = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", *command(bench, folder, next(names))],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
            try:
                while True:
                    figures = look_up()
                    if remap.poll() is not None:
                        break
                    during.append(figures)
            finally:
                stop_group(remap)
        if remap.returncode != 0:
            raise Failed(f"{REMAP} ended with {remap.returncode}: {(folder / 'remap.log').read_text()}")
        os.sync()
    if not during:
        raise Failed("history had followed before the first look-ups were done")
    p99 = statistics.median(run["p99_us"] for run in at_rest)
    busy = statistics.median(run["p99_us"] for run in during)
    report.note(f"timelines: p99 {p99:.0f} µs at rest, {busy:.0f} µs during {REMAP}")
    report.at_most(f"p99 during {REMAP} ÷ at rest", 2, busy / p99)
