import Support

/// A place in a TOML document that knows its line, so that every mistake can be named with it.
public struct TOMLNode: Sendable {
  /// Counted from 1.
  public let line: Int
  let value: TOMLValue

  /// Reads a document of TOML 1.0, of at most 1 MiB.
  ///
  /// - Throws: `DocumentError` with the line.
  public init(toml: [UInt8]) throws(DocumentError) {
    var parser = try TOMLParser(toml)
    self = try parser.document()
  }

  init(line: Int, _ value: TOMLValue) {
    self.line = line
    self.value = value
  }

  public func mistake(_ reason: String) -> DocumentError {
    DocumentError(line: line, reason)
  }

  /// The keys of a table with what stands there, sorted by name.
  public func pairs() throws(DocumentError) -> [(key: String, value: TOMLNode)] {
    guard case .table(let table) = value else { throw mistake("a table is expected here") }
    return table.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  public func list() throws(DocumentError) -> [TOMLNode] {
    guard case .list(let list) = value else { throw mistake("a list is expected here, as in [\"one\", \"two\"]") }
    return list
  }

  /// May be empty.
  public func text() throws(DocumentError) -> String {
    guard case .text(let text) = value else { throw mistake("a string is expected here, in quotes") }
    return text
  }

  public func texts() throws(DocumentError) -> [String] {
    var texts: [String] = []
    for place in try list() { texts.append(try place.text()) }
    return texts
  }

  public func flag() throws(DocumentError) -> Bool {
    guard case .flag(let flag) = value else { throw mistake("true or false is expected here, without quotes") }
    return flag
  }
}

/// What may stand in a TOML document.
indirect enum TOMLValue: Sendable, Equatable {
  case text(String)
  case flag(Bool)
  case integer(Int64)
  case number(Double)
  /// A date, a time or both, as written.
  case time(String)
  case list([TOMLNode])
  case table([String: TOMLNode])
}

extension TOMLNode: Equatable {
  /// Whatever the lines.
  public static func == (one: TOMLNode, other: TOMLNode) -> Bool { one.value == other.value }
}
