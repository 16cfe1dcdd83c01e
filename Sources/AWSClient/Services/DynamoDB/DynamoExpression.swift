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

  /// No text follows a text: what reads the same is equal.
  private(set) var parts: [Part] = []

  public static func + (left: DynamoExpression, right: DynamoExpression) -> DynamoExpression {
    var result = left
    for part in right.parts { result.append(part) }
    return result
  }

  fileprivate mutating func append(_ part: Part) {
    guard case .text(let text) = part else { return parts.append(part) }
    if case .text(let former) = parts.last {
      parts.removeLast(); parts.append(.text(former + text))
    } else if !text.isEmpty {
      parts.append(part)
    }
  }
}

extension DynamoExpression: ExpressibleByStringInterpolation {
  public init(stringLiteral text: String) {
    append(.text(text))
  }

  public init(stringInterpolation: StringInterpolation) {
    self = stringInterpolation.expression
  }

  public struct StringInterpolation: StringInterpolationProtocol, Sendable {
    fileprivate var expression = DynamoExpression()

    public init(literalCapacity: Int, interpolationCount: Int) {}

    public mutating func appendLiteral(_ text: String) {
      expression.append(.text(text))
    }

    /// An attribute's name, or a key of a map.
    public mutating func appendInterpolation(name: String) {
      expression.append(.name(name))
    }

    public mutating func appendInterpolation(value: AttributeValue) {
      expression.append(.value(value))
    }

    public mutating func appendInterpolation(_ other: DynamoExpression) {
      expression = expression + other
    }
  }
}

extension [DynamoExpression] {
  public func joined(separator: String) -> DynamoExpression {
    var result: DynamoExpression = ""
    for (index, expression) in enumerated() {
      if index > 0 { result.append(.text(separator)) }
      for part in expression.parts { result.append(part) }
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
