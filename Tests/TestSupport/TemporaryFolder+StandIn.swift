extension TemporaryFolder {
  /// Makes a shell script that stands where the Batch executable does: as a job process it writes down its exit code when
  /// it ends by itself.
  ///
  /// - Returns: its path.
  public func standIn(_ name: String, _ body: String) throws -> String {
    try write(
      name,
      """
      #!/bin/sh
      leave='import os, sqlite3, sys
      store = sqlite3.connect(os.environ["ECRMIRROR_LOCAL"] + "/mirrors.db", timeout=300)
      job = os.environ["AWS_BATCH_JOB_ID"], os.environ["AWS_BATCH_JOB_ATTEMPT"]
      store.execute("UPDATE attempts SET exit_code = ? WHERE job = ? AND number = ?", (sys.argv[1], *job))
      store.commit()'
      trap '/usr/bin/python3 -c "$leave" $?' EXIT
      \(body)

      """, mode: 0o700)
  }
}
