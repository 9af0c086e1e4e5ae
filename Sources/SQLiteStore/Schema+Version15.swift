/// Copies of files, as they were fetched.
extension Schema {
  static let version15 = """
    -- The copy of a file: file is file.id. size, packed: bytes unpacked, and as they are kept. pieces: how many rows
    -- of raw_piece it has, from first_piece on; other rows of the file wait to take their place. removed_at: when
    -- the copy was removed; while pieces are left the removal is under way.
    CREATE TABLE raw_copy(
      file INTEGER PRIMARY KEY,
      kept_at INTEGER NOT NULL,
      size INTEGER NOT NULL DEFAULT 0,
      packed INTEGER NOT NULL DEFAULT 0,
      pieces INTEGER NOT NULL DEFAULT 0,
      first_piece INTEGER NOT NULL DEFAULT 0,
      sha256 BLOB,
      redacted_sha256 BLOB,
      redacted_at INTEGER,
      removed_at INTEGER);
    CREATE INDEX raw_copy_kept ON raw_copy(kept_at) WHERE pieces > 0;

    -- id: the file, times 2^24, plus the number of the piece. size: bytes unpacked.
    CREATE TABLE raw_piece(id INTEGER PRIMARY KEY, size INTEGER NOT NULL, packed BLOB NOT NULL);
    """
}
