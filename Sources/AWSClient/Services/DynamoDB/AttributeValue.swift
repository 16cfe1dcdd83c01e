/// A value of a DynamoDB attribute.
public enum AttributeValue: Sendable, Hashable {
  case string(String)
  /// A number as DynamoDB spells it: up to 38 digits.
  case number(String)
  case binary([UInt8])
  case bool(Bool)
  case null
  case strings(Set<String>)
  case numbers(Set<String>)
  case binaries(Set<[UInt8]>)
  case list([AttributeValue])
  case map([String: AttributeValue])

  public static func number(_ value: Int64) -> AttributeValue { .number(String(value)) }
}

/// The attributes of an item by their names.
public typealias DynamoItem = [String: AttributeValue]

extension AttributeValue {
  /// The text of a string; nil for every other type.
  public var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The value of a whole number within 64 bits; nil for every other number and type.
  public var integer: Int64? {
    if case .number(let text) = self { Int64(text) } else { nil }
  }

  public var bool: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  public var map: [String: AttributeValue]? {
    if case .map(let values) = self { values } else { nil }
  }

  /// What the type is called in DynamoDB's JSON: `S`, `N`, `SS`, …
  public var type: String { encoded.key.rawValue }
}
