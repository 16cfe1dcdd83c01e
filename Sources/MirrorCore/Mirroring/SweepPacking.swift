import OCIRegistry
import Support

/// Requests of a sweep that wait to be packed, with the sizes that tell which fit together.
struct SweepPacking: Sendable {
  /// Requests that are packed together, at most, and how long the first of them waits: where a registry is slow, what
  /// others said is copied meanwhile.
  static let most = 1_000
  static let patience = Duration.seconds(10)

  let limits: PackLimits
  private(set) var waiting: [JobRequest] = []
  private var since: ContinuousClock.Instant?
  /// When sizes are not read any more.
  private var latest: ContinuousClock.Instant?

  init(limits: PackLimits) {
    self.limits = limits
  }

  /// Takes in requests, with the sizes of their images as far as they are told for free.
  mutating func add(
    _ requests: [JobRequest], of rows: [SweepRows.Seen], _ registries: RegistryClient
  ) async {
    if requests.isEmpty { return }
    let latest = latest ?? .now + SizeLook.patience
    self.latest = latest
    let wanted = Set(requests.map(\.source))
    let images = rows.flatMap { seen in
      ((try? seen.row.images.get()) ?? []).filter { wanted.contains($0.source.description) }.map { ($0, seen.looks) }
    }
    let sizes = await SizeLook(registries: registries).sizes(of: images, until: latest)
    add(
      requests.map { request in
        var request = request
        request.image.bytes = sizes[request.source]
        return request
      }, at: .now)
  }

  mutating func add(_ requests: [JobRequest], at now: ContinuousClock.Instant) {
    if waiting.isEmpty && !requests.isEmpty { since = now }
    waiting += requests
  }

  /// What is to be submitted by now, in packs.
  mutating func take(at now: ContinuousClock.Instant = .now, isLast: Bool = false) -> [JobRequest] {
    guard let since, isLast || waiting.count >= Self.most || now - since >= Self.patience else { return [] }
    defer { (waiting, self.since) = ([], nil) }
    return Packs.make(of: waiting, within: limits)
  }
}
