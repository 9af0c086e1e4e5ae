// The dictionary schema: parcels and texts are numbers, and an event is its own key, so identity is the
// content and needs no hash. The rows of a transaction are collected, sorted by parcel and inserted
// in the order of the key; each touched parcel gets one write of its current status.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "store.h"

static sqlite3_stmt *find_parcel, *insert_parcel, *insert_event, *insert_text;
static sqlite3_stmt *insert_status, *update_status;

static int64_t next_parcel;
static int64_t first_new_parcel;  // of this transaction; these have no status yet

// --- Dictionaries of texts: wordings (code and label) and sites, both small and all in memory ---

enum { WORDING, PLACE, DICTIONARIES, SLOTS = 4096 };

static struct { uint64_t hash; int id; } dictionaries[DICTIONARIES][SLOTS];
static int highest[DICTIONARIES];

static unsigned dictionary_slot(int dictionary, uint64_t hash) {
  unsigned slot = hash >> 20 & (SLOTS - 1);
  while (dictionaries[dictionary][slot].hash && dictionaries[dictionary][slot].hash != hash)
    slot = (slot + 1) & (SLOTS - 1);
  return slot;
}

static int text_id(int dictionary, const char *text, int length) {
  uint64_t hash = XXH3_64bits(text, length) | 1;  // 0 is an empty slot
  unsigned slot = dictionary_slot(dictionary, hash);
  if (dictionaries[dictionary][slot].hash) return dictionaries[dictionary][slot].id;
  int id = ++highest[dictionary];
  dictionaries[dictionary][slot].hash = hash;
  dictionaries[dictionary][slot].id = id;
  sqlite3_bind_int64(insert_text, 1, dictionary);
  sqlite3_bind_int64(insert_text, 2, id);
  bind_text(insert_text, 3, text, length);
  run(insert_text);
  return id;
}

static void load_dictionaries(void) {
  sqlite3_stmt *select = prepare("SELECT which, id, text FROM dictionary");
  while (step(select) == SQLITE_ROW) {
    int dictionary = sqlite3_column_int(select, 0), id = sqlite3_column_int(select, 1);
    const void *text = sqlite3_column_text(select, 2);
    uint64_t hash = XXH3_64bits(text, sqlite3_column_bytes(select, 2)) | 1;
    unsigned slot = dictionary_slot(dictionary, hash);
    dictionaries[dictionary][slot].hash = hash;
    dictionaries[dictionary][slot].id = id;
    if (id > highest[dictionary]) highest[dictionary] = id;
  }
  sqlite3_finalize(select);
}

// --- Parcels: a cache by the hash of all that identifies one; new ones wait for the commit ---

enum { CACHE = 1 << 21, PARCEL_FIELDS = 6 };

static const int parcel_fields[PARCEL_FIELDS] = {NUMBER, ACCOUNT, ACCOUNT_ID, ORDER, POSTCODE, COUNTRY};

typedef struct { uint64_t hash; int64_t parcel; } Cached;
static Cached *cache;
static int cached;

typedef struct {
  int64_t id;
  uint32_t offset[PARCEL_FIELDS + 1];  // of its fields in `texts`
} NewParcel;
static NewParcel *new_parcels;
static size_t new_count, new_capacity;
static char *texts;
static size_t texts_length, texts_capacity;

static void *grown(void *list, size_t *capacity, size_t start, size_t size) {
  *capacity = *capacity ? *capacity * 2 : start;
  return realloc(list, *capacity * size);
}

static int64_t add_parcel(const Row *row) {
  if (new_count == new_capacity) new_parcels = grown(new_parcels, &new_capacity, 1024, sizeof *new_parcels);
  NewParcel *parcel = &new_parcels[new_count++];
  parcel->id = next_parcel++;
  for (int i = 0; i < PARCEL_FIELDS; i++) {
    int length = row->length[parcel_fields[i]];
    if (texts_length + length > texts_capacity) texts = grown(texts, &texts_capacity, 1 << 20, 1);
    parcel->offset[i] = texts_length;
    memcpy(texts + texts_length, row->start[parcel_fields[i]], length);
    texts_length += length;
  }
  parcel->offset[PARCEL_FIELDS] = texts_length;
  return parcel->id;
}

static int64_t stored_or_new_parcel(const Row *row) {
  bind_field(find_parcel, 1, row, NUMBER);
  bind_number(find_parcel, 2, row, ACCOUNT);
  bind_number(find_parcel, 3, row, ACCOUNT_ID);
  bind_field(find_parcel, 4, row, ORDER);
  bind_field(find_parcel, 5, row, POSTCODE);
  bind_field(find_parcel, 6, row, COUNTRY);
  int64_t parcel = step(find_parcel) == SQLITE_ROW ? sqlite3_column_int64(find_parcel, 0) : 0;
  sqlite3_reset(find_parcel);
  return parcel ? parcel : add_parcel(row);
}

static Cached *cache_slot(uint64_t hash) {
  unsigned slot = hash >> 24 & (CACHE - 1);
  while (cache[slot].hash && cache[slot].hash != hash) slot = (slot + 1) & (CACHE - 1);
  return &cache[slot];
}

