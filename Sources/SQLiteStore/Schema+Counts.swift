/// What a store is, and what of it is counted beside the rows.
extension Schema {
  /// `seq` comes from a counter, a store has an incarnation, and what every poll and scrape asks for is not
  /// counted from the rows each time.
  static let version8 = """
    -- The store itself: one row. incarnation: random, and another one in each copy that `backup` makes.
    -- sequence: the last `seq` that was given. The rest: rows of the tables of these names.
    CREATE TABLE store(
      id INTEGER PRIMARY KEY CHECK(id = 1),
      incarnation TEXT NOT NULL,
      sequence INTEGER NOT NULL,
      events INTEGER NOT NULL,
      parcels INTEGER NOT NULL,
      held INTEGER NOT NULL,
      rejected INTEGER NOT NULL);
    INSERT INTO store
      SELECT 1, lower(hex(randomblob(8))),
        max(ifnull(max(seq), 0), ifnull(
          (SELECT first_seq + events - 1 FROM journal ORDER BY first_seq DESC LIMIT 1), 0)),
        count(*), (SELECT count(*) FROM parcel), (SELECT count(*) FROM held),
        (SELECT count(*) FROM reject)
      FROM event;

    -- Files of the ledger by state.
    CREATE TABLE file_count(state TEXT PRIMARY KEY, files INTEGER NOT NULL) WITHOUT ROWID;
    INSERT INTO file_count SELECT state, count(*) FROM file GROUP BY state;

    -- Events and parcels are added to the counts by the commit that adds them, once and not row by row.
    CREATE TRIGGER event_deleted AFTER DELETE ON event
      BEGIN UPDATE store SET events = events - 1; END;
    CREATE TRIGGER parcel_deleted AFTER DELETE ON parcel
      BEGIN UPDATE store SET parcels = parcels - 1; END;
    CREATE TRIGGER held_inserted AFTER INSERT ON held
      BEGIN UPDATE store SET held = held + 1; END;
    CREATE TRIGGER held_deleted AFTER DELETE ON held
      BEGIN UPDATE store SET held = held - 1; END;
    CREATE TRIGGER reject_inserted AFTER INSERT ON reject
      BEGIN UPDATE store SET rejected = rejected + 1; END;
    CREATE TRIGGER reject_deleted AFTER DELETE ON reject
      BEGIN UPDATE store SET rejected = rejected - 1; END;
    CREATE TRIGGER file_inserted AFTER INSERT ON file
      BEGIN
        INSERT INTO file_count VALUES(new.state, 1)
          ON CONFLICT(state) DO UPDATE SET files = files + 1;
      END;
    CREATE TRIGGER file_state AFTER UPDATE OF state ON file WHEN new.state <> old.state
      BEGIN
        UPDATE file_count SET files = files - 1 WHERE state = old.state;
        INSERT INTO file_count VALUES(new.state, 1)
          ON CONFLICT(state) DO UPDATE SET files = files + 1;
      END;
    CREATE TRIGGER file_deleted AFTER DELETE ON file
      BEGIN UPDATE file_count SET files = files - 1 WHERE state = old.state; END;

    -- The few wordings that a status map lacks, among many that it knows.
    CREATE INDEX wording_unmapped ON wording(events) WHERE status = 'unmapped' AND events > 0;
    """

  /// The statuses that a parcel has had stand beside the rule that decides.
  static let version9 = """
    -- See StatusPast; rows of before hold the rule alone.
    ALTER TABLE current RENAME COLUMN is_coarse TO past;
    -- Each parcel's rule is enough.
    DELETE FROM note WHERE key = 'store.has-coarse-times';
    """
}
