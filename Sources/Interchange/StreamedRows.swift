import FoundationEssentials
public import MirrorCore
import Support

/// Rows as the text of a file that is written as they come, for the forms in which each row stands by itself: a table may
/// be as long as it likes.
public struct StreamedRows: Sendable {
  private let isJSON: Bool
  private let guardsFormulas: Bool
  private var isFirst = true

  /// - Returns: nil for forms in which rows stand together.
  public init?(_ format: InterchangeFormat, guardsFormulas: Bool = false) {
    guard format == .json || format == .csv else { return nil }
    isJSON = format == .json
    self.guardsFormulas = guardsFormulas
  }

  /// What comes before the rows.
  public var beginning: String {
    isJSON ? "{\n  \"mirrors\" : [\n" : CSVRows.columns.joined(separator: ",") + "\n"
  }

  /// What comes behind them.
  public var end: String {
    isJSON ? "\n  ]\n}\n" : ""
  }

  /// Writes a row.
  ///
  /// - Returns: its text; or why the form cannot hold it, as words that follow "it".
  public mutating func add(_ entry: MirrorEntry) throws -> (text: String, refusal: String?) {
    guard isJSON else {
      do throws(Unsayable) {
        return (try CSVRows.line(entry, guardsFormulas: guardsFormulas), nil)
      } catch {
        return ("", error.reason)
      }
    }
    defer { isFirst = false }
    return ((isFirst ? "" : ",\n") + Self.indented(try JSONRows.text(entry)), nil)
  }

  /// By two places: no text in JSON has a line end in it.
  private static func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "    \($0)" }
      .joined(separator: "\n")
  }
}

extension ExportedRows {
  init(_ entries: [MirrorEntry], through rows: StreamedRows) throws {
    var rows = rows
    text = rows.beginning
    for entry in entries {
      let (line, refusal) = try rows.add(entry)
      text += line
      if let refusal { left.append((entry.source, refusal)) }
    }
    text += rows.end
  }
}