static int64_t parcel_id(const Row *row) {
  uint64_t who = XXH3_64bits(row->start[ACCOUNT], row->start[CODE] - row->start[ACCOUNT]);
  uint64_t where = XXH3_64bits(row->start[POSTCODE], row->end - row->start[POSTCODE]);
  uint64_t hash = (who ^ where * 0x9e3779b97f4a7c15) | 1;
  Cached *found = cache_slot(hash);
  if (found->hash) return found->parcel;
  int64_t parcel = stored_or_new_parcel(row);
  if (cached > CACHE / 2) {
    memset(cache, 0, CACHE * sizeof *cache);
    cached = 0;
    found = cache_slot(hash);
  }
  *found = (Cached){hash, parcel};
  cached++;
  return parcel;
}

static void store_new_parcels(void) {
  for (size_t i = 0; i < new_count; i++) {
    NewParcel *parcel = &new_parcels[i];
    sqlite3_bind_int64(insert_parcel, 1, parcel->id);
    for (int k = 0; k < PARCEL_FIELDS; k++) {
      const char *text = texts + parcel->offset[k];
      int length = parcel->offset[k + 1] - parcel->offset[k];
      if (parcel_fields[k] == ACCOUNT || parcel_fields[k] == ACCOUNT_ID)
        sqlite3_bind_int64(insert_parcel, k + 2, number_of(text, length));
      else bind_text(insert_parcel, k + 2, text, length);
    }
    run(insert_parcel);
  }
  new_count = texts_length = 0;
}

// --- Events ---

typedef struct { int64_t parcel, time; int wording, site; } Event;
static Event *events;
static size_t event_count, event_capacity;

static int compare(const void *left, const void *right) {
  const Event *a = left, *b = right;
  if (a->parcel != b->parcel) return a->parcel < b->parcel ? -1 : 1;
  if (a->time != b->time) return a->time < b->time ? -1 : 1;
  if (a->wording != b->wording) return a->wording - b->wording;
  return a->site - b->site;
}

static int insert(const Event *event) {
  sqlite3_bind_int64(insert_event, 1, event->parcel);
  sqlite3_bind_int64(insert_event, 2, event->time);
  sqlite3_bind_int64(insert_event, 3, event->wording);
  sqlite3_bind_int64(insert_event, 4, event->site);
  run(insert_event);
  return sqlite3_changes(database);
}

static void set_status(const Event *latest) {
  sqlite3_stmt *write = latest->parcel >= first_new_parcel ? insert_status : update_status;
  sqlite3_bind_int64(write, 1, latest->time);
  sqlite3_bind_int64(write, 2, latest->wording);
  sqlite3_bind_int64(write, 3, latest->parcel);
  run(write);
}

static void store_collected(void) {
  store_new_parcels();
  qsort(events, event_count, sizeof *events, compare);
  for (size_t i = 0; i < event_count;) {
    const Event *latest = NULL;
    size_t next = i;
    for (; next < event_count && events[next].parcel == events[i].parcel; next++) {
      if (next > i && !compare(&events[next], &events[next - 1])) continue;
      if (!insert(&events[next])) continue;
      events_added++;
      latest = &events[next];
    }
    if (latest) set_status(latest);
    i = next;
  }
  event_count = 0;
  first_new_parcel = next_parcel;
}

static void collect(const Row *row) {
  int64_t parcel = parcel_id(row), time = seconds_of(row->start[TIME]);
  // Code and label stand side by side in the row, so they are one text.
  const char *wording = row->start[CODE];
  int length = row->start[LABEL] + row->length[LABEL] - wording;
  if (event_count == event_capacity) events = grown(events, &event_capacity, 8192, sizeof *events);
  events[event_count++] = (Event){parcel, time, text_id(WORDING, wording, length),
                                  text_id(PLACE, row->start[SITE], row->length[SITE])};
}

static void open_dicts(void) {
  execute("CREATE TABLE IF NOT EXISTS parcel(id INTEGER PRIMARY KEY, number TEXT, account INT,"
          " account_id INT, order_reference TEXT, postcode TEXT, country TEXT)");
  execute("CREATE INDEX IF NOT EXISTS parcel_number ON parcel(number)");
  execute("CREATE TABLE IF NOT EXISTS status(parcel INTEGER PRIMARY KEY, time INT, wording INT)");
  execute("CREATE TABLE IF NOT EXISTS dictionary(which INT, id INT, text TEXT, PRIMARY KEY(which, id))"
          " WITHOUT ROWID");
  execute("CREATE TABLE IF NOT EXISTS event(parcel INT, time INT, wording INT, site INT,"
          " PRIMARY KEY(parcel, time, wording, site)) WITHOUT ROWID");
  find_parcel = prepare("SELECT id FROM parcel WHERE number = ? AND account = ? AND account_id = ?"
                        " AND order_reference = ? AND postcode = ? AND country = ?");
  insert_parcel = prepare("INSERT INTO parcel VALUES(?, ?, ?, ?, ?, ?, ?)");
  insert_event = prepare("INSERT OR IGNORE INTO event VALUES(?, ?, ?, ?)");
  insert_text = prepare("INSERT INTO dictionary VALUES(?, ?, ?)");
  insert_status = prepare("INSERT INTO status(time, wording, parcel) VALUES(?, ?, ?)");
  update_status = prepare("UPDATE status SET time = ?1, wording = ?2 WHERE parcel = ?3 AND time < ?1");
  cache = calloc(CACHE, sizeof *cache);
  next_parcel = first_new_parcel = single_number("SELECT coalesce(max(id), 0) + 1 FROM parcel");
  load_dictionaries();
}

const Schema dicts_schema = {"dicts", open_dicts, collect, store_collected};
