/// Endpoints of webhooks, and what they have not taken.
extension Schema {
  static let version19 = """
    -- position: up to this seq each entry of the journal was delivered, was not wanted, or is an open delivery.
    -- caught_up_at: when it last had all that there was, or was sent back to an earlier entry.
    -- epoch: of who delivers; who has another one writes nothing. outage_…: NULL where its last answer was a good one.
    CREATE TABLE endpoint(
      name TEXT PRIMARY KEY NOT NULL,
      position INTEGER NOT NULL,
      since INTEGER NOT NULL,
      caught_up_at INTEGER NOT NULL,
      epoch INTEGER NOT NULL,
      stopped_at INTEGER,
      outage_since INTEGER,
      outage_tries INTEGER,
      outage_next_at INTEGER,
      outage_status INTEGER,
      outage_reason TEXT,
      delivered INTEGER NOT NULL DEFAULT 0,
      failures INTEGER NOT NULL DEFAULT 0,
      last_delivery INTEGER);

    -- at: since when it is parked, or until when it waits; NULL: it is behind another one of its parcel. reason: NULL
    -- where it was not tried yet. answer: what the receiver wrote, so the recipient's data may stand there.
    CREATE TABLE open_delivery(
      endpoint TEXT NOT NULL,
      seq INTEGER NOT NULL,
      parcel TEXT NOT NULL,
      is_parked INTEGER NOT NULL,
      at INTEGER,
      tries INTEGER NOT NULL,
      status INTEGER,
      reason TEXT,
      answer TEXT,
      PRIMARY KEY(endpoint, seq));
    CREATE INDEX open_delivery_state ON open_delivery(endpoint, is_parked, seq);
    CREATE INDEX open_delivery_parcel ON open_delivery(parcel);

    -- How many there are. In a table of its own: `store copy` writes endpoints again whose open deliveries stay.
    CREATE TABLE open_delivery_count(
      endpoint TEXT PRIMARY KEY NOT NULL,
      waiting INTEGER NOT NULL,
      parked INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TRIGGER open_delivery_inserted AFTER INSERT ON open_delivery
      BEGIN
        INSERT INTO open_delivery_count VALUES(new.endpoint, 1 - new.is_parked, new.is_parked)
          ON CONFLICT(endpoint) DO UPDATE SET
            waiting = waiting + excluded.waiting, parked = parked + excluded.parked;
      END;
    CREATE TRIGGER open_delivery_changed AFTER UPDATE OF is_parked ON open_delivery
      WHEN new.is_parked <> old.is_parked
      BEGIN
        UPDATE open_delivery_count SET
          waiting = waiting + old.is_parked - new.is_parked, parked = parked + new.is_parked - old.is_parked
          WHERE endpoint = new.endpoint;
      END;
    CREATE TRIGGER open_delivery_deleted AFTER DELETE ON open_delivery
      BEGIN
        UPDATE open_delivery_count SET
          waiting = waiting - 1 + old.is_parked, parked = parked - old.is_parked
          WHERE endpoint = old.endpoint;
      END;
    """
}
