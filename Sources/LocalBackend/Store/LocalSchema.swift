import GRDB

/// The tables of `mirrors.db`. A step that has shipped is never changed: a new one follows it.
enum LocalSchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 mirrors, jobs and history") { db in
      try db.execute(sql: first)
    }
    migrator.registerMigration("2 the timer") { db in
      try db.execute(sql: timer)
    }
    migrator.registerMigration("3 processes told apart") { db in
      try db.execute(sql: processes)
    }
    migrator.registerMigration("4 pauses between tries") { db in
      try db.execute(sql: retries)
    }
    migrator.registerMigration("5 all of a job's request") { db in
      try db.execute(sql: requests)
    }
    migrator.registerMigration("6 registries that want to be asked later") { db in
      try db.execute(sql: deferrals)
    }
    return migrator
  }

  private static let first = """
    -- Lists are texts with a line for each item. Times are milliseconds since 1970, expires is seconds.
    CREATE TABLE mirrors (
      source TEXT PRIMARY KEY NOT NULL,
      destinations TEXT NOT NULL,
      expires INTEGER,
      enabled INTEGER NOT NULL DEFAULT 1,
      tags TEXT,
      options TEXT,
      other TEXT
    ) WITHOUT ROWID;

    CREATE TABLE observed (
      mirror TEXT NOT NULL REFERENCES mirrors (source) ON DELETE CASCADE,
      destination TEXT NOT NULL,
      state TEXT NOT NULL,
      source_digest TEXT,
      digest TEXT,
      since INTEGER NOT NULL,
      checked INTEGER NOT NULL,
      error TEXT,
      job TEXT,
      converted_from TEXT,
      converted_to TEXT,
      PRIMARY KEY (mirror, destination)
    ) WITHOUT ROWID;

    CREATE TABLE jobs (
      id TEXT PRIMARY KEY NOT NULL,
      name TEXT NOT NULL,
      origin TEXT NOT NULL,
      mirror TEXT NOT NULL,
      source TEXT NOT NULL,
      destinations TEXT NOT NULL,
      run TEXT,
      state TEXT NOT NULL,
      reason TEXT,
      created INTEGER NOT NULL,
      started INTEGER,
      stopped INTEGER,
      -- A try is not begun before this.
      not_before INTEGER NOT NULL DEFAULT 0,
      -- Why somebody wants it stopped.
      cancel TEXT,
      progress TEXT
    );
    CREATE UNIQUE INDEX one_live_job ON jobs (source) WHERE state NOT IN ('SUCCEEDED', 'FAILED');
    CREATE INDEX live_jobs ON jobs (state) WHERE state NOT IN ('SUCCEEDED', 'FAILED');
    CREATE INDEX jobs_by_age ON jobs (created);

    CREATE TABLE attempts (
      job TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
      number INTEGER NOT NULL,
      started INTEGER NOT NULL,
      stopped INTEGER,
      exit_code INTEGER,
      reason TEXT,
      -- The process group it runs in, while it runs.
      process INTEGER,
      PRIMARY KEY (job, number)
    ) WITHOUT ROWID;

    CREATE TABLE history (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      at INTEGER NOT NULL,
      kind TEXT NOT NULL,
      mirror TEXT,
      job TEXT UNIQUE,
      body TEXT NOT NULL
    );
    CREATE INDEX history_by_mirror ON history (mirror, at);
    CREATE INDEX history_by_age ON history (at);

    CREATE TABLE lease (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      run TEXT NOT NULL,
      holder TEXT NOT NULL,
      expires INTEGER NOT NULL
    );

    -- The worker that takes jobs; none while no row is here.
    CREATE TABLE worker (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      process INTEGER NOT NULL
    );

    CREATE TABLE revisions (part TEXT PRIMARY KEY NOT NULL, revision INTEGER NOT NULL) WITHOUT ROWID;
    INSERT INTO revisions VALUES ('table', 0), ('queue', 0), ('history', 0);

    \(triggers(on: "mirrors", part: "table"))
    \(triggers(on: "observed", part: "table"))
    \(triggers(on: "jobs", part: "queue"))
    \(triggers(on: "attempts", part: "queue"))
    \(triggers(on: "history", part: "history"))
    """

  private static let timer = """
    -- Who starts runs at an interval (milliseconds); none while no row is here.
    CREATE TABLE timer (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      process INTEGER NOT NULL,
      interval INTEGER NOT NULL,
      next INTEGER NOT NULL
    );

    -- Somebody wants no runs to be started at an interval.
    CREATE TABLE pause (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      since INTEGER NOT NULL
    );
    """

  private static let processes = """
    -- What tells the process of an attempt, which leads its group, from every other of its number: when it began, in
    -- clock ticks since the machine's start, and which start that was. Without it a process is nobody's to signal.
    CREATE TABLE leaders (
      job TEXT NOT NULL,
      number INTEGER NOT NULL,
      began INTEGER NOT NULL,
      boot TEXT NOT NULL,
      PRIMARY KEY (job, number),
      FOREIGN KEY (job, number) REFERENCES attempts (job, number) ON DELETE CASCADE
    ) WITHOUT ROWID;
    """

  private static let retries = """
    -- Until when (milliseconds since 1970) runs leave a destination alone, after how many jobs for it that failed, and
    -- what stood for the row then. It goes with the observation, which is written first.
    CREATE TABLE retries (
      mirror TEXT NOT NULL,
      destination TEXT NOT NULL,
      failures INTEGER NOT NULL,
      until INTEGER NOT NULL,
      definition TEXT NOT NULL,
      PRIMARY KEY (mirror, destination),
      FOREIGN KEY (mirror, destination) REFERENCES observed (mirror, destination) ON DELETE CASCADE
    ) WITHOUT ROWID;
    """

  private static let requests = """
    -- What of a job's request has no column in jobs, as JSON.
    CREATE TABLE requests (
      job TEXT PRIMARY KEY NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
      rest TEXT NOT NULL
    ) WITHOUT ROWID;
    """

  private static let deferrals = """
    -- Until when (milliseconds since 1970) no job copies from a registry or to it.
    CREATE TABLE deferrals (registry TEXT PRIMARY KEY NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;
    """

  private static func triggers(on table: String, part: String) -> String {
    ["INSERT", "UPDATE", "DELETE"].map { verb in
      """
      CREATE TRIGGER \(table)_\(verb.lowercased()) AFTER \(verb) ON \(table) BEGIN
        UPDATE revisions SET revision = revision + 1 WHERE part = '\(part)';
      END;
      """
    }.joined(separator: "\n")
  }
}
