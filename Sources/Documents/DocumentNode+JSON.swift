public import Support
import Yams

extension DocumentNode {
  /// Whatever stands here, without being understood.
  public func json() throws(DocumentError) -> JSONValue {
    try json(node)
  }

  private func json(_ node: Node?) throws(DocumentError) -> JSONValue {
    switch node {
    case .scalar(let scalar):
      let value = JSONValue(scalar)
      if case .number(let number) = value, !number.isFinite {
        throw mistake("\(scalar.string.cleaned.shortened(to: 60)) is too large for a number")
      }
      return value
    case .sequence(let sequence):
      var values: [JSONValue] = []
      for value in sequence { values.append(try json(value)) }
      return .array(values)
    case .mapping(let mapping):
      var fields: [String: JSONValue] = [:]
      for (key, value) in mapping {
        guard let name = key.string else { throw mistake("a key must be a word") }
        fields[name] = try json(value)
      }
      return .object(fields)
    case .alias, nil: return .null
    }
  }
}

extension DocumentNode {
  /// - Throws: as for YAML, as which JSON is read once its escapes in two halves are whole. Two things that JSON allows
  ///   are mistakes there, with their line: a line end between a key and its colon, and control characters that are not
  ///   escaped. A key has 1,024 characters at most, as in YAML.
  public init(json: String) throws(DocumentError) {
    try self.init(yaml: json.withoutTabsAround.withWholeEscapes)
  }
}

extension String {
  /// Without tabs before the first token, whose line stays the same, and with nothing behind the last: where a line of
  /// YAML begins, no tab may stand.
  fileprivate var withoutTabsAround: String {
    func isBlank(_ scalar: Unicode.Scalar) -> Bool { " \t\r\n".unicodeScalars.contains(scalar) }
    let before = String(unicodeScalars.prefix(while: isBlank)).replacing(scalar: "\t", with: " ")
    let end = unicodeScalars.lastIndex { !isBlank($0) }.map(unicodeScalars.index(after:)) ?? unicodeScalars.startIndex
    return before + String(unicodeScalars[..<end].drop(while: isBlank))
  }

  /// With `\ud83d\ude00`, two halves of one character as JSON escapes it, as `\U0001f600`, which YAML understands.
  var withWholeEscapes: String {
    guard contains("\\u") else { return self }
    var result = ""
    var rest = self[...]
    while let slash = rest.firstIndex(of: "\\") {
      result += rest[..<slash]
      rest = rest[slash...]
      if let high = Self.escape(rest), 0xd800..<0xdc00 ~= high, let low = Self.escape(rest.dropFirst(6)),
        0xdc00..<0xe000 ~= low
      {
        let digits = String(0x10000 + (high - 0xd800) << 10 + (low - 0xdc00), radix: 16)
        result += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
        rest = rest.dropFirst(12)
      } else {
        // With what it escapes, which may be a backslash.
        result += rest.prefix(2)
        rest = rest.dropFirst(2)
      }
    }
    return result + rest
  }

  private static func escape(_ text: Substring) -> Int? {
    guard text.hasPrefix("\\u") else { return nil }
    let digits = text.dropFirst(2).prefix(4)
    return digits.count == 4 && digits.allSatisfy(\.isHexDigit) ? Int(digits, radix: 16) : nil
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
    } else if let number = Double(scalar.string), number.isFinite || scalar.string.utf8.contains(where: isDigit) {
      // (Swift reads the words "inf" and "nan", which are none of JSON's or YAML's numbers.)
      // As JSON's decoder has it, to which 1e2 is a whole number.
      self = Int64(exactly: number).map(JSONValue.integer) ?? .number(number)
    } else {
      self = .string(scalar.string)
    }
  }
}
