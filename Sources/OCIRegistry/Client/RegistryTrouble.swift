/// What a registry's error says apart from the image it was about: the same for all images that the same thing befell.
public struct RegistryTrouble: Sendable, Equatable {
  /// As in references: `quay.io`.
  public let registry: String
  /// In a few words: `503`, `cannot be reached`.
  public let words: String
  /// The registry as a whole seems to be in trouble, not one repository of it.
  public let isWhole: Bool

  public init(_ registry: String, _ words: String, isWhole: Bool) {
    (self.registry, self.words, self.isWhole) = (registry, words, isWhole)
  }

  /// - Returns: nil for a kind that is no registry's.
  init?(_ kind: RegistryError.Kind, of registry: String) {
    switch kind {
    case .unauthorized: self.init(registry, "requires sign-in", isWhole: false)
    case .denied: self.init(registry, "denies access", isWhole: false)
    case .throttled: self.init(registry, "throttles requests", isWhole: true)
    case .unreachable: self.init(registry, "cannot be reached", isWhole: true)
    case .timeout: self.init(registry, "no answer in time", isWhole: true)
    case .server(let status): self.init(registry, "\(status)", isWhole: true)
    case .invalidAnswer: self.init(registry, "invalid answers", isWhole: false)
    case .credentials: self.init(registry, "credentials cannot be read", isWhole: true)
    case .misdirected: self.init(registry, "sends requests to a forbidden address", isWhole: false)
    case .notFound, .incompleteReference, .machine, .cancelled: return nil
    }
  }

  /// It wants no requests for a while.
  public static func throttled(_ registry: String) -> RegistryTrouble {
    RegistryTrouble(registry, "throttles requests", isWhole: true)
  }

  /// Reads the sentence of a `RegistryError` about one of these registries: what is kept of a look that failed.
  ///
  /// - Returns: nil where it is none.
  public init?(sentence: some StringProtocol, of registries: [String]) {
    for registry in registries {
      for form in Self.forms {
        let start = form.before + registry + form.after
        guard sentence.hasPrefix(start) else { continue }
        var kind = form.kind
        if case .server = kind {
          guard let status = Int(sentence.dropFirst(start.count).prefix { $0.isASCII && $0.isNumber }) else { continue }
          kind = .server(status: status)
        }
        self.init(kind, of: registry)
        return
      }
    }
    return nil
  }

  /// What stands before and after the registry's name in the sentence of each kind, up to what differs.
  private static let forms = [
    RegistryError.Kind.unauthorized, .denied, .throttled(until: nil), .unreachable, .timeout, .server(status: 0),
    .invalidAnswer, .credentials, .misdirected(setting: ""),
  ].map { kind in
    let (subject, registry) = ("SUBJECT", "REGISTRY")
    let sentence = RegistryError(kind, subject: subject, registry: registry).sentence
    let start = sentence.split(separator: kind == .server(status: 0) ? "0" : subject).first ?? ""
    let parts = start.split(separator: registry, maxSplits: 1, omittingEmptySubsequences: false)
    return (kind: kind, before: String(parts[0]), after: String(parts.last ?? ""))
  }
}
