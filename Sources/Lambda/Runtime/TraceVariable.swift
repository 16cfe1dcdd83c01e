import Glibc

/// `_X_AMZN_TRACE_ID`: where AWS's libraries look for the trace that their requests belong to.
enum TraceVariable {
  private static let name = "_X_AMZN_TRACE_ID"

  /// Makes room in the environment while the program has one thread still. From then on a new value only takes an old
  /// one's place, which readers on other threads (libcurl's, looking for proxies) come to no harm from.
  static func reserve() {
    setenv(name, "", 1)
  }

  static func set(_ traceID: String?) {
    setenv(name, traceID ?? "", 1)
  }
}
