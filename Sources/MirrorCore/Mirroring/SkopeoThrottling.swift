import FoundationEssentials
import HTTP
import OCIRegistry
import Support

/// How long a registry has skopeo wait, read from the lines it writes for debugging.
///
/// skopeo takes a 429 for something to sit out: five tries of each request, at most 60 s between two, whatever the
/// registry asks for (`docker_client.go` of containers/image, 5.22 as today). So a registry that says "in an hour" holds
/// a copy up for a quarter of an hour, in vain.
struct SkopeoThrottling: Sendable {
  /// Whom it asks, by the hosts that answer.
  private let registries: [String: String]
  private let source: String
  private var asked: Duration?
  private var slept = Duration.zero
  /// Set once waiting is for others.
  private(set) var deferral: Deferral?
  /// Registries that wanted less so far.
  private(set) var throttled: Set<String> = []

  /// - Parameter others: the destination, and where else the source is read.
  init(from source: ImageReference, _ others: [ImageReference], _ configuration: RegistryConfiguration) {
    self.source = source.registry
    let named = ([source] + others).map(\.registry).compactMap { registry in
      HTTPURL(configuration.baseURL(of: registry)).map { ($0.authority, registry) }
    }
    registries = Dictionary(named, uniquingKeysWith: { first, _ in first })
  }

  /// - Returns: whether skopeo may go on.
  mutating func note(_ line: String, now: Date) -> Bool {
    guard deferral == nil, line.hasBytes(of: "level=debug"),
      line.hasBytes(of: "Detected 'Retry-After' header") || line.hasBytes(of: "Too many requests to "),
      let message = SkopeoFailure.message(in: line)
    else {
      return deferral == nil
    }
    if let header = message.after("Detected 'Retry-After' header \""), let end = header.firstIndex(of: "\"") {
      asked = RetryAfter.wait(String(header[..<end]), now: now)
    } else if let rest = message.after("Too many requests to ") {
      slept += Self.pause(in: rest) ?? .zero
      throttled.insert(registry(in: rest))
      if asked ?? slept > Deferral.patience || slept > Deferral.patience {
        deferral = Deferral(registry(in: rest), wait: asked, now: now)
      }
      asked = nil
    }
    return deferral == nil
  }

  /// `sleeping for 60.000000 seconds`
  private static func pause(in words: Substring) -> Duration? {
    guard let rest = words.after("sleeping for "), let end = rest.firstIndex(of: " "),
      let seconds = Double(rest[..<end]), (0...86_400).contains(seconds)
    else { return nil }
    return .milliseconds(Int64(seconds * 1000))
  }

  /// Whose address it is. What is neither's, such as a store of blobs that a registry refers to, is read from.
  private func registry(in words: Substring) -> String {
    guard let text = words.firstRange(of: ": sleeping").map({ words[..<$0.lowerBound] }),
      let url = HTTPURL(String(text)), let registry = registries[url.authority]
    else { return source }
    return registry
  }
}

extension StringProtocol where SubSequence == Substring {
  /// What follows the first of these words.
  fileprivate func after(_ words: String) -> Substring? {
    firstRange(of: words).map { self[$0.upperBound...] }
  }
}
