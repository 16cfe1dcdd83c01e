import FoundationEssentials
import Support

/// Why a run may not start, as a sentence that names what still works.
extension MirrorError {
  /// Another run holds the lease.
  public static func refused(by lease: RunLease) -> MirrorError {
    MirrorError(
      .refused,
      "run \(lease.run.cleaned) by \(lease.holder.cleaned) still works; its lease ends at \(lease.expires.rfc3339) "
        + "unless it is renewed, and `ecrmirror run --break-lease` takes it away")
  }

  /// Jobs of the last run live.
  ///
  /// - Parameter live: each by its name with what else tells a person which it is.
  /// - Returns: nil where there are none.
  public static func refused(whileLive live: [String]) -> MirrorError? {
    if live.isEmpty { return nil }
    let rest = live.count > 5 ? " and \(live.count - 5) more" : ""
    return MirrorError(
      .refused,
      "\(live.count) job\(live.count == 1 ? "" : "s") of the last run still work: "
        + live.prefix(5).joined(separator: ", ") + rest)
  }
}

extension Job {
  /// Whether it keeps the next run from starting, as jobs that a person or a push asked for do not; then its name with
  /// what it is about.
  public var blocksRuns: String? {
    state.isLive && origin == .run ? "\(name) (\(source), \(state.rawValue))" : nil
  }
}
