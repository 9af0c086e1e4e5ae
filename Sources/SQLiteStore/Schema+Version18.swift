/// Recipients' data that was erased.
extension Schema {
  static let version18 = """
    -- A recipient's data of a parcel is gone. account: 0 where only rejected lines carry the number. at: rows of an
    -- earlier time bring no such data any more. is_open: held rows, rejected lines and copies of files have still to
    -- be looked at. Kept for ever, also when the parcel is pruned: its rows may come again.
    CREATE TABLE erasure(
      seq INTEGER PRIMARY KEY,
      number TEXT NOT NULL,
      account INTEGER NOT NULL,
      at INTEGER NOT NULL,
      is_open INTEGER NOT NULL DEFAULT 1);
    CREATE INDEX erasure_parcel ON erasure(number, account);
    CREATE INDEX erasure_open ON erasure(seq) WHERE is_open;

    -- Lines that came after an erasure and say again what was erased, until they are taken out of the copies of
    -- their files.
    CREATE TABLE erased_line(
      file INTEGER NOT NULL,
      line INTEGER NOT NULL,
      PRIMARY KEY(file, line)) WITHOUT ROWID;

    -- rewrite_owed: what was deleted may still stand in free pages (2) or in the write-ahead log alone (1);
    -- 0: it does not. See StoreRewrite.
    ALTER TABLE store ADD COLUMN rewrite_owed INTEGER NOT NULL DEFAULT 0;
    """
}
