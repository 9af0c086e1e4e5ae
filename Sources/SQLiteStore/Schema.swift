import GRDB
import ParcelStore

/// The tables of the SQLite store, and how older ones become today's.
///
/// Identity is content: an event's primary key is what the carrier said, so a repeat hits its own row
/// and nothing needs a hash. What repeats (accounts, codes, wordings, sites) is interned; a parcel's
/// events lie side by side. `journal` gives followers their `seq`: one blob for up to 128
/// events, in which each has its parcel, file and line (see `JournalBlock`).
package enum Schema {
  package static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1: parcels, events, ledger") { db in
      try db.execute(sql: version1)
    }
    migrator.registerMigration("2: contracts in motion") { db in
      try db.execute(sql: version2)
    }
    migrator.registerMigration("3: rows as they were read") { db in
      try db.execute(sql: version3)
      try CodeFolding.migrate(db)
      try PlausibleTimes.migrate(db)
    }
    migrator.registerMigration("4: files that wait before they are removed") { db in
      try db.execute(sql: version4)
    }
    migrator.registerMigration("5: files that another layout may read") { db in
      try db.execute(sql: version5)
    }
    migrator.registerMigration("6: skipped rows by account, looks at held rows") { db in
      try db.execute(sql: version6)
    }
    migrator.registerMigration("7: pairs that go and come back") { db in
      try db.execute(sql: version7)
    }
    migrator.registerMigration("8: seq from a counter, counts that are kept") { db in
      try db.execute(sql: version8)
    }
    migrator.registerMigration("9: statuses that a parcel has had") { db in
      try db.execute(sql: version9)
    }
    migrator.registerMigration("10: several writers") { db in
      try db.execute(sql: version10)
    }
    migrator.registerMigration("11: files by source") { db in
      try db.execute(sql: version11)
    }
    return migrator
  }

  private static let known = Set(migrator.migrations)

  /// Whether a database has tables of ours.
  static func isThere(_ db: Database) throws -> Bool { try db.tableExists("grdb_migrations") }

  static func isNoStore(_ path: String) -> StoreError {
    StoreError(
      .unusable, operation: "open", store: path,
      reason: "it is no store of colisd, or one of an older version",
      advice: "let colisd drain once, or check store.url")
  }

  /// Refuses a store that a newer version has brought up to date, perhaps while this one had it open.
  static func refuseNewer(_ db: Database, store: String) throws {
    let applied = try String.fetchAll(
      db.cachedStatement(sql: "SELECT identifier FROM grdb_migrations"))
    if known.isSuperset(of: applied) { return }
    throw StoreError(
      .unusable, operation: "open", store: store, reason: "it was written by a newer colisd",
      advice: "use that version or a newer one")
  }

  private static let version1 = """
    CREATE TABLE account(
      id INTEGER PRIMARY KEY,
      account TEXT NOT NULL,
      account_id TEXT NOT NULL,
      UNIQUE(account, account_id));

    CREATE TABLE parcel(
      id INTEGER PRIMARY KEY,
      number TEXT NOT NULL,
      account INTEGER NOT NULL REFERENCES account(id),
      order_reference TEXT,
      postcode TEXT,
      country TEXT);
    CREATE INDEX parcel_number ON parcel(number);

    -- What identifies a status: the code, or the label where there is no code.
    CREATE TABLE code(
      id INTEGER PRIMARY KEY,
      code TEXT NOT NULL DEFAULT '',
      label TEXT NOT NULL DEFAULT '',
      UNIQUE(code, label));

    -- Each distinct pair of code and label with its meaning by the status map named in `map`.
    CREATE TABLE wording(
      id INTEGER PRIMARY KEY,
      code TEXT NOT NULL DEFAULT '',
      label TEXT NOT NULL DEFAULT '',
      code_id INTEGER NOT NULL REFERENCES code(id),
      status TEXT NOT NULL,
      reason TEXT,
      mode TEXT,
      detail TEXT,
      expected_on TEXT,
      map TEXT NOT NULL,
      events INTEGER NOT NULL DEFAULT 0,
      UNIQUE(code, label));

    CREATE TABLE site(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);

    -- time: seconds since 1970 (0 without a date). kind: 4 * code + grain; grain: 0 a time of day,
    -- 1 a day, 2 no date; a day and its midnight are two events, 11:42 and 11:42:00 are one.
    -- wording: 2 * wording + 1 where the time is one to the minute. See StoredPrecision.
    CREATE TABLE event(
      parcel INTEGER NOT NULL,
      time INTEGER NOT NULL,
      kind INTEGER NOT NULL,
      site INTEGER NOT NULL,
      wording INTEGER,
      seq INTEGER,
      PRIMARY KEY(parcel, time, kind, site)) WITHOUT ROWID;

    -- The current status of each parcel; position: see CurrentPosition; is_coarse: some event of the
    -- parcel has no time of day, so that positions alone do not decide.
    CREATE TABLE current(
      parcel INTEGER PRIMARY KEY,
      position INTEGER NOT NULL,
      wording INTEGER NOT NULL,
      is_coarse INTEGER NOT NULL);

    CREATE TABLE journal(
      first_seq INTEGER PRIMARY KEY,
      events INTEGER NOT NULL,
      received_at INTEGER NOT NULL,
      records BLOB NOT NULL);

    CREATE TABLE ambiguous_time(seq INTEGER PRIMARY KEY, text TEXT NOT NULL);

    -- is_final: the state stands until size or mtime change; otherwise the file is looked at again.
    CREATE TABLE file(
      id INTEGER PRIMARY KEY,
      path TEXT NOT NULL,
      size INTEGER,
      mtime INTEGER,
      sha256 BLOB,
      layout TEXT,
      header BLOB,
      state TEXT NOT NULL,
      is_final INTEGER NOT NULL DEFAULT 0,
      rows INTEGER NOT NULL DEFAULT 0,
      events_new INTEGER NOT NULL DEFAULT 0,
      events_repeated INTEGER NOT NULL DEFAULT 0,
      held INTEGER NOT NULL DEFAULT 0,
      rejected INTEGER NOT NULL DEFAULT 0,
      skipped INTEGER NOT NULL DEFAULT 0,
      error TEXT,
      ingested_at INTEGER,
      post_action TEXT NOT NULL DEFAULT 'leave',
      post_action_error TEXT);
    -- Has all that a poll asks for each file of the drop.
    CREATE INDEX file_path ON file(path, size, mtime, is_final);
    CREATE INDEX file_pending ON file(id) WHERE post_action GLOB '*-pending*';

    -- Rows that may not come in yet, raw and in order. is_stale: from a reading that broke off; the
    -- new one holds the row again, or takes it away when the file is read to its end.
    CREATE TABLE held(
      file INTEGER NOT NULL REFERENCES file(id),
      line INTEGER NOT NULL,
      account INTEGER NOT NULL REFERENCES account(id),
      reason TEXT NOT NULL,
      received_at INTEGER NOT NULL,
      raw BLOB NOT NULL,
      is_stale INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY(file, line)) WITHOUT ROWID;

    CREATE TABLE reject(
      file INTEGER NOT NULL REFERENCES file(id),
      line INTEGER NOT NULL,
      reason TEXT NOT NULL,
      raw BLOB NOT NULL,
      PRIMARY KEY(file, line)) WITHOUT ROWID;

    -- Which account pair each service of a contract had rows under, and when.
    CREATE TABLE feed(
      contract TEXT NOT NULL,
      service TEXT NOT NULL,
      account INTEGER NOT NULL REFERENCES account(id),
      first_row_at INTEGER NOT NULL,
      last_row_at INTEGER NOT NULL,
      PRIMARY KEY(contract, service, account)) WITHOUT ROWID;

    -- What the daemon writes down about itself.
    CREATE TABLE note(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    """

  /// What is held is held for its account pair's reason; feeds remember pairs that brought no row yet.
  private static let version2 = """
    -- hold_reason: why rows of the pair were held last.
    ALTER TABLE account ADD COLUMN hold_reason TEXT;
    -- Once over the rows, of which there may be millions, and not once an account.
    UPDATE account SET hold_reason = h.reason
      FROM (SELECT account AS id, max(reason) AS reason FROM held GROUP BY account) AS h
      WHERE h.id = account.id;

    ALTER TABLE held DROP COLUMN reason;
    -- Has a pair's rows in the order of files and lines.
    CREATE INDEX held_account ON held(account);

    -- Which account pairs each service of a contract has and had, and when rows came under them.
    -- named_since: since when the contract names the pair; NULL: it does not any more.
    ALTER TABLE feed RENAME TO feed_before;
    CREATE TABLE feed(
      contract TEXT NOT NULL,
      service TEXT NOT NULL,
      account INTEGER NOT NULL REFERENCES account(id),
      named_since INTEGER,
      first_row_at INTEGER,
      last_row_at INTEGER,
      PRIMARY KEY(contract, service, account)) WITHOUT ROWID;
    INSERT INTO feed SELECT contract, service, account, NULL, first_row_at, last_row_at
      FROM feed_before;
    DROP TABLE feed_before;

    -- When the first rows of each day came (yyyy-MM-dd by the clock of Paris), for the feed's rhythm.
    CREATE TABLE feed_day(
      contract TEXT NOT NULL,
      service TEXT NOT NULL,
      day TEXT NOT NULL,
      first_at INTEGER NOT NULL,
      PRIMARY KEY(contract, service, day)) WITHOUT ROWID;

    -- How contracts came to stand as they do. services: one a line: service, account, account ID and
    -- feed, parted by tabs. file: NULL when the contract is no more.
    CREATE TABLE contract_change(
      id INTEGER PRIMARY KEY,
      contract TEXT NOT NULL,
      at INTEGER NOT NULL,
      cause TEXT NOT NULL,
      file TEXT,
      sha256 BLOB,
      services TEXT NOT NULL);
    CREATE INDEX contract_change_contract ON contract_change(contract, id);
    """

  /// Held rows say how they were read.
  private static let version3 = """
    -- How rows were read: the layout as it is written, and the header line above them.
    CREATE TABLE reading(
      id INTEGER PRIMARY KEY,
      layout TEXT NOT NULL,
      header BLOB NOT NULL,
      UNIQUE(layout, header));
    -- NULL: held by an older version, with its file's header and whatever layout there is.
    ALTER TABLE held ADD COLUMN reading INTEGER REFERENCES reading(id);

    -- Codes are the same whatever their letter case, so wordings of one are found by its number.
    CREATE INDEX wording_code ON wording(code_id);
    """

  /// What is remembered of a pair outlasts a slip, a new name and another contract.
  private static let version7 = """
    -- first_named_at: when the contract was edited so that it named the pair for the first time.
    -- named_until: when it was seen to name the pair no more; NULL: it does, or an older version saw it.
    ALTER TABLE feed ADD COLUMN first_named_at INTEGER;
    ALTER TABLE feed ADD COLUMN named_until INTEGER;
    UPDATE feed SET first_named_at = named_since;
    """

  /// Several processes write; each notices what the others changed.
  private static let version10 = """
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

  /// Files are removed late, and never those of another drop; archives are remembered.
  private static let version4 = """
    -- seen_at: since when our looks saw this size and mtime. read_again_at: when a final verdict ends
    -- although the file did not change. origin: the drop that the post-action is about; NULL: the one
    -- of an older version.
    ALTER TABLE file ADD COLUMN seen_at INTEGER;
    ALTER TABLE file ADD COLUMN read_again_at INTEGER;
    ALTER TABLE file ADD COLUMN origin TEXT;
    ALTER TABLE file ADD COLUMN dismissed_at INTEGER;
    ALTER TABLE file ADD COLUMN dismissed_by TEXT;
    UPDATE file SET seen_at = ingested_at;
    CREATE INDEX file_waiting ON file(read_again_at) WHERE read_again_at IS NOT NULL;

    -- Folders that files were moved to. server and directory: '' where an older version moved them,
    -- which did not note them.
    CREATE TABLE archive(
      server TEXT NOT NULL,
      directory TEXT NOT NULL,
      path TEXT NOT NULL,
      PRIMARY KEY(server, directory, path)) WITHOUT ROWID;
    INSERT OR IGNORE INTO archive
      SELECT '', '', substr(post_action, 14) FROM file WHERE post_action GLOB 'move-pending:*';
    -- The target less its last component, where that is the file's own name, alone or with a suffix.
    INSERT OR IGNORE INTO archive
      SELECT '', '', folder
      FROM (SELECT target, name, rtrim(rtrim(target, replace(target, '/', '')), '/') AS folder
        FROM (SELECT substr(post_action, 7) AS target,
            substr(path, length(rtrim(path, replace(path, '/', ''))) + 1) AS name
          FROM file WHERE post_action GLOB 'moved:*/*'))
      WHERE substr(target, length(folder) + 2) = name
        OR substr(target, length(folder) + 2, length(name) + 1) = name || '.';
    """

  /// Files of which a layout read little or nothing wait for another one.
  private static let version5 = """
    -- read_by: the layout that failed, or rejected most of the lines, when the file was read to its end:
    -- a reading without header. NULL: it did not.
    ALTER TABLE file ADD COLUMN read_by INTEGER REFERENCES reading(id);
    CREATE INDEX file_hardly_read ON file(read_by) WHERE read_by IS NOT NULL;
    -- By which layout an older version read them is not known, so they are read once more.
    INSERT OR IGNORE INTO reading(layout, header) VALUES('', x'');
    UPDATE file SET read_by = (SELECT id FROM reading WHERE layout = '' AND header = x'')
      WHERE is_final AND post_action <> 'deleted' AND post_action NOT GLOB 'moved:*'
        AND (state = 'failed' OR state = 'ingested' AND rejected > rows - rejected);
    """

  /// A file is (source, path).
  private static let version11 = """
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
    """

  /// Skipped rows are counted by account; held rows are not looked at again for nothing.
  private static let version6 = """
    -- Rows that were counted and not kept. account: 0 for all that have no place of their own.
    CREATE TABLE skipped(
      account INTEGER PRIMARY KEY,
      rows INTEGER NOT NULL,
      first_at INTEGER NOT NULL,
      last_at INTEGER NOT NULL);
    -- How many of them each file has, so that a file that is read again counts once.
    CREATE TABLE skipped_file(
      file INTEGER NOT NULL REFERENCES file(id),
      account INTEGER NOT NULL,
      rows INTEGER NOT NULL,
      PRIMARY KEY(file, account)) WITHOUT ROWID;

    -- Looks for known parcels among a pair's held rows. A row goes when a parcel of the pair is added.
    -- is_whole: the look came to its end. from_file: the first file with rows that were held since it
    -- began; NULL: none were.
    CREATE TABLE held_look(
      account INTEGER PRIMARY KEY REFERENCES account(id),
      is_whole INTEGER NOT NULL DEFAULT 0,
      from_file INTEGER);
    """
}
