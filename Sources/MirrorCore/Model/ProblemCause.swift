public import OCIRegistry
import Support

/// What a destination's problem comes of, as far as others' may come of the same: a registry that fails is one thing to
/// mend, however many mirrors it befalls.
public struct ProblemCause: Sendable, Hashable {
  /// For a person, and the same for all that come of it: `quay.io: 503`.
  public let title: String
  /// A registry as a whole: what is wrong with single images comes after it.
  public let isRegistrys: Bool

  public init(title: String, isRegistrys: Bool) {
    (self.title, self.isRegistrys) = (title, isRegistrys)
  }

  public init(_ trouble: RegistryTrouble) {
    self.init(title: "\(trouble.registry): \(trouble.words)", isRegistrys: trouble.isWhole)
  }

  /// - Returns: nil where nothing is wrong, and for what each has for itself.
  public init?(_ destination: DestinationStatus) {
    let names = Names(destination)
    switch destination.state {
    case .failed, .unreachable, .deferred:
      self.init(reason: destination.error ?? "", names)
    case .sourceMissing: self.init(title: "\(names.source): not at the source", isRegistrys: false)
    case .blocked: self.init(title: "\(names.destination): the tag is immutable", isRegistrys: false)
    case .contested, .inSync, .drifted, .missing, .queued, .copying, .unknown, .disabled, .expired: return nil
    }
  }

  private init?(reason: String, _ names: Names) {
    if MissingRepository(reason: reason) != nil {
      self.init(title: "\(names.destination): the repository is missing", isRegistrys: false)
      return
    }
    var rest = Substring(reason)
    var sides = [names.source, names.destination]
    for (prefix, side) in zip([Observed.ofSource, Observed.ofDestination], sides) where rest.removePrefix(prefix) {
      sides = [side]
    }
    let isGivenUp = rest.removePrefix(Patience.notTried)
    for registry in sides {
      var late: String?
      if rest.hasPrefix(Deferral.start(registry)) { late = "asked to retry later" }
      if isGivenUp, rest.hasPrefix(Patience.slowness(of: registry)) { late = "slow answers" }
      if let late {
        self.init(RegistryTrouble(registry, late, isWhole: true))
        return
      }
      if isGivenUp { _ = rest.removePrefix(Patience.failures(of: registry)) }
    }
    if let trouble = RegistryTrouble(sentence: rest, of: sides) {
      self.init(trouble)
      return
    }
    guard let root = Self.root(of: rest, names) else { return nil }
    let registry = sides.last { rest.contains($0) }
    self.init(title: registry.map { "\($0): \(root)" } ?? root, isRegistrys: false)
  }

  /// The innermost clause, as Go's programs put it last: `dial tcp: lookup quay.io: no such host`. Without what is
  /// another thing in each image's: names, digests, long numbers.
  private static func root(of reason: Substring, _ names: Names) -> String? {
    let said = reason.firstRange(of: "; ").map { reason[..<$0.lowerBound] } ?? reason
    var clauses = said.split(separator: ": ").map { clause in
      clause.split(separator: " ").filter { !names.own(String($0)) }.joined(separator: " ")
    }
    clauses.removeAll { clause in !clause.contains { $0.isLetter } }
    return clauses.last?.shortened(to: 120)
  }

  /// What an image's own messages call it.
  private struct Names {
    let source: String
    let destination: String
    private let tags: Set<String>

    init(_ status: DestinationStatus) {
      source = status.source.registry
      destination = status.reference.registry
      tags = Set([status.source, status.reference].compactMap(Self.tag(of:)))
    }

    private static func tag(of reference: String) -> String? {
      guard let last = reference.split(separator: "/").last, last.contains(":") else { return nil }
      return last.split(separator: ":").last.map(String.init)
    }

    func own(_ word: String) -> Bool {
      word.contains("/") || word.contains("sha256:") || tags.contains(word)
        || word.count { $0.isASCII && $0.isNumber } >= 6
    }
  }
}

extension Substring {
  /// - Returns: whether it began so.
  fileprivate mutating func removePrefix(_ prefix: String) -> Bool {
    guard hasPrefix(prefix) else { return false }
    self = dropFirst(prefix.count)
    return true
  }
}
