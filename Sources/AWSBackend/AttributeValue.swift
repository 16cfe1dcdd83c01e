/// A value of a DynamoDB attribute.
public enum AttributeValue: Sendable, Hashable {
  case string(String)
  /// A number as DynamoDB spells it: up to 38 digits.
  case number(String)
  case bool(Bool)
  case null
  case strings(Set<String>)
  case list([AttributeValue])
  case map([String: AttributeValue])
}
