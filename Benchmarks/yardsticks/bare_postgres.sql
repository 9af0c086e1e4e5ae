-- What the server does for rows that are numbers already: each group is copied and stored by one statement.
-- psql puts the groups' \copy and the statement in between; see cases/postgres.py.
DROP TABLE IF EXISTS bare_event, bare_status;
CREATE TABLE bare_event(
  parcel bigint, time bigint, kind integer, site integer, wording integer, seq bigint, line integer,
  PRIMARY KEY(parcel, time, kind, site));
CREATE TABLE bare_status(parcel bigint PRIMARY KEY, position bigint, wording integer);
CREATE TEMP TABLE staged(LIKE bare_event) ON COMMIT DELETE ROWS;
