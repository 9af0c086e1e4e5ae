"""Tracking files of a folder into PostgreSQL, each event once, with the current statuses: as one writes it in an
afternoon, with the two things that matter for its speed, COPY and few statements.

usage: psycopg_store.py URL DIR [GROUP]
GROUP: rows of one transaction, 100,000 without. Prints how many rows and events are stored, as JSON.
"""

import csv
import json
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg

TABLES = """
    CREATE TABLE event(
        account text, account_id text, parcel text, time timestamptz, code text, site text, label text,
        PRIMARY KEY(account_id, parcel, time, code, site));
    CREATE TABLE parcel(account_id text, parcel text, order_reference text, postcode text, country text,
        PRIMARY KEY(account_id, parcel));
    CREATE TABLE status(account_id text, parcel text, time timestamptz, code text,
        PRIMARY KEY(account_id, parcel));
    CREATE TEMP TABLE incoming(
        account text, account_id text, parcel text, order_reference text, code text, label text,
        time timestamptz, site text, postcode text, country text) ON COMMIT DELETE ROWS;
"""
EVENTS = """
    INSERT INTO event SELECT account, account_id, parcel, time, code, site, label FROM incoming
    ON CONFLICT DO NOTHING
"""
PARCELS = """
    INSERT INTO parcel SELECT DISTINCT ON (account_id, parcel) account_id, parcel, order_reference, postcode, country
    FROM incoming ON CONFLICT DO NOTHING
"""
STATUSES = """
    INSERT INTO status SELECT DISTINCT ON (account_id, parcel) account_id, parcel, time, code FROM incoming
        ORDER BY account_id, parcel, time DESC
    ON CONFLICT (account_id, parcel) DO UPDATE SET time = excluded.time, code = excluded.code
        WHERE excluded.time > status.time
"""
PARIS = ZoneInfo("Europe/Paris")


def rows(files: list[Path]):
    for file in files:
        with file.open(newline="", encoding="utf-8") as stream:
            reader = csv.reader(stream, delimiter=";")
            next(reader)
            for row in reader:
                row[6] = datetime.fromisoformat(row[6]).replace(tzinfo=PARIS)
                yield row


def main() -> None:
    url, folder = sys.argv[1:3]
    group = int(sys.argv[3]) if len(sys.argv) > 3 else 100_000
    incoming = rows(sorted(Path(folder).iterdir()))
    done = 0
    with psycopg.connect(url) as connection:
        connection.execute(TABLES)
        connection.commit()
        is_over = False
        while not is_over:
            with connection.cursor() as cursor:
                with cursor.copy("COPY incoming FROM STDIN") as copy:
                    is_over = True
                    for row in incoming:
                        copy.write_row(row)
                        done += 1
                        if done % group == 0:
                            is_over = False
                            break
                for statement in (EVENTS, PARCELS, STATUSES):
                    cursor.execute(statement)
            connection.commit()
        events = connection.execute("SELECT count(*) FROM event").fetchone()[0]
    print(json.dumps({"rows": done, "events": events}))


main()
