public import Support
import Yams

extension DocumentNode {
  /// Whatever stands here, without being understood.
  ///
  /// - Throws: `DocumentError` where it holds more than 10,000 values, as aliases of aliases may.
  public func json() throws(DocumentError) -> JSONValue {
    var left = 10_000
    return try json(node, left: &left)
  }

  private func json(_ node: Node?, left: inout Int) throws(DocumentError) -> JSONValue {
    left -= 1
    if left < 0 { throw mistake("more than 10,000 values stand here") }
    switch node {
    case .scalar(let scalar): return .init(scalar)
    case .sequence(let sequence):
      var values: [JSONValue] = []
      for value in sequence { values.append(try json(value, left: &left)) }
      return .array(values)
    case .mapping(let mapping):
      var fields: [String: JSONValue] = [:]
      for (key, value) in mapping {
        guard let name = key.string else { throw mistake("a key must be a word") }
        fields[name] = try json(value, left: &left)
      }
      return .object(fields)
    case .alias, nil: return .null
    }
  }
}

extension JSONValue {
  fileprivate init(_ scalar: Node.Scalar) {
    let node = Node.scalar(scalar)
    if scalar.style != .any && scalar.style != .plain {
      self = .string(scalar.string)
    } else if node.null != nil {
      self = .null
    } else if let flag = node.bool {
      self = .bool(flag)
    } else if let number = Int64(scalar.string) {
      self = .integer(number)
    } else if let number = Double(scalar.string) {
      self = .number(number)
    } else {
      self = .string(scalar.string)
    }
  }
}
