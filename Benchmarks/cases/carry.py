"""What carries a whole store away: export, backup, and the checks that read all of it."""

import shutil
from pathlib import Path

from cases import growth
from harness import colisd
from harness.bench import Bench
from harness.measure import Contestant, compete, median
from harness.report import Report

ABOUT = "export, backup and check of the whole store"

NDJSON = "colisd export"
CSV = "colisd export --format csv"
BACKUP = "colisd backup"
PLAIN = "sqlite3 .backup"
QUICK = "colisd store check"
FULL = "colisd store check --full"


def run(bench: Bench, report: Report) -> None:
    with bench.scratch("carry") as folder:
        if not growth.finished_store(bench).exists():
            growth.fill(bench, folder)
        store = folder / colisd.STORE
        shutil.copyfile(growth.finished_store(bench), store)
        events = colisd.events_in(store)
        config = ["--config", str(colisd.configure(folder))]
        program = str(bench.colisd)

        def words(name: str, *more: str) -> Contestant:
            return Contestant(name, lambda own: [program, *name.split()[1:], *more, *config], is_slow=True)

        runs = compete([
            Contestant(NDJSON, lambda own: [program, "export", "--output", str(own / "out"), *config]),
            words(CSV, "--output", "out"),
            Contestant(BACKUP, lambda own: [program, "backup", str(own / "copy.db"), *config]),
            Contestant(PLAIN, lambda own: plain_backup(store, own)),
            words(QUICK),
            words(FULL),
        ], bench.rounds, folder)
        report.contestants(runs)
        report.at_least(f"events a second of {NDJSON}", 500_000, events / median(runs[NDJSON], "wall"), "")
        for name in (NDJSON, CSV):
            report.at_most(f"peak memory of {name}", 100, max(run.peak for run in runs[name]) / 2**20, "MiB")
        report.note(f"{BACKUP} ÷ {PLAIN}: {median(runs[BACKUP], 'wall') / median(runs[PLAIN], 'wall'):.2f}; "
                    "colisd also checks its copy")


def plain_backup(store: Path, own: Path) -> list[str]:
    return ["sqlite3", str(store), f".backup {own / 'copy.db'}"]
