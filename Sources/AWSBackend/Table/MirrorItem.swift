import AWSClient
import FoundationEssentials
import MirrorCore
import Support

/// A row of the mirror table as DynamoDB keeps it.
struct MirrorItem: Sendable, Equatable {
  static let source = "Source"
  static let observed = "Observed"
  /// What people edit, of the attributes that this program knows.
  static let definition = ["Destination", "Expires", "Enabled", "Tags", "Options"]
  static let known = Set(definition + [source, observed])

  /// The end of the year 9999: whoever writes a later one means milliseconds.
  static let latestExpiry = 253_402_300_799.0

  let attributes: DynamoItem

  init(_ attributes: DynamoItem) {
    self.attributes = attributes
  }

  static func key(_ source: String) -> DynamoItem { [Self.source: .string(source)] }

  /// nil in a table that is no mirror table.
  var key: String? { attributes[Self.source]?.string }

  /// Reads the row.
  ///
  /// - Throws: `MirrorError` naming the attribute that cannot be read, what it is, and what would be right.
  func entry() throws(MirrorError) -> MirrorEntry {
    guard let key else { throw .wrongAttribute(Self.source, attributes[Self.source], "a string (S)") }
    return MirrorEntry(
      source: key, destinations: try destinations(), expires: try expires(), enabled: try enabled(), tags: try tags(),
      options: try options(), observed: seen,
      other: attributes.filter { !Self.known.contains($0.key) }.mapValues(JSONValue.init))
  }

  /// An attribute that stands for something; NULL stands for nothing.
  private func value(_ name: String) -> AttributeValue? {
    attributes[name] == .null ? nil : attributes[name]
  }

  private func destinations() throws(MirrorError) -> [String] {
    let value = attributes["Destination"]
    guard let destinations = value.flatMap(DestinationAttribute.decode), !destinations.isEmpty else {
      throw .wrongAttribute(
        "Destination", value, "a string (S), or a set (SS) or list (L) of them, naming where the image goes")
    }
    return destinations
  }

  private func expires() throws(MirrorError) -> Date? {
    guard let value = value("Expires") else { return nil }
    guard case .number(let text) = value, let seconds = Double(text), (0...Self.latestExpiry).contains(seconds) else {
      throw .wrongAttribute("Expires", value, "a number (N) of seconds since 1970, such as 1767225600 for 2026")
    }
    return Date(timeIntervalSince1970: seconds.rounded(.down))
  }

  private func enabled() throws(MirrorError) -> Bool {
    guard let value = value("Enabled") else { return true }
    guard let enabled = value.bool else { throw .wrongAttribute("Enabled", value, "true or false (BOOL)") }
    return enabled
  }

  private func tags() throws(MirrorError) -> TagRule? {
    guard let value = value("Tags") else { return nil }
    return try TagsAttribute.decode(value)
  }

  private func options() throws(MirrorError) -> [String: JSONValue] {
    guard let value = value("Options") else { return [:] }
    guard let options = value.map else { throw .wrongAttribute("Options", value, "a map (M)") }
    return options.mapValues(JSONValue.init)
  }

  private var seen: [String: Observed] {
    attributes[Self.observed]?.map?.compactMapValues(ObservedAttribute.decode) ?? [:]
  }
}

extension Date {
  /// As `Expires` holds it: whole seconds, within what is read again.
  var expiryAttribute: AttributeValue {
    .number(Int64(min(max(timeIntervalSince1970, 0), MirrorItem.latestExpiry)))
  }
}
