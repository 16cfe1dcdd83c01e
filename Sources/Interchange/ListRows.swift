import Documents
import MirrorCore
import Support

/// Mirrors as a plain list of images: a reference on each line, comments after `#`. It names no destinations.
enum ListRows {
  /// A line without a tag means `latest`, as it does to those who pull by it; one that is there twice counts once.
  static func read(_ text: String, to target: ImageTarget) throws(DocumentError) -> ImportedRows {
    var rows = ImportedRows()
    var rest = text[...]
    if rest.first == "\u{feff}" { rest.removeFirst() }
    for number in 1... {
      if rest.isEmpty { break }
      if number > CSVRows.mostLines {
        throw DocumentError(line: number, "there are more than \(CSVRows.mostLines) lines; split the file")
      }
      let end = rest.firstIndex(where: \.isNewline)
      let line = rest[..<(end ?? rest.endIndex)]
      rest = end.map { rest[rest.index(after: $0)...] } ?? ""
      do throws(DocumentError) {
        guard let entry = try entry(line, number, target) else { continue }
        try rows.add(entry, line: number, merging: true)
      } catch {
        rows.keep(error)
      }
    }
    return rows
  }

  private static func entry(_ line: Substring, _ number: Int, _ target: ImageTarget) throws(DocumentError)
    -> MirrorEntry?
  {
    let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
    guard let word = words.first else { return nil }
    if words.count > 1 {
      throw DocumentError(
        line: number, "one image is expected on a line; to give destinations use CSV, source,destination")
    }
    return try NamedImage(text: String(word), line: number).entry(to: target, usual: .last)
  }

  static func write(_ entries: [MirrorEntry], to target: ImageTarget) -> ExportedRows {
    var lines: [String] = []
    var rows = ExportedRows(entries) { entry throws(Unsayable) in
      if entry.tags != nil { throw Unsayable("has a tag rule") }
      _ = try target.source(of: entry)
      lines.append(entry.source)
    }
    rows.text = lines.map { $0 + "\n" }.joined()
    return rows
  }
}
