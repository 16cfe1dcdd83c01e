import FoundationEssentials
import Support

/// What a repository is made with, by ECR's own names; what is nil is left to ECR.
public struct RepositorySettings: Sendable, Hashable, Codable {
  public var imageTagMutability: String?
  /// Filters of the type `WILDCARD`, for the two values of `imageTagMutability` that end in `_WITH_EXCLUSION`.
  public var imageTagMutabilityExclusionFilters: [String]?
  public var scanOnPush: Bool?
  /// `AES256`, `KMS` or `KMS_DSSE`.
  public var encryptionType: String?
  /// Of KMS: an id, an alias or an ARN.
  public var kmsKey: String?
  /// A JSON document of 100 to 30,720 characters.
  public var lifecyclePolicyText: String?
  public var tags: [String: String]?

  public init() {}

  /// Whether nobody said anything: a creation template counts then.
  public var isEmpty: Bool { self == RepositorySettings() }

  static let most = (exclusions: 5, wildcards: 2, tags: 50)

  /// What ECR would refuse, as a sentence; nil where nothing is known to be wrong.
  ///
  /// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
  public var mistake: String? {
    let rule = imageTagMutability.map { TagMutability.Rule(rawValue: $0) }
    if rule == .some(nil) {
      let known = TagMutability.Rule.allCases.map(\.rawValue).joined(separator: ", ")
      return "imageTagMutability must be one of \(known)"
    }
    let exclusions = imageTagMutabilityExclusionFilters ?? []
    if (rule.flatMap(\.self)?.takesExclusions ?? false) == exclusions.isEmpty {
      return
        "imageTagMutabilityExclusionFilters belongs to IMMUTABLE_WITH_EXCLUSION and MUTABLE_WITH_EXCLUSION, and to no other imageTagMutability"
    }
    if exclusions.count > Self.most.exclusions {
      return "imageTagMutabilityExclusionFilters may have \(Self.most.exclusions) filters"
    }
    if let wrong = exclusions.first(where: { !Self.isFilter($0) }) {
      return
        "the filter '\(wrong.cleaned.shortened(to: 130))' must have 1 to 128 letters, digits, '.', '_', '-' and at most \(Self.most.wildcards) '*'"
    }
    if let encryptionType, !["AES256", "KMS", "KMS_DSSE"].contains(encryptionType) {
      return "encryptionType must be AES256, KMS or KMS_DSSE"
    }
    if kmsKey != nil, encryptionType == nil || encryptionType == "AES256" {
      return "kmsKey needs the encryptionType KMS or KMS_DSSE"
    }
    if let lifecyclePolicyText {
      guard (100...30_720).contains(lifecyclePolicyText.utf8.count), Self.isObject(lifecyclePolicyText) else {
        return "lifecyclePolicyText must be a JSON document of 100 to 30,720 characters"
      }
    }
    if (tags ?? [:]).count > Self.most.tags { return "tags may have \(Self.most.tags) keys" }
    if let wrong = tags?.first(where: { !(1...128).contains($0.key.count) || $0.value.count > 256 }) {
      return
        "the tag '\(wrong.key.cleaned.shortened(to: 130))' must have a key of 1 to 128 characters, a value of at most 256"
    }
    return nil
  }

  private static func isObject(_ text: String) -> Bool {
    (try? JSONDecoder().decode([String: JSONValue].self, from: Data(text.utf8))) != nil
  }

  private static func isFilter(_ text: String) -> Bool {
    (1...128).contains(text.utf8.count)
      && text.utf8.allSatisfy { isAlphanumeric($0) || "._*-".utf8.contains($0) }
      && text.utf8.count { $0 == UInt8(ascii: "*") } <= most.wildcards
  }
}
