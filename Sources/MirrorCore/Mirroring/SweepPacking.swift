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

  /// A destination that cannot take an image.
  struct Unfit: Sendable {
    let request: JobRequest
    let destination: String
    let failure: CopyFailure
  }

  /// Takes in requests, with the sizes of their images as far as they are told for free.
  ///
  /// - Returns: what of them cannot be done, and is not taken in.
  mutating func add(
    _ requests: [JobRequest], of rows: [SweepRows.Seen], _ registries: RegistryClient
  ) async -> [Unfit] {
    if requests.isEmpty { return [] }
    let latest = latest ?? .now + SizeLook.patience
    self.latest = latest
    let wanted = Set(requests.map(\.source))
    let images = rows.flatMap { seen in
      ((try? seen.row.images.get()) ?? []).filter { wanted.contains($0.source.description) }.map { ($0, seen.looks) }
    }
    let weights = await SizeLook(registries: registries).weights(of: images, until: latest)
    var unfit: [Unfit] = []
    let fitting = requests.compactMap { request -> JobRequest? in
      guard let told = weights[request.source] else { return request }
      var fitting = request
      fitting.image.bytes = told.weight.bytes
      // The image before it does not say what a destination cannot take.
      guard told.isOfWanted else { return fitting }
      fitting.image.destinations = request.destinations.filter { destination in
        guard let place = try? ImageReference(destination),
          let failure = LayerLimit.problem(told.weight.largest, to: place)
        else { return true }
        unfit.append(Unfit(request: request, destination: destination, failure: failure))
        return false
      }
      return fitting.destinations.isEmpty ? nil : fitting
    }
    add(fitting, at: .now)
    return unfit
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
