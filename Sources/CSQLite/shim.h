// SQLite's switches for a database that somebody else may have written: sqlite3_db_config is variadic, which Swift cannot
// call.
#pragma once
#include <sqlite3.h>

// No views, no functions or virtual tables with side effects from the schema, nothing that damages the file by SQL.
static inline void ecrmirror_distrust(sqlite3 *database) {
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
  sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)0);
  sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_VIEW, 0, (int *)0);
}
