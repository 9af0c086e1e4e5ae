import GRDB
import ParcelStore

/// What selective questions need: parcels by order, postcode and account, by rare statuses, and the times of events.
extension Schema {
  static let version12 = """
    -- Parcels whose status is none of the usual ones (unmapped, announced, picked up, in transit, out for
    -- delivery, delivered; see timelineRank), by status and time. A parcel passes most others seldom, so the index
    -- is small and few commits write it.
    CREATE INDEX current_rare ON current((position & 31), (position & \(CurrentPosition.timeMask)))
      WHERE \(CurrentPosition.isRare(of: ""));

    -- Order references, postcodes and accounts of whole segments of parcels; see ParcelLookup.
    CREATE TABLE parcel_lookup(id INTEGER PRIMARY KEY, entries BLOB NOT NULL);
    -- Order references and postcodes that changed after their segment was written.
    CREATE TABLE parcel_late(
      key INTEGER NOT NULL,
      parcel INTEGER NOT NULL,
      PRIMARY KEY(key, parcel)) WITHOUT ROWID;

    -- Of each block of the journal: between which times its events happened, and one bit of 64 for each wording
    -- and each site. Unknown, and so never passed over, in blocks of older versions.
    CREATE TABLE journal_range(
      first_seq INTEGER PRIMARY KEY,
      min_time INTEGER NOT NULL,
      max_time INTEGER NOT NULL,
      wordings INTEGER NOT NULL,
      sites INTEGER NOT NULL);
    INSERT INTO journal_range
      SELECT first_seq, \(JournalRange.unknown.times.lowerBound), \(JournalRange.unknown.times.upperBound), -1, -1
      FROM journal;
    -- Whatever writes a block that it can't describe.
    CREATE TRIGGER journal_inserted AFTER INSERT ON journal
      BEGIN
        INSERT OR IGNORE INTO journal_range VALUES(new.first_seq,
          \(JournalRange.unknown.times.lowerBound), \(JournalRange.unknown.times.upperBound), -1, -1);
      END;
    CREATE TRIGGER journal_moved AFTER UPDATE OF first_seq ON journal WHEN new.first_seq <> old.first_seq
      BEGIN
        UPDATE journal_range SET first_seq = new.first_seq WHERE first_seq = old.first_seq;
      END;
    CREATE TRIGGER journal_deleted AFTER DELETE ON journal
      BEGIN DELETE FROM journal_range WHERE first_seq = old.first_seq; END;

    -- Between which times the events of 256 parcels each happened (or came, where their time says nothing); see
    -- ParcelRangeWriter. block: parcel >> 8.
    CREATE TABLE parcel_range(
      block INTEGER PRIMARY KEY,
      min_time INTEGER NOT NULL,
      max_time INTEGER NOT NULL);
    -- Run by run: grouping all events would sort them. When those came whose time says nothing is not looked up.
    WITH RECURSIVE run(block) AS (
      SELECT 0 WHERE EXISTS(SELECT 1 FROM parcel)
      UNION ALL
      SELECT block + 1 FROM run WHERE block < (SELECT max(id) >> 8 FROM parcel))
    INSERT INTO parcel_range
      SELECT block, ifnull((SELECT min(CASE
            WHEN time > strftime('%s', 'now') + 172800 THEN \(JournalRange.unknown.times.lowerBound)
            ELSE time END) FROM event WHERE parcel BETWEEN block << 8 AND block << 8 | 255),
          \(JournalRange.unknown.times.lowerBound)),
        ifnull((SELECT max(CASE
            WHEN kind & 3 = 2 OR time < \(PlausibleTimes.first) THEN \(JournalRange.unknown.times.upperBound)
            ELSE time END) FROM event WHERE parcel BETWEEN block << 8 AND block << 8 | 255),
          \(JournalRange.unknown.times.upperBound))
      FROM run;
    """
}
