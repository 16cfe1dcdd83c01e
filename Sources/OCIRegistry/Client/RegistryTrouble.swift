/// What a registry's error says apart from the image it was about: the same for all images that the same thing befell.
public struct RegistryTrouble: Sendable, Equatable {
  /// As in references: `quay.io`.
  public let registry: String
  /// In a few words: `503`, `cannot be reached`.
  public let words: String
  /// The registry as a whole seems to be in trouble, not one repository of it.
  public let isWhole: Bool

  /// Reads the sentence of a `RegistryError` about one of these registries.
  ///
  /// - Returns: nil where it is none.
  public init?(sentence: some StringProtocol, of registries: [String]) {
    for registry in registries {
      if sentence.hasPrefix("the credentials for \(registry) cannot be read") {
        self.init(registry, "credentials cannot be read", isWhole: true)
        return
      }
      guard sentence.hasPrefix(registry) else { continue }
      let rest = sentence.dropFirst(registry.count)
      if let known = Self.phrases.first(where: { rest.hasPrefix($0.phrase) }) {
        self.init(registry, known.words, isWhole: known.isWhole)
        return
      }
      let status = " failed with status "
      if rest.hasPrefix(status) {
        let number = rest.dropFirst(status.count).prefix { $0.isASCII && $0.isNumber }
        guard !number.isEmpty else { continue }
        self.init(registry, String(number), isWhole: true)
        return
      }
    }
    return nil
  }

  public init(_ registry: String, _ words: String, isWhole: Bool) {
    (self.registry, self.words, self.isWhole) = (registry, words, isWhole)
  }

  /// It wants no requests for a while.
  public static func throttled(_ registry: String) -> RegistryTrouble {
    RegistryTrouble(registry, "asked too often", isWhole: true)
  }

  /// What `RegistryError.sentence` says after the registry's name, for kinds that always say the same.
  private static let phrases: [(phrase: String, words: String, isWhole: Bool)] = [
    (" cannot be reached", "cannot be reached", true),
    (" did not answer in time", "no answer in time", true),
    (" is asked too often", "asked too often", true),
    (" was asked for longer than ", "slow answers", true),
    (" wants to be asked later", "wants to be asked later", true),
    (" wants a sign-in for ", "wants a sign-in", false),
    (" refuses access to ", "refuses access", false),
    (" gave an answer about ", "answers that make no sense", false),
    (" sends requests about ", "sends requests where they must not go", false),
  ]
}
