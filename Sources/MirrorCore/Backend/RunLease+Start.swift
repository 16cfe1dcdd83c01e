public import FoundationEssentials

/// The lease of who starts a run that another process will do: kept until that one takes its place, so that nobody
/// starts the same run, or another, in between.
extension RunLease {
  /// - Parameter starter: tells several from each other that might start this very run.
  public static func start(of run: String, by starter: String, holder: String, expires: Date) -> RunLease {
    RunLease(run: "start-\(run)-\(starter)", holder: holder, expires: expires)
  }

  /// Whether this is the lease of somebody who starts that run.
  public func isStart(of run: String) -> Bool {
    self.run.hasPrefix("start-\(run)-")
  }
}
