"""The whole way of 200 files over loopback into an empty store, against other ways to do it."""

from dataclasses import replace
from pathlib import Path

from harness import clients, colisd, data
from harness.bench import Bench
from harness.measure import Contestant, Failed, Run, compete, median
from harness.report import Report
from harness.server import HOST, Address, server

ABOUT = "200 files of 5,000 rows over loopback into an empty store"
ROWS = 5000
# Seconds; the slow ones stop after it, and what they took is scaled to all files.
LIMIT = 120

COLISD = "colisd --drain"
C_STORE = "ssh tar, then C store"
BULK = "rclone, then DuckDB in bulk"
PER_FILE = "rclone, then DuckDB, a transaction a file"
SCRIPT = "paramiko, csv, sqlite3"


def contestants(bench: Bench, report: Report, address: Address, drop: Path) -> list[Contestant]:
    files = len(list(drop.iterdir()))
    rclone = clients.rclone_copy(address, drop, "files")

    def drained(folder: Path, run: Run) -> None:
        colisd.require_rows(folder / colisd.STORE, files, files * ROWS)

    def stored(folder: Path, run: Run) -> None:
        # About 2 % of the rows are repeats.
        if run.figures()["events"] < 0.95 * files * ROWS:
            raise Failed(f"not all rows were stored: {run.output}")

    def scaled(folder: Path, run: Run) -> Run | None:
        done = run.figures()["files"]
        if done == files:
            return None
        report.note(f"a contestant stopped after {done} of {files} files; its figures are scaled")
        return replace(run, wall=run.wall * files / done, cpu=run.cpu * files / done)

    return [
        Contestant(COLISD, lambda folder: [
            str(bench.colisd), "--drain", "--config", str(colisd.configure(folder, address, drop))],
            after=drained),
        Contestant(C_STORE, lambda folder: (
            clients.ssh_tar(address, drop, "files") + " && "
            + clients.store_yardstick("dicts", "store.db", "files")), after=stored),
        Contestant(BULK, lambda folder: (
            f"{rclone} && " + clients.rival("duckdb_store", "store.duckdb", "files", "bulk")),
            after=stored),
        Contestant(PER_FILE, lambda folder: (
            f"{rclone} && "
            + clients.rival("duckdb_store", "store.duckdb", "files", "per-file", LIMIT)),
            after=scaled, is_slow=True),
        Contestant(SCRIPT, lambda folder: clients.rival(
            "paramiko_sqlite", HOST, address.port, address.user, address.key, address.known_hosts,
            drop, "store.db", LIMIT), after=scaled, is_slow=True),
    ]


def run(bench: Bench, report: Report) -> None:
    drop = data.tracking_files(bench.size(200, 20), ROWS)
    with bench.scratch("drain") as folder, server() as address:
        runs = compete(contestants(bench, report, address, drop), bench.rounds, folder)
    report.contestants(runs)
    wall = {name: median(list_of_runs, "wall") for name, list_of_runs in runs.items()}
    cpu = {name: median(list_of_runs, "cpu") for name, list_of_runs in runs.items()}
    report.at_least("wall of rclone and DuckDB in bulk ÷ colisd", 1.5, wall[BULK] / wall[COLISD])
    report.at_most("CPU of colisd ÷ rclone and DuckDB in bulk", 0.6, cpu[COLISD] / cpu[BULK])
    report.at_least("wall of the paramiko script ÷ colisd", 10, wall[SCRIPT] / wall[COLISD])
    report.at_least("wall of rclone and DuckDB by file ÷ colisd", 4, wall[PER_FILE] / wall[COLISD])
    report.at_most("CPU of colisd ÷ ssh tar and C store", 1.3, cpu[COLISD] / cpu[C_STORE])
    report.at_most("wall of colisd ÷ ssh tar and C store", 1, wall[COLISD] / wall[C_STORE])
