// The schema that comes to mind first: a table of events with all their texts, and a unique index on a
// 128-bit hash of the line, which tells what was there before.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "store.h"

static sqlite3_stmt *insert_event, *update_status;

static void open_hash(void) {
  execute("CREATE TABLE IF NOT EXISTS event(account INT, account_id INT, parcel TEXT, order_reference TEXT,"
          " code TEXT, label TEXT, time INT, site TEXT, postcode TEXT, country TEXT, hash BLOB)");
  execute("CREATE UNIQUE INDEX IF NOT EXISTS event_hash ON event(hash)");
  execute("CREATE TABLE IF NOT EXISTS status(parcel TEXT PRIMARY KEY, time INT, code TEXT, site TEXT)"
          " WITHOUT ROWID");
  insert_event = prepare("INSERT OR IGNORE INTO event VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  update_status = prepare("INSERT INTO status VALUES(?, ?, ?, ?) ON CONFLICT(parcel) DO UPDATE SET"
                          " time = excluded.time, code = excluded.code, site = excluded.site"
                          " WHERE excluded.time > time");
}

static void add_hash(const Row *row) {
  XXH128_canonical_t hash;
  XXH128_canonicalFromHash(&hash, XXH3_128bits(row->start[0], row->end - row->start[0]));
  int64_t time = seconds_of(row->start[TIME]);
  bind_number(insert_event, 1, row, ACCOUNT);
  bind_number(insert_event, 2, row, ACCOUNT_ID);
  bind_field(insert_event, 3, row, NUMBER);
  bind_field(insert_event, 4, row, ORDER);
  bind_field(insert_event, 5, row, CODE);
  bind_field(insert_event, 6, row, LABEL);
  sqlite3_bind_int64(insert_event, 7, time);
  bind_field(insert_event, 8, row, SITE);
  bind_field(insert_event, 9, row, POSTCODE);
  bind_field(insert_event, 10, row, COUNTRY);
  sqlite3_bind_blob(insert_event, 11, hash.digest, sizeof hash.digest, SQLITE_STATIC);
  run(insert_event);
  if (!sqlite3_changes(database)) return;
  events_added++;
  bind_field(update_status, 1, row, NUMBER);
  sqlite3_bind_int64(update_status, 2, time);
  bind_field(update_status, 3, row, CODE);
  bind_field(update_status, 4, row, SITE);
  run(update_status);
}

static void nothing_to_do(void) {}

const Schema hash_schema = {"hash", open_hash, add_hash, nothing_to_do};
