public import FoundationEssentials

/// What is over, and the lease for what is under way.
public protocol History: Sendable {
  func append(_ item: HistoryItem) async throws

  /// Newest first.
  ///
  /// - Parameter mirror: only what concerns this row; nil for everything.
  func items(of mirror: String?, limit: Int) async throws -> [HistoryItem]

  /// When the last completed sweep over the whole table began; nil before the first.
  func lastSweep() async throws -> Date?

  /// Takes the one lease for runs, or prolongs it where `lease.run` holds it already.
  ///
  /// - Returns: nil when it is ours now; otherwise the live lease of another.
  func acquire(_ lease: RunLease) async throws -> RunLease?

  /// The lease that keeps runs from starting; nil where none does.
  func lease() async throws -> RunLease?

  /// Gives the lease back; without effect where `run` does not hold it.
  func release(run: String) async throws

  /// Registries that want to be asked later, and until when: no job copies from them or to them before.
  func deferrals() async throws -> Deferrals

  /// Keeps until when a registry wants to be left alone; nil where it may be asked again.
  func setDeferral(of registry: String, until: Date?) async throws

  /// As for the table.
  func revision() async throws -> Int64?
}
