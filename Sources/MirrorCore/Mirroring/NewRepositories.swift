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

extension NewRepositories {
  /// The option as a person writes it: `true`, `false` or a JSON object; empty for what is configured.
  ///
  /// - Throws: `MirrorError.invalid` saying what is wrong.
  public static func read(text: String) throws(MirrorError) -> JSONValue? {
    if text.allSatisfy(\.isWhitespace) { return nil }
    guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) else {
      throw MirrorError(.invalid, "use true, false, or settings as a JSON object")
    }
    _ = try settings(row: [option: value], otherwise: nil)
    return value
  }

  /// What `read(text:)` reads.
  public static func text(of options: [String: JSONValue]) -> String {
    guard let value = options[option], value != .null else { return "" }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
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
