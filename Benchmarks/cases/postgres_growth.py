"""How a store on PostgreSQL holds out as it grows: the time that each further million rows takes, and its bytes."""

from pathlib import Path

from cases import growth
from cases.postgres import sizes
from harness import colisd, postgres
from harness.bench import FOLDER, Bench
from harness.measure import Run
from harness.report import Report

ABOUT = "20 million rows into PostgreSQL, a million after the other, with 300,000 parcels in flight"


def finished_store(bench: Bench) -> Path:
    """The server's files with all millions; kept, for the case `postgres-reads` needs them too."""
    return FOLDER / "stores" / f"postgres-growth-{growth.millions(bench)}M"


def fill(bench: Bench, report: Report, folder: Path) -> tuple[list[float], Run, float]:
    """Makes the store anew; tells what each million took, all of it, and the bytes of an event."""
    with postgres.server(keep=finished_store(bench)) as database:
        walls, whole = growth.ingest(bench, colisd.configure(folder, url=database.url))
        count = growth.millions(bench) * growth.FILES
        database.require_rows(count, count * growth.ROWS)
        return walls, whole, sizes(database, report)


def run(bench: Bench, report: Report) -> None:
    with bench.scratch("postgres-growth") as folder:
        walls, whole, total = fill(bench, report, folder)
    report.contestants({growth.COLISD: [whole]})
    growth.note_rates(report, growth.COLISD, walls)
    report.at_least("rate of colisd, the last million ÷ the first", 0.8, walls[0] / walls[-1])
    report.at_most("all tables and indexes", 190, total, "bytes an event")
