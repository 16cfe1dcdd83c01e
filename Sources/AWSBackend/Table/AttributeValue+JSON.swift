import AWSClient
import FoundationEssentials
import Support

/// Attributes that this program does not know, as JSON that comes back the same: strings, booleans, lists and maps as
/// such; sets, binaries and numbers of more than 15 digits as objects whose one key names the type, as in DynamoDB's own
/// JSON; and a map that would be taken for one of those within `{"M": …}`.
extension JSONValue {
  init(_ value: AttributeValue) {
    self =
      switch value {
      case .string(let text): .string(text)
      case .number(let text): Self.fromNumber(text)
      case .bool(let value): .bool(value)
      case .null: .null
      case .list(let values): .array(values.map(JSONValue.init))
      case .map(let values): Self.fromMap(values)
      case .binary(let bytes): .object([value.type: .string(Data(bytes).base64EncodedString())])
      case .strings(let texts), .numbers(let texts): .object([value.type: .array(texts.sorted().map(JSONValue.string))])
      case .binaries(let values):
        .object([value.type: .array(values.map { Data($0).base64EncodedString() }.sorted().map(JSONValue.string))])
      }
  }

  private static func fromNumber(_ text: String) -> JSONValue {
    if let integer = Int64(text) { return .integer(integer) }
    // A double keeps every decimal of 15 digits.
    if text.count(where: \.isNumber) <= 15, let number = Double(text), number.isFinite { return .number(number) }
    return .object(["N": .string(text)])
  }

  private static func fromMap(_ values: [String: AttributeValue]) -> JSONValue {
    let object = JSONValue.object(values.mapValues(JSONValue.init))
    return AttributeValue.typed(object) == nil ? object : .object(["M": object])
  }
}

extension AttributeValue {
  init(_ json: JSONValue) {
    self =
      switch json {
      case .null: .null
      case .bool(let value): .bool(value)
      case .integer(let value): .number(value)
      case .number(let value): .number("\(value)")
      case .string(let text): .string(text)
      case .array(let values): .list(values.map(AttributeValue.init))
      case .object(let values): Self.typed(json) ?? .map(values.mapValues(AttributeValue.init))
      }
  }

  /// The value that an object with a type for its one key stands for; nil for every other object.
  fileprivate static func typed(_ json: JSONValue) -> AttributeValue? {
    guard case .object(let object) = json, object.count == 1, let (key, value) = object.first else { return nil }
    switch (key, value) {
    case ("M", .object(let values)): return .map(values.mapValues(AttributeValue.init))
    case ("N", .string(let text)): return Double(text) == nil ? nil : .number(text)
    case ("B", .string(let text)): return Data(base64Encoded: text).map { .binary(Array($0)) }
    case ("SS", .array(let values)): return set(values, { $0 }).map(AttributeValue.strings)
    case ("NS", .array(let values)): return set(values, { Double($0) == nil ? nil : $0 }).map(AttributeValue.numbers)
    case ("BS", .array(let values)):
      return set(values, { Data(base64Encoded: $0).map(Array.init) }).map(AttributeValue.binaries)
    default: return nil
    }
  }

  /// - Returns: nil where an item is none of the set's, or the set would be empty.
  private static func set<Item>(_ values: [JSONValue], _ item: (String) -> Item?) -> Set<Item>? {
    var items = Set<Item>()
    for value in values {
      guard case .string(let text) = value, let item = item(text) else { return nil }
      items.insert(item)
    }
    return items.isEmpty ? nil : items
  }
}
