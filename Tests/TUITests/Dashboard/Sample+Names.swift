import MirrorCore
import OCIRegistry
import TestSupport

@testable import TUI

extension Sample {
  /// Mirrors of images by their real names to one registry, but for a few that go elsewhere; most are in sync.
  static let names = Load(at: now, mirrors: named, jobs: jobs, lastSweep: ago(125))

  private static let named = RealNames.references.enumerated().map { number, source in
    let repository = String(source.drop { $0 != "/" }.dropFirst())
    let destination =
      number % 97 == 96 ? "registry.example.com/elsewhere/\(repository)" : "\(account)/mirror/\(repository)"
    let states: [Int: DestinationState] = [
      7: .drifted, 19: .missing, 23: .unreachable, 31: .sourceMissing, 37: .failed,
    ]
    let state = states[number % 53] ?? .inSync
    let errors: [DestinationState: String] = [
      .failed: "the registry answered 500 three times", .unreachable: "\(source.registry): no answer within 10s",
    ]
    return MirrorRow(mirror(source, to: [destination], state, error: errors[state]))
  }.sorted { $0.id < $1.id }
}
