"""A drain as one writes it in an afternoon: paramiko, csv, sqlite3, one transaction a file.

usage: paramiko_sqlite.py HOST PORT USER KEY KNOWN_HOSTS DIR DATABASE [LIMIT]
LIMIT: seconds after which no further file is begun. Prints how many files are stored, as JSON.
"""

import csv
import io
import json
import sqlite3
import sys
import time

import paramiko

TABLES = """
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE file(name TEXT PRIMARY KEY);
    CREATE TABLE event(
        account TEXT, account_id TEXT, parcel TEXT, order_reference TEXT, code TEXT, label TEXT,
        time TEXT, site TEXT, postcode TEXT, country TEXT,
        UNIQUE(account, account_id, parcel, time, code, site));
    CREATE TABLE status(parcel TEXT PRIMARY KEY, time TEXT, code TEXT, site TEXT);
"""
INSERT_EVENT = "INSERT OR IGNORE INTO event VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
SET_STATUS = """
    INSERT INTO status VALUES(?, ?, ?, ?) ON CONFLICT(parcel) DO UPDATE SET
        time = excluded.time, code = excluded.code, site = excluded.site
    WHERE excluded.time > time"""


def store(connection: sqlite3.Connection, name: str, content: bytes) -> None:
    rows = list(csv.reader(io.StringIO(content.decode()), delimiter=";"))[1:]
    with connection:
        connection.execute("INSERT INTO file VALUES(?)", [name])
        connection.executemany(INSERT_EVENT, rows)
        connection.executemany(SET_STATUS, ((row[2], row[6], row[4], row[7]) for row in rows))


def main() -> None:
    host, port, user, key, known_hosts, folder, database = sys.argv[1:8]
    limit = float(sys.argv[8]) if len(sys.argv) > 8 else float("inf")
    connection = sqlite3.connect(database)
    connection.executescript(TABLES)
    client = paramiko.SSHClient()
    client.load_host_keys(known_hosts)
    client.connect(host, int(port), user, key_filename=key, allow_agent=False, look_for_keys=False)
    sftp = client.open_sftp()
    sftp.chdir(folder)
    start, done = time.monotonic(), 0
    for name in sorted(sftp.listdir()):
        if time.monotonic() - start > limit:
            break
        with sftp.open(name, "rb") as file:
            file.prefetch()
            store(connection, name, file.read())
        done += 1
    client.close()
    print(json.dumps({"files": done}))


main()
