// store: how fast rows can be parsed and stored by a program on SQLite's C API that trusts its input,
// keeps no ledger but the names of files, and gives no sequence to followers.
//
//   store SCHEMA DATABASE DIR [option value]...
//
// SCHEMA is dicts (content as the key, see store_dicts.c) or hash (an index on a hash of the line, see
// store_hash.c). Options: --batch FILES a transaction (1), --cache MIB of pages (64), --checkpoint PAGES
// of the log (1000), --synchronous MODE (NORMAL), --files at most. Prints a JSON line for each million
// rows and one at the end.
#include "store.h"

#include <dirent.h>
#include <sys/stat.h>

sqlite3 *database;
uint64_t events_added;

static const Schema *schema;
static const char *database_path;
static uint64_t rows;

static void fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, sqlite3_errmsg(database));
  exit(1);
}

void execute(const char *sql) {
  if (sqlite3_exec(database, sql, NULL, NULL, NULL)) fail(sql);
}

sqlite3_stmt *prepare(const char *sql) {
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL)) fail(sql);
  return statement;
}

int step(sqlite3_stmt *statement) {
  int result = sqlite3_step(statement);
  if (result != SQLITE_DONE && result != SQLITE_ROW) fail(sqlite3_sql(statement));
  return result;
}

int64_t single_number(const char *sql) {
  sqlite3_stmt *statement = prepare(sql);
  step(statement);
  int64_t number = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return number;
}

// --- Options ---

typedef struct {
  int batch, cache, checkpoint, files;
  const char *synchronous;
} Options;

static Options read_options(int count, char **arguments) {
  Options options = {.batch = 1, .cache = 64, .checkpoint = 1000, .files = 1 << 30,
                     .synchronous = "NORMAL"};
  if (count < 4 || count % 2) goto usage;
  if (!strcmp(arguments[1], dicts_schema.name)) schema = &dicts_schema;
  else if (!strcmp(arguments[1], hash_schema.name)) schema = &hash_schema;
  else goto usage;
  for (int i = 4; i < count; i += 2) {
    const char *name = arguments[i], *value = arguments[i + 1];
    if (!strcmp(name, "--batch")) options.batch = atoi(value);
    else if (!strcmp(name, "--cache")) options.cache = atoi(value);
    else if (!strcmp(name, "--checkpoint")) options.checkpoint = atoi(value);
    else if (!strcmp(name, "--synchronous")) options.synchronous = value;
    else if (!strcmp(name, "--files")) options.files = atoi(value);
    else goto usage;
  }
  return options;
usage:
  fputs("usage: store dicts|hash DATABASE DIR [--batch FILES] [--cache MIB] [--checkpoint PAGES]\n"
        "             [--synchronous MODE] [--files COUNT]\n", stderr);
  exit(2);
}

static void open_database(const Options *options) {
  char sql[128];
  sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  if (sqlite3_open(database_path, &database)) fail(database_path);
  execute("PRAGMA journal_mode = WAL");
  snprintf(sql, sizeof sql, "PRAGMA synchronous = %s", options->synchronous);
  execute(sql);
  snprintf(sql, sizeof sql, "PRAGMA cache_size = -%d", options->cache * 1024);
  execute(sql);
  snprintf(sql, sizeof sql, "PRAGMA wal_autocheckpoint = %d", options->checkpoint);
  execute(sql);
  execute("CREATE TABLE IF NOT EXISTS file(name TEXT PRIMARY KEY, size INT, rows INT) WITHOUT ROWID");
  schema->open();
}

// --- Files ---

static void add_row(const char *text, const char *end) {
  Row row;
  if (!split(&row, text, end)) return;
  rows++;
  schema->add(&row);
}

static int is_visible(const struct dirent *entry) { return entry->d_name[0] != '.'; }

static long long size_of(const char *suffix) {
  char path[600];
  struct stat status;
  snprintf(path, sizeof path, "%s%s", database_path, suffix);
  return stat(path, &status) ? 0 : (long long)status.st_size;
}

static void report_million(void) {
  static uint64_t last_rows;
  static double last_wall, last_cpu;
  double wall = wall_seconds(), cpu = cpu_seconds();
  if (last_wall == 0) {  // the first call only starts the clock
    last_wall = wall;
    last_cpu = cpu;
  } else if (rows / 1000000 != last_rows / 1000000) {
    printf("{\"million\":%llu,\"rows\":%llu,\"wall\":%.3f,\"cpu\":%.3f,\"database\":%lld,\"log\":%lld}\n",
           (unsigned long long)rows / 1000000, (unsigned long long)(rows - last_rows),
           wall - last_wall, cpu - last_cpu, size_of(""), size_of("-wal"));
    fflush(stdout);
    last_rows = rows;
    last_wall = wall;
    last_cpu = cpu;
  }
}

static void store_files(const char *folder, const Options *options) {
  sqlite3_stmt *begin = prepare("BEGIN IMMEDIATE"), *commit = prepare("COMMIT");
  sqlite3_stmt *note = prepare("INSERT OR IGNORE INTO file VALUES(?, 0, 0)");
  struct dirent **entries;
  int count = scandir(folder, &entries, is_visible, alphasort);
  if (count < 0) {
    perror(folder);
    exit(1);
  }
  if (count > options->files) count = options->files;
  report_million();
  for (int i = 0; i < count; i++) {
    if (i % options->batch == 0) run(begin);
    const char *name = entries[i]->d_name;
    bind_text(note, 1, name, strlen(name));
    run(note);
    if (sqlite3_changes(database)) {
      char path[4096];
      snprintf(path, sizeof path, "%s/%s", folder, name);
      for_each_row(path, add_row);
    }
    if ((i + 1) % options->batch == 0 || i + 1 == count) {
      schema->before_commit();
      run(commit);
    }
    report_million();
  }
}

int main(int count, char **arguments) {
  Options options = read_options(count, arguments);
  database_path = arguments[2];
  open_database(&options);
  double wall = wall_seconds(), cpu = cpu_seconds();
  store_files(arguments[3], &options);
  // A statement that is still there would keep the last checkpoint from being made at the close.
  for (sqlite3_stmt *statement; (statement = sqlite3_next_stmt(database, NULL));)
    sqlite3_finalize(statement);
  sqlite3_close(database);
  printf("{\"rows\":%llu,\"events\":%llu,\"wall\":%.3f,\"cpu\":%.3f,\"database\":%lld}\n",
         (unsigned long long)rows, (unsigned long long)events_added, wall_seconds() - wall,
         cpu_seconds() - cpu, size_of(""));
  return 0;
}
