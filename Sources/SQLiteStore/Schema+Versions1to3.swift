// The first tables, and the contracts that let rows in.
extension Schema {
  static let version1 = """
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
  static let version2 = """
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
  static let version3 = """
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
}
