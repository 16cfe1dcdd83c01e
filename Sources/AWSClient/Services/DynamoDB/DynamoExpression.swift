/// An expression of DynamoDB, written as a text with names and values in it:
///
///     "attribute_not_exists(\(name: "Run")) OR \(name: "Until") < \(value: .number(now))"
///
/// Both become placeholders in the request: no name can be a reserved word, and no value can change what is meant.
public struct DynamoExpression: Sendable, Equatable {
  enum Part: Sendable, Equatable {
    case text(String)
    case name(String)
    case value(AttributeValue)
  }

  fileprivate(set) var parts: [Part]

  public static func + (left: DynamoExpression, right: DynamoExpression) -> DynamoExpression {
    DynamoExpression(parts: left.parts + right.parts)
  }

  private init(parts: [Part]) {
    self.parts = parts
  }
}

extension DynamoExpression: ExpressibleByStringInterpolation {
  public init(stringLiteral text: String) {
    parts = [.text(text)]
  }

  public init(stringInterpolation: StringInterpolation) {
    parts = stringInterpolation.parts
  }

  public struct StringInterpolation: StringInterpolationProtocol, Sendable {
    var parts: [Part] = []

    public init(literalCapacity: Int, interpolationCount: Int) {}

    public mutating func appendLiteral(_ text: String) {
      if !text.isEmpty { parts.append(.text(text)) }
    }

    /// An attribute's name, or a key of a map.
    public mutating func appendInterpolation(name: String) {
      parts.append(.name(name))
    }

    public mutating func appendInterpolation(value: AttributeValue) {
      parts.append(.value(value))
    }

    public mutating func appendInterpolation(_ expression: DynamoExpression) {
      parts += expression.parts
    }
  }
}

extension [DynamoExpression] {
  public func joined(separator: String) -> DynamoExpression {
    var result: DynamoExpression = ""
    for (index, expression) in enumerated() {
      if index > 0 { result.parts.append(.text(separator)) }
      result.parts += expression.parts
    }
    return result
  }
}

/// The placeholders of one request, shared by all its expressions.
struct Placeholders {
  /// Names by their placeholders: `#0` and so on.
  private(set) var names: [String: String] = [:]
  /// Values by their placeholders: `:0` and so on.
  private(set) var values: DynamoItem = [:]
  private var placeholders: [String: String] = [:]

  /// The expression's text with placeholders for what stands in it.
  mutating func text(_ expression: DynamoExpression) -> String {
    var text = ""
    for part in expression.parts {
      switch part {
      case .text(let literal): text += literal
      case .name(let name): text += placeholder(for: name)
      case .value(let value):
        let placeholder = ":\(values.count)"
        values[placeholder] = value
        text += placeholder
      }
    }
    return text
  }

  private mutating func placeholder(for name: String) -> String {
    if let known = placeholders[name] { return known }
    let placeholder = "#\(names.count)"
    placeholders[name] = placeholder
    names[placeholder] = name
    return placeholder
  }
}
