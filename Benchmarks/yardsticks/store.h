// What store.c and the two schemas share.
#ifndef STORE_H
#define STORE_H
#include <sqlite3.h>

#include "row.h"

typedef struct {
  const char *name;
  void (*open)(void);            // makes tables and statements
  void (*add)(const Row *row);
  void (*before_commit)(void);
} Schema;

extern const Schema dicts_schema, hash_schema;
extern sqlite3 *database;
extern uint64_t events_added;

void execute(const char *sql);
sqlite3_stmt *prepare(const char *sql);
int step(sqlite3_stmt *statement);  // ends the program on an error
int64_t single_number(const char *sql);

// Runs a statement that returns no rows.
static inline void run(sqlite3_stmt *statement) {
  step(statement);
  sqlite3_reset(statement);
}

static inline void bind_text(sqlite3_stmt *statement, int place, const char *text, int length) {
  sqlite3_bind_text(statement, place, text, length, SQLITE_STATIC);
}

static inline void bind_field(sqlite3_stmt *statement, int place, const Row *row, int field) {
  bind_text(statement, place, row->start[field], row->length[field]);
}

// A field as a number, which takes fewer bytes than its text.
static inline void bind_number(sqlite3_stmt *statement, int place, const Row *row, int field) {
  sqlite3_bind_int64(statement, place, number_of(row->start[field], row->length[field]));
}
#endif
