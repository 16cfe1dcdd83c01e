public import MirrorCore

extension Backend {
  /// An installation in a folder on this machine.
  public static func local(_ store: LocalStore, worker: WorkerLauncher) -> Backend {
    Backend(
      table: LocalTable(store), queue: LocalQueue(store, launcher: worker), history: LocalHistory(store),
      logs: LocalLogs(store), name: store.folder)
  }
}
