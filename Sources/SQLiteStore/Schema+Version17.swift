import GRDB
import ParcelStore

/// What selective questions need beside version 12: the statuses of runs of parcels, and parcels of seldom sites and
/// wordings.
extension Schema {
  static let version17 = """
    -- latest: no current status of the run began later. statuses: how many of the run's parcels have which status;
    -- see StatusTally.
    ALTER TABLE parcel_range ADD COLUMN latest INTEGER NOT NULL DEFAULT \(JournalRange.unknown.times.upperBound);
    ALTER TABLE parcel_range ADD COLUMN statuses INTEGER NOT NULL DEFAULT 0;
    INSERT INTO parcel_range(block, min_time, max_time, latest, statuses)
      SELECT parcel >> 8, \(JournalRange.unknown.times.lowerBound), \(JournalRange.unknown.times.upperBound),
        (max(position & \(CurrentPosition.timeMask)) >> 5) + \(CurrentPosition.instantOfKeyZero),
        sum(\(StatusTally.unit(ofPosition: "position")))
      FROM current WHERE TRUE GROUP BY parcel >> 8
      ON CONFLICT(block) DO UPDATE SET latest = excluded.latest, statuses = excluded.statuses;
    -- Only what deletes parcels: commits and remaps bring the counts up to date run by run.
    CREATE TRIGGER current_deleted AFTER DELETE ON current
      BEGIN
        UPDATE parcel_range SET statuses = statuses - \(StatusTally.unit(ofPosition: "old.position"))
          WHERE block = old.parcel >> 8;
      END;

    -- Parcels with events of a site or a wording that few parcels have; key: see SeldomCounts, parcels: SeldomList.
    CREATE TABLE seldom_parcel(key INTEGER PRIMARY KEY, parcels BLOB NOT NULL);
    -- parcels: how many are listed. covered_until: events of the key from this seq on may be of parcels that are not
    -- listed; NULL: none is.
    CREATE TABLE seldom_key(
      key INTEGER PRIMARY KEY,
      parcels INTEGER NOT NULL,
      covered_until INTEGER);
    """
}
