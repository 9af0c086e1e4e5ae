"""Tracking files of a folder into a new DuckDB database, each event once, with the current statuses.

usage: duckdb_store.py DATABASE DIR bulk|per-file [LIMIT]
LIMIT: seconds after which no further file is begun. Prints how many files are stored, as JSON.
"""

import json
import sys
import time
from pathlib import Path

import duckdb

TABLES = """
    CREATE TABLE event(
        account VARCHAR, account_id VARCHAR, parcel VARCHAR, order_reference VARCHAR, code VARCHAR,
        label VARCHAR, time TIMESTAMP, site VARCHAR, postcode VARCHAR, country VARCHAR,
        PRIMARY KEY(account, account_id, parcel, time, code, site));
    CREATE TABLE status(parcel VARCHAR PRIMARY KEY, time TIMESTAMP, code VARCHAR, site VARCHAR);
"""
READ = """read_csv(?, delim = ';', header = true, columns = {
    'account': 'VARCHAR', 'account_id': 'VARCHAR', 'parcel': 'VARCHAR', 'order_reference': 'VARCHAR',
    'code': 'VARCHAR', 'label': 'VARCHAR', 'time': 'TIMESTAMP', 'site': 'VARCHAR',
    'postcode': 'VARCHAR', 'country': 'VARCHAR'})"""
LATEST = "SELECT parcel, max(time), arg_max(code, time), arg_max(site, time) FROM {} GROUP BY parcel"


def store_all(connection: duckdb.DuckDBPyConnection, files: list[str]) -> int:
    """All files in one transaction, which only a database that was empty allows."""
    connection.begin()
    connection.execute(f"INSERT INTO event SELECT * FROM {READ} ON CONFLICT DO NOTHING", [files])
    connection.execute(f"INSERT INTO status {LATEST.format('event')}")
    connection.commit()
    return len(files)


def store_each(connection: duckdb.DuckDBPyConnection, files: list[str], limit: float) -> int:
    start = time.monotonic()
    for number, file in enumerate(files):
        if time.monotonic() - start > limit:
            return number
        connection.begin()
        connection.execute(f"CREATE OR REPLACE TEMP TABLE incoming AS SELECT * FROM {READ}", [file])
        connection.execute("INSERT INTO event SELECT * FROM incoming ON CONFLICT DO NOTHING")
        connection.execute(
            f"INSERT INTO status {LATEST.format('incoming')} ON CONFLICT DO UPDATE SET"
            " time = excluded.time, code = excluded.code, site = excluded.site"
            " WHERE excluded.time > status.time")
        connection.commit()
    return len(files)


def main() -> None:
    database, folder, mode = sys.argv[1:4]
    limit = float(sys.argv[4]) if len(sys.argv) > 4 else float("inf")
    files = sorted(str(path) for path in Path(folder).iterdir())
    with duckdb.connect(database) as connection:
        connection.execute(TABLES)
        done = store_all(connection, files) if mode == "bulk" else store_each(connection, files, limit)
        events = connection.execute("SELECT count(*) FROM event").fetchone()[0]
    print(json.dumps({"files": done, "events": events}))


main()
