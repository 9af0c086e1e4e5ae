// Kept counts, several writers, several sources.
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

  /// Several processes write; each notices what the others changed.
  static let version10 = """
    -- How often each kind of change happened after which what a writer keeps in memory may be wrong; see
    -- StoreChange.
    CREATE TABLE change_count(kind TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;

    -- reader: the writer that reads the file or read it last; see ReaderNumber. is_in_hand: it has not come
    -- to the file's end.
    ALTER TABLE file ADD COLUMN reader INTEGER;
    ALTER TABLE file ADD COLUMN is_in_hand INTEGER NOT NULL DEFAULT 0;

    -- reader: the writer that began the look; only its own end counts.
    ALTER TABLE held_look ADD COLUMN reader INTEGER;
    """

  /// A file is (source, path).
  static let version11 = """
    -- place: user, host, port and directory; '' where an older version did not note it. is_former: only
    -- what is still to be moved or deleted there belongs to it, as its source is elsewhere by now.
    -- own_error: why the last poll failed, where that did not lie at the server. The source with the name
    -- '' is the one that older versions had, until it is one of the configuration.
    CREATE TABLE source(
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      place TEXT NOT NULL,
      is_former INTEGER NOT NULL DEFAULT 0,
      is_configured INTEGER NOT NULL DEFAULT 0,
      last_poll_at INTEGER,
      last_success_at INTEGER,
      next_poll_at INTEGER,
      is_reachable INTEGER,
      error TEXT,
      own_error TEXT);
    INSERT INTO source(id, name, place, last_poll_at, last_success_at, is_reachable, error, own_error)
      SELECT 1, '', coalesce(
          (SELECT origin FROM file WHERE origin IS NOT NULL ORDER BY id DESC LIMIT 1), ''),
        (SELECT CAST(value AS INTEGER) FROM note WHERE key = 'poll.last'),
        (SELECT CAST(value AS INTEGER) FROM note WHERE key = 'poll.last-success'),
        (SELECT value = 'yes' FROM note WHERE key = 'source.reachable'),
        (SELECT value FROM note WHERE key = 'poll.error'),
        (SELECT value FROM note WHERE key = 'poll.store-error')
      WHERE EXISTS(SELECT 1 FROM file) OR EXISTS(SELECT 1 FROM note WHERE key = 'poll.last');
    DELETE FROM note WHERE key IN ('poll.last', 'poll.last-success', 'poll.next', 'poll.error',
      'poll.store-error', 'source.reachable', 'source.host');
    UPDATE note SET key = key || '.1' WHERE key IN ('files.troubled', 'folders.troubled');

    -- source: 0 for files of this machine: their paths are absolute, or - for standard input.
    ALTER TABLE file ADD COLUMN source INTEGER NOT NULL DEFAULT 0;
    UPDATE file SET source = 1
      WHERE NOT (substr(path, 1, 1) = '/' OR path = '-' AND size IS NULL);
    -- What is still to be removed in another place stays there.
    INSERT INTO source(name, place, is_former)
      SELECT DISTINCT '', origin, 1 FROM file
      WHERE post_action GLOB '*-pending*' AND post_action NOT GLOB 'moved:*'
        AND origin <> (SELECT place FROM source WHERE id = 1);
    UPDATE file SET source = (SELECT id FROM source WHERE is_former AND place = file.origin)
      WHERE post_action GLOB '*-pending*' AND post_action NOT GLOB 'moved:*'
        AND origin IN (SELECT place FROM source WHERE is_former);
    ALTER TABLE file DROP COLUMN origin;

    DROP INDEX file_path;
    -- Has all that a poll asks for each file of a source.
    CREATE INDEX file_path ON file(source, path, size, mtime, is_final);

    -- Each timeline asks whose feed its account pair is.
    CREATE INDEX feed_account ON feed(account);
    """
}
