import FoundationEssentials
import Glibc
import Support

@testable import TUI

extension FuzzTarget {
  /// What is typed as a filter of a list or to look for in a log, and after a line end what is looked through.
  static let filters = FuzzTarget("filters", longest: 1024) { bytes throws(Broken) in
    let parts = bytes.parts(between: [0x0a], atMost: 2).map { String(decoding: $0, as: UTF8.self) }
    let (typed, line) = (parts[0], parts.count > 1 ? parts[1] : "")
    if let filter = try outcome({ () throws(FilterError) in try Filter(typed, fields: fields, now: moment) }) {
      _ = filter.matches(Row(search: Array(line.lowercased().utf8)))
      try hold(filter.narrows(filter) || filter.isEmpty, "a filter does not narrow itself")
    }
    if let query = try outcome({ () throws(FilterError) in try LogQuery(typed) }) {
      let pieces = query.pieces(of: line)
      try hold(pieces.joined() == line || !line.utf8.allSatisfy { $0 < 0x80 }, "\(pieces) of \(line.debugDescription)")
      try hold(pieces.count == 1 || query.matches(line), "it finds what it does not match")
    }
    try pattern(typed, line)
  }

  private static func outcome<Value>(_ read: () throws(FilterError) -> Value) throws(Broken) -> Value? {
    do throws(FilterError) {
      return try read()
    } catch {
      try holdReadable(error.description)
      return nil
    }
  }

  /// The C library finds the same, where both know the syntax.
  private static func pattern(_ source: String, _ line: String) throws(Broken) {
    guard let pattern = try? SearchPattern(source, findsRanges: true), source.utf8.count <= 40, line.utf8.count <= 60,
      (source + line).utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }),
      !["\\", "(?", "[.", "[=", "{", "**", "++", "??", "*+", "*?", "+*", "+?", "?*", "?+"].contains(
        where: source.contains)
    else { return }
    var compiled = regex_t()
    guard regcomp(&compiled, source, REG_EXTENDED | REG_ICASE | REG_NEWLINE) == 0 else { return }
    defer { regfree(&compiled) }
    var match = regmatch_t()
    let isFound = regexec(&compiled, line, 1, &match, 0) == 0
    try hold(
      pattern.matches(Array(line.utf8)) == isFound,
      "/\(source)/ \(isFound ? "is" : "is not") in \(line.debugDescription)")
  }

  private static let moment = Date(timeIntervalSince1970: 1_795_000_000)
  private static let fields: [String: FilterField] = [
    "state": .words(["in-sync", "drifted", "missing"]), "name": .text, "age": .age,
  ]

  private struct Row: ListRow {
    let id = 0
    let search: [UInt8]
    func value(of field: String) -> String? { field == "state" ? "drifted" : nil }
    func text(of field: String) -> [UInt8]? { field == "name" ? search : nil }
    func date(of field: String) -> Date? { field == "age" ? moment : nil }
  }
}
