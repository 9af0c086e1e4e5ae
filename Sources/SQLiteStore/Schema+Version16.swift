/// Files that the drop does not show any more, and the corrections of one parcel.
extension Schema {
  static let version16 = """
    -- is_awaited: a complete listing should show the file; not, where we have removed it, where somebody has
    -- dismissed it, where it is a member of an archive or a former size of a file, and once it is gone.
    -- missing_since: when a complete listing did not show it for the first time; NULL: the last one did.
    -- gone_at: when a second one in a row did not.
    ALTER TABLE file ADD COLUMN is_awaited INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE file ADD COLUMN missing_since INTEGER;
    ALTER TABLE file ADD COLUMN gone_at INTEGER;
    UPDATE file SET is_awaited = 0
      WHERE source = 0 OR state = 'dismissed' OR post_action = 'deleted' OR post_action GLOB 'moved:*';
    CREATE INDEX file_awaited ON file(source, is_awaited) WHERE is_awaited;
    CREATE INDEX file_missing ON file(source) WHERE missing_since IS NOT NULL AND gone_at IS NULL;
    -- Those that somebody has to look after.
    CREATE INDEX file_lost ON file(gone_at) WHERE \(Ledger.isLost);

    -- A remap writes corrections in the order of parcels, so this grows at its end.
    CREATE INDEX correction_parcel ON correction(parcel);
    """
}
