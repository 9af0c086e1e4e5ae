/// What retention needs.
extension Schema {
  static let version14 = """
    -- removed_parcel: the highest number of a parcel that was taken out. Numbers up to it are not given out again:
    -- another process may still have one in memory.
    ALTER TABLE store ADD COLUMN removed_parcel INTEGER NOT NULL DEFAULT 0;
    """
}
