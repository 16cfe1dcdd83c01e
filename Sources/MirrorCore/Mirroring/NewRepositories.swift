import FoundationEssentials
public import OCIRegistry
public import Support

/// Whether a job makes a destination's repository that is missing, and with what: a decision without I/O.
public enum NewRepositories {
  /// The row's option: `true`, `false`, or an object of the settings.
  public static let option = "createRepository"

  /// - Parameters:
  ///   - options: of the row, which goes before what is configured.
  ///   - configured: nil where nobody lets jobs make any.
  /// - Returns: nil where none is made; settings without anything where a creation template or ECR decides.
  /// - Throws: `MirrorError.invalid` where the row's option cannot be used.
  public static func settings(
    row options: [String: JSONValue], otherwise configured: RepositorySettings?
  ) throws(MirrorError) -> RepositorySettings? {
    switch options[option] {
    case nil, .null?: return configured
    case .bool(false)?: return nil
    case .bool(true)?: return configured ?? RepositorySettings()
    case .object(let object)?: return try RepositorySettings(object)
    default: throw MirrorError(.invalid, "the row's option \(option) must be true, false or an object of settings")
    }
  }
}

extension RepositorySettings {
  /// Reads settings that somebody wrote as JSON.
  ///
  /// - Throws: `MirrorError.invalid` saying what is wrong.
  public init(_ object: [String: JSONValue]) throws(MirrorError) {
    let known = Mirror(reflecting: RepositorySettings()).children.compactMap(\.label)
    if let key = object.keys.sorted().first(where: { !known.contains($0) }) {
      throw MirrorError(
        .invalid,
        "\(NewRepositories.option) has no key '\(key.cleaned.shortened(to: 60))'; it has \(known.sorted().joined(separator: ", "))"
      )
    }
    do {
      self = try JSONDecoder().decode(RepositorySettings.self, from: JSONEncoder().encode(JSONValue.object(object)))
    } catch DecodingError.typeMismatch(_, let context) {
      let key = context.codingPath.first?.stringValue ?? ""
      throw MirrorError(.invalid, "\(key.cleaned) of \(NewRepositories.option) is not of the right type")
    } catch {
      throw MirrorError(.invalid, "\(NewRepositories.option) cannot be read")
    }
    if let mistake { throw MirrorError(.invalid, mistake) }
  }
}
