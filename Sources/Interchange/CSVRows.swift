import Documents
import FoundationEssentials
import MirrorCore
import OCIRegistry
import Support

/// Mirrors as CSV: `source,destination,expires,enabled,platforms`, several destinations or platforms in one field
/// separated by spaces; the first two suffice. A first line that begins with `source` names the columns.
enum CSVRows {
  static let columns = ["source", "destination", "expires", "enabled", "platforms"]

  /// Lines of a file, and bytes of a line.
  static let mostLines = 1_000_000
  static let longestLine = 4 << 20

  static func read(_ text: String, mostLines: Int = mostLines) throws(DocumentError) -> ImportedRows {
    var rest = text[...]
    if rest.first == "\u{feff}" { rest.removeFirst() }
    var names = columns
    var rows = ImportedRows()
    // No field can hold a line end, so each line is read by itself, and a mistake is known by its line.
    for index in 0... {
      if rest.isEmpty { break }
      guard index < mostLines else {
        throw DocumentError(line: index + 1, "there are more than \(mostLines) lines; split the file")
      }
      let end = rest.firstIndex(where: \.isNewline)
      let line = rest[..<(end ?? rest.endIndex)]
      rest = end.map { rest[rest.index(after: $0)...] } ?? ""
      if line.isEmpty { continue }
      guard line.utf8.count <= longestLine else {
        throw DocumentError(line: index + 1, "it is longer than \(Int64(longestLine).inUnits), the limit for a row")
      }
      let fields: [String]
      do {
        fields = try self.fields(line, number: index + 1)
      } catch {
        rows.keep(error)
        continue
      }
      if fields.allSatisfy(\.isEmpty) { continue }
      if index == 0, fields.first?.lowercased() == "source" {
        names = fields.map { $0.lowercased() }
        if let unknown = names.first(where: { !columns.contains($0) }) {
          throw DocumentError(
            line: 1,
            "unknown column '\(unknown.cleaned.shortened(to: 60))'; columns: \(columns.joined(separator: ", "))"
          )
        }
        continue
      }
      do throws(DocumentError) {
        try rows.add(try entry(fields, names, line: index + 1), line: index + 1)
      } catch {
        rows.keep(error)
      }
    }
    return rows
  }

  private static func fields(_ line: Substring, number: Int) throws(DocumentError) -> [String] {
    guard let fields = CSVLine.fields(line) else {
      throw DocumentError(line: number, "this is not CSV; quotes must come in pairs, with a quote inside doubled")
    }
    return line.utf8.contains(UInt8(ascii: "\"")) ? fields.map(unguarded) : fields
  }

  private static func entry(_ fields: [String], _ names: [String], line: Int) throws(DocumentError) -> MirrorEntry {
    if fields.count > names.count {
      throw DocumentError(line: line, "\(fields.count) fields where \(names.count) are expected")
    }
    let row = Dictionary(zip(names, fields), uniquingKeysWith: { first, _ in first })
    let destinations = (row["destination"] ?? "").split(separator: " ").map(String.init)
    guard let source = row["source"], !source.isEmpty, !destinations.isEmpty else {
      throw DocumentError(line: line, "a source and a destination are needed")
    }
    var entry = MirrorEntry(source: source, destinations: destinations)
    if let text = row["expires"], !text.isEmpty {
      guard let expiry = Expiry(text, now: .now) else {
        throw DocumentError(
          line: line,
          "'\(text.cleaned.shortened(to: 60))' is not an expiry date; use for example 2026-12-31T00:00:00Z or never")
      }
      entry.expires = expiry.date
    }
    if let text = row["enabled"], !text.isEmpty {
      guard let enabled = flags[text.lowercased()] else {
        throw DocumentError(line: line, "enabled must be true or false, not '\(text.cleaned.shortened(to: 60))'")
      }
      entry.enabled = enabled
    }
    do throws(PlatformFault) {
      entry.select(try PlatformSelection([row["platforms"] ?? ""]))
    } catch {
      throw DocumentError(line: line, "\(error)")
    }
    return entry
  }

  private static let flags = [
    "true": true, "yes": true, "1": true, "false": false, "no": false, "0": false,
  ]

  /// - Parameter guardsFormulas: whether a spreadsheet shall find nothing in it that it takes for a formula, nor
  ///   characters that nobody sees; as OWASP advises against CSV injection.
  static func line(_ entry: MirrorEntry, guardsFormulas: Bool) throws(Unsayable) -> String {
    if entry.tags != nil { throw Unsayable("has a tag rule") }
    if !entry.options.keys.allSatisfy(PlatformSelection.options.contains) { throw Unsayable("has options") }
    let platforms: PlatformSelection?
    do throws(MirrorError) { platforms = try entry.platforms } catch { throw Unsayable("is invalid: \(error)") }
    if platforms?.isSparse == true { throw Unsayable("is sparse") }
    let fields = [
      entry.source, entry.destinations.joined(separator: " "), entry.expires?.rfc3339 ?? "",
      entry.enabled ? "true" : "false",
      platforms?.platforms.map(\.description).joined(separator: " ") ?? "",
    ]
    if guardsFormulas, fields.contains(where: { $0.unicodeScalars.contains(where: \.isUnsafeToShow) }) {
      throw Unsayable("has control characters")
    }
    let cells = fields.map { quoted(Self.field($0, guardsFormulas: guardsFormulas), always: guardsFormulas) }
    return cells.joined(separator: ",") + "\n"
  }

  /// What a spreadsheet takes for the beginning of a formula, in Japanese ones the wide forms too.
  private static let formulaBeginnings: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"]

  /// A field with `'` before what begins a formula; and before a `'` that `unguarded` would take for such a one.
  static func field(_ field: String, guardsFormulas: Bool) -> String {
    let mustGuard = guardsFormulas && field.unicodeScalars.first.map(formulaBeginnings.contains) ?? false
    return mustGuard || unguarded(field) != field ? "'" + field : field
  }

  static func unguarded(_ field: String) -> String {
    let rest = field.unicodeScalars.dropFirst()
    guard field.unicodeScalars.first == "'", let next = rest.first, next == "'" || formulaBeginnings.contains(next)
    else { return field }
    return String(rest)
  }

  private static func quoted(_ field: String, always: Bool) -> String {
    guard always || field.utf8.contains(where: { ",\"\n\r".utf8.contains($0) }) else { return field }
    return "\"" + field.replacing(scalar: "\"", with: "\"\"") + "\""
  }
}
