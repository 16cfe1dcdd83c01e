/// What the machine's `policy.json` lets skopeo copy, as far as no signature has to be looked at.
///
/// https://github.com/containers/image/blob/main/docs/containers-policy.json.5.md
public struct SignaturePolicy: Sendable, Equatable {
  /// What one item of a list asks for; all of the list must be met.
  public enum Requirement: Sendable, Equatable {
    case anything
    case nothing
    /// A signature, of which kind.
    case signature(String)
  }

  public enum Judgement: Sendable, Hashable {
    case accepted
    case rejected
    /// Good signatures are accepted, of which kind.
    case signed(String)
  }

  public let file: String
  /// Where no scope says otherwise.
  public var others: [Requirement]
  /// Of the transport `docker`: a registry, a namespace, a repository, an image, or `*.host`; all images where empty.
  public var scopes: [String: [Requirement]]

  public init(file: String, others: [Requirement], scopes: [String: [Requirement]] = [:]) {
    self.file = file
    self.others = others
    self.scopes = scopes
  }

  /// What becomes of a source of that name; by digest, as jobs copy.
  public func judgement(of reference: ImageReference) -> Judgement {
    let scope = Self.scopes(of: reference.name).first { scopes[$0] != nil } ?? ""
    let requirements = scopes[scope] ?? others
    if requirements.contains(.nothing) { return .rejected }
    for case .signature(let kind) in requirements { return .signed(kind) }
    return .accepted
  }

  /// The narrowest first.
  static func scopes(of name: String) -> [String] {
    var scopes: [String] = []
    var rest = name[...]
    while true {
      scopes.append(String(rest))
      guard let slash = rest.lastIndex(of: "/") else { break }
      rest = rest[..<slash]
    }
    var host = rest.prefix { $0 != ":" }
    while let dot = host.firstIndex(of: ".") {
      host = host[host.index(after: dot)...]
      scopes.append("*.\(host)")
    }
    return scopes
  }
}
