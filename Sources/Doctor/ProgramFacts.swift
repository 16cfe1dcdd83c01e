import Glibc
import MirrorCore
import Support

/// skopeo as it was found.
enum SkopeoFacts: Sendable, Equatable {
  case missing(name: String)
  case unusable(path: String, reason: String)
  case version(path: String, String)

  /// The oldest one that the project is tested with: Debian 12's.
  static let oldest = "1.9.0"

  var check: HealthCheck {
    let name = "skopeo"
    switch self {
    case .missing(let program):
      return HealthCheck(
        name, .failed, "\(program) is not installed: no image can be copied",
        advice: "install skopeo, or name its path with `skopeo` in the configuration or ECRMIRROR_SKOPEO")
    case .unusable(let path, let reason):
      return HealthCheck(
        name, .failed, "\(path) cannot be run: \(reason)", advice: "check the file, or name another one")
    case .version(let path, let said):
      guard let version = Skopeo.number(in: said), let oldest = SemanticVersion(Self.oldest) else {
        return HealthCheck(
          name, .warning, "\(path) does not report its version, but '\(said)'", advice: "check that it is skopeo")
      }
      if version < oldest {
        return HealthCheck(
          name, .warning, "\(path) is version \(version), older than any tested version",
          advice: "install \(oldest) or later"
        )
      }
      let limits = SkopeoLimit.allCases.filter { $0.holds(for: version) }
        .map { $0.form + ($0.end.map { " (possible from \($0))" } ?? "") }
      let cannot = limits.isEmpty ? "" : "; it cannot copy \(limits.joined(separator: ", nor "))"
      return HealthCheck(name, .ok, "\(path), version \(version)\(cannot)")
    }
  }

  static func look(_ skopeo: Skopeo) async -> SkopeoFacts {
    guard let path = skopeo.path, access(path, X_OK) == 0 else { return .missing(name: skopeo.executable) }
    do {
      return .version(path: path, try await skopeo.version())
    } catch {
      return .unusable(path: path, reason: "\(error)")
    }
  }
}

extension HealthCheck {
  /// The program that does the work of jobs on this machine.
  static func batch(_ executable: String, isRunnable: Bool) -> HealthCheck {
    if isRunnable { return HealthCheck("ecrmirror-batch", .ok, executable) }
    return HealthCheck(
      "ecrmirror-batch", .failed, "\(executable) is not installed: no job can run",
      advice: "install it beside ecrmirror, or set ECRMIRROR_BATCH to its path")
  }
}
