public import FoundationEssentials

extension JSONValue {
  /// A text without secrets, or null.
  public static func text(_ text: String?) -> JSONValue { text.map { .string($0.masked) } ?? .null }

  /// RFC 3339 in UTC, or null.
  public static func time(_ date: Date?) -> JSONValue { text(date?.rfc3339) }

  /// A whole number, or null.
  public static func number(_ number: Int?) -> JSONValue { number.map { .integer(Int64($0)) } ?? .null }
}
