/// Which status map is in force, and what it changed.
extension Schema {
  static let version13 = """
    -- The maps that were in force, the last one now. next_parcel: parcels from this number up to last_parcel may
    -- still have a current status by the map before; NULL: none.
    CREATE TABLE status_map(
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      version TEXT NOT NULL,
      since INTEGER NOT NULL,
      next_parcel INTEGER,
      last_parcel INTEGER NOT NULL DEFAULT 0);

    -- What wordings meant before the last change of the map, of those that it changed. parcels: how many of the
    -- parcels that were looked at have events with the wording.
    CREATE TABLE former_meaning(
      wording INTEGER PRIMARY KEY,
      status TEXT NOT NULL,
      reason TEXT,
      mode TEXT,
      detail TEXT,
      expected_on TEXT,
      parcels INTEGER NOT NULL DEFAULT 0);

    -- Current statuses that changed without a new event. status, previous: ranks, as in `current`; seq is one of
    -- those between the blocks of the journal.
    CREATE TABLE correction(
      seq INTEGER PRIMARY KEY,
      parcel INTEGER NOT NULL,
      map INTEGER NOT NULL,
      at INTEGER NOT NULL,
      previous INTEGER NOT NULL,
      status INTEGER NOT NULL,
      reason TEXT,
      mode TEXT);
    """
}
