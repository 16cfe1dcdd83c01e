import MirrorCore

/// What is said of a table as a whole, taken in page by page.
struct StatusOverview {
  private(set) var mirrors = 0
  /// Destinations by state.
  private(set) var summary: [DestinationState: Int] = [:]
  /// Mirrors from all over the table, some hundred at most, of which there are more.
  private(set) var sample: [MirrorStatus] = []
  /// One in so many is in the sample.
  private var stride = 1

  private static let mostSampled = 800

  init() {}

  init(_ snapshot: Snapshot) { add(snapshot.mirrors) }

  mutating func add(_ mirrors: [MirrorStatus]) {
    for mirror in mirrors {
      if self.mirrors.isMultiple(of: stride) { sample.append(mirror) }
      self.mirrors += 1
      for destination in mirror.destinations { summary[destination.state, default: 0] += 1 }
      guard sample.count > Self.mostSampled else { continue }
      sample = sample.indices.filter { $0.isMultiple(of: 2) }.map { sample[$0] }
      stride *= 2
    }
  }
}

extension DestinationStatus {
  /// Whether it is out of step, or nobody knows.
  var differs: Bool { ![.inSync, .disabled, .expired].contains(state) }
}
