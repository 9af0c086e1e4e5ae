"""A store on PostgreSQL beside a script with psycopg, and beside what the server gives at all."""

import subprocess
from pathlib import Path

from harness import clients, colisd, data, postgres
from harness.bench import SOURCES, Bench
from harness.measure import Contestant, Failed, Run, compete, measure, median
from harness.report import Report

ABOUT = "a million rows of 50 files into an empty PostgreSQL database"
ROWS = 20_000

COLISD = "colisd ingest"
SCRIPT = "Python, psycopg"
BARE = "psql: COPY, insert, status"
ONE_STATEMENT = """
WITH new AS (INSERT INTO bare_event SELECT * FROM staged ON CONFLICT DO NOTHING RETURNING parcel, time, wording)
INSERT INTO bare_status SELECT DISTINCT ON (parcel) parcel, time << 5, wording FROM new ORDER BY parcel, time DESC
ON CONFLICT (parcel) DO UPDATE SET position = excluded.position, wording = excluded.wording
  WHERE excluded.position > bare_status.position;
"""


def groups(database: postgres.Database, folder: Path) -> str:
    """The events of a store of colisd as files for `\\copy`, one for each of its commits, in the order in which they
    came; gives the script that stores them again."""
    script = (SOURCES / "yardsticks" / "bare_postgres.sql").read_text()
    for number in database.ask("SELECT DISTINCT place >> 20 FROM event ORDER BY 1").splitlines():
        file = folder / f"{number}.bin"
        columns = "parcel, time, kind, site, wording, place AS seq, (place & 1048575)::int4 AS line"
        query = f"SELECT {columns} FROM event WHERE place >> 20 = {number} ORDER BY parcel, time"
        subprocess.run(
            ["psql", "-X", "-q", "-d", database.url, "-c", f"\\copy ({query}) TO '{file}' (FORMAT binary)"],
            check=True)
        script += f"BEGIN;\n\\copy staged FROM '{file}' (FORMAT binary)\n{ONE_STATEMENT}COMMIT;\n"
    path = folder / "bare.sql"
    path.write_text(script)
    return f"psql -X -q -v ON_ERROR_STOP=1 -d {database.url} -f {path}"


def run(bench: Bench, report: Report) -> None:
    files = data.tracking_files(bench.size(50, 5), ROWS, in_flight=300_000)
    rows = bench.size(50, 5) * ROWS
    paths = [str(path) for path in sorted(files.iterdir())]
    with bench.scratch("postgres") as folder, postgres.server() as database:
        def ingest(own: Path) -> list[str]:
            database.empty()
            return [str(bench.colisd), "ingest", "--config", str(colisd.configure(own, url=database.url)),
                    *paths]

        def script(own: Path) -> str:
            database.empty()
            return clients.rival("psycopg_store", database.url, files)

        def ingested(own: Path, run: Run) -> None:
            database.require_rows(len(paths), rows)

        def stored(own: Path, run: Run) -> None:
            if run.figures()["rows"] != rows:
                raise Failed(f"not all rows were stored: {run.output}")

        measure(ingest(folder), folder)
        sizes(database, report)
        exported = folder / "groups"
        exported.mkdir(mode=0o777)
        bare = groups(database, exported)
        runs = compete([
            Contestant(COLISD, ingest, after=ingested),
            Contestant(SCRIPT, script, after=stored),
            Contestant(BARE, lambda own: bare),
        ], bench.rounds, folder)
    report.contestants(runs)
    wall = {name: median(list_of_runs, "wall") for name, list_of_runs in runs.items()}
    for name, seconds in wall.items():
        report.note(f"{name}: {rows / seconds:,.0f} rows a second")
    report.at_least("wall of the psycopg script ÷ colisd", 1.5, wall[SCRIPT] / wall[COLISD])
    report.at_least("wall of the bare statements ÷ colisd", 0.55, wall[BARE] / wall[COLISD])


def sizes(database: postgres.Database, report: Report) -> float:
    """Tells the bytes of an event, and gives those of all tables."""
    sizes = database.bytes_by_table()
    large = ", ".join(f"{table} {size:.1f}" for table, size in sizes.items() if size >= 0.5)
    total = sum(sizes.values())
    report.note(f"bytes an event, by table: {large}")
    report.note(f"bytes an event, all together: {total:.0f}")
    return total
