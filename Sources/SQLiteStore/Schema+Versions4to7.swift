// Files that wait, and rows that were skipped or held.
extension Schema {
  /// Files are removed late, and never those of another drop; archives are remembered.
  static let version4 = """
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
  static let version5 = """
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

  /// Skipped rows are counted by account; held rows are not looked at again for nothing.
  static let version6 = """
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

  /// What is remembered of a pair outlasts a slip, a new name and another contract.
  static let version7 = """
    -- first_named_at: when the contract was edited so that it named the pair for the first time.
    -- named_until: when it was seen to name the pair no more; NULL: it does, or an older version saw it.
    ALTER TABLE feed ADD COLUMN first_named_at INTEGER;
    ALTER TABLE feed ADD COLUMN named_until INTEGER;
    UPDATE feed SET first_named_at = named_since;
    """
}
