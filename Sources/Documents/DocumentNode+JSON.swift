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
  /// - Throws: as for YAML, as which JSON is read once what YAML spells otherwise is spelled so.
  public init(json: String) throws(DocumentError) {
    try self.init(yaml: json.withoutTabsAround.withWholeEscapes.withExplicitKeys)
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

  /// With `? ` before keys that YAML takes for none without it: those of more than 1,024 characters up to their colon, and
  /// those with a line end before it. https://yaml.org/spec/1.2.2, "Flow Mappings"
  var withExplicitKeys: String {
    var result: [UInt8] = []
    var bytes = Array(utf8)[...]
    let quote = UInt8(ascii: "\"")
    while let start = bytes.firstIndex(of: quote) {
      result += bytes[..<start]
      bytes = bytes[start...]
      var end = start + 1
      while end < bytes.endIndex, bytes[end] != quote { end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1 }
      var colon = end + 1
      while colon < bytes.endIndex, " \t\r\n".utf8.contains(bytes[colon]) { colon += 1 }
      guard colon < bytes.endIndex else { break }
      let isFar = colon - start > 1000 || bytes[end..<colon].contains { $0 == 0x0a || $0 == 0x0d }
      if isFar && bytes[colon] == UInt8(ascii: ":") { result += "? ".utf8 }
      result += bytes[..<colon]
      bytes = bytes[colon...]
    }
    return String(decoding: result + bytes, as: UTF8.self)
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
