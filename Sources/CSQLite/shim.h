#ifndef COLISD_CSQLITE_SHIM_H
#define COLISD_CSQLITE_SHIM_H

#include <sqlite3.h>

// Variadic, which Swift does not import.
static inline int colisd_sqlite3_config_memstatus(int is_on) {
  return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, is_on);
}

#endif
