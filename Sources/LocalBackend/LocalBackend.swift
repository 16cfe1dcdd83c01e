public import MirrorCore

extension Backend {
  /// An installation in a folder on this machine.
  ///
  /// - Parameter skopeo: a name on the search path, or a path.
  public static func local(_ store: LocalStore, worker: WorkerLauncher, skopeo: String = "skopeo") -> Backend {
    Backend(
      table: LocalTable(store), queue: LocalQueue(store, launcher: worker), history: LocalHistory(store),
      logs: LocalLogs(store), automation: LocalAutomation(store, programs: [worker.executable, skopeo]),
      name: store.folder)
  }
}
