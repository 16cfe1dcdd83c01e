public import Documents
public import MirrorCore
import Support

/// What a file says: its rows, each with the line where it begins, and notes about what does not come along.
public struct ImportedRows {
  /// Bytes; larger files are no tables of mirrors.
  public static let largestFile = 32 << 20

  private(set) var rows: [(entry: MirrorEntry, line: Int?)] = []
  private var index: [String: Int] = [:]
  /// Of the rows that others gave theirs to.
  private var destinations: [Int: Set<String>] = [:]
  private var noted: [String: Int] = [:]
  private var said: [(text: String, line: Int?, last: Int?, times: Int)] = []

  /// What the file has of mistakes, the first of them; and how many there are.
  private var mistakes: [DocumentError] = []
  private var mistakeCount = 0

  public var entries: [MirrorEntry] { rows.map(\.entry) }

  /// Sentences with their lines, each of them once however often it holds.
  public var notes: [String] {
    said.map { note in
      let place = note.line.map { "line \($0)" } ?? "the file"
      return note.times == 1 ? "\(place): \(note.text)" : "\(place), and \(note.times - 1) more: \(note.text)"
    }
  }

  mutating func note(_ text: String, line: Int?) {
    // It may name what stands in the file.
    let text = text.cleaned.shortened(to: 1000)
    if let index = noted[text] {
      if said[index].last != line { said[index].times += 1 }
      said[index].last = line
    } else {
      noted[text] = said.count
      said.append((text, line, line, 1))
    }
  }

  /// Mistakes that are told with their lines: more than a person mends at once.
  static let mostMistakes = 20

  /// Keeps a mistake, so that what follows it is read all the same.
  mutating func keep(_ mistake: DocumentError) {
    mistakeCount += 1
    if mistakes.count < Self.mostMistakes { mistakes.append(mistake) }
  }

  /// - Throws: `DocumentError` for one mistake, `DocumentErrors` for several.
  func checked() throws -> ImportedRows {
    guard let first = mistakes.first else { return self }
    if mistakeCount == 1 { throw first }
    throw DocumentErrors(errors: mistakes, more: mistakeCount - mistakes.count)
  }

  /// Adds a row that works.
  ///
  /// - Parameter merging: whether a row of the same source may give its destinations to the one that is there.
  /// - Throws: `DocumentError` for one that cannot work, or whose source was there already.
  mutating func add(_ entry: MirrorEntry, line: Int?, merging: Bool = false) throws(DocumentError) {
    do throws(MirrorError) {
      try entry.validate()
    } catch {
      throw DocumentError(line: line, error.description)
    }
    guard let index = index[entry.fullSource] else {
      self.index[entry.fullSource] = rows.count
      rows.append((entry, line))
      return
    }
    let place = rows[index].line.map { ", first on line \($0)" } ?? ""
    guard merging else {
      throw DocumentError(line: line, "\(entry.source.cleaned) is there more than once\(place)")
    }
    guard rows[index].entry.tags == entry.tags, rows[index].entry.options == entry.options else {
      throw DocumentError(
        line: line,
        "\(entry.source.cleaned) is already there\(place), with different tags or options; a source has one row, so make them the same"
      )
    }
    for destination in entry.destinations
    where destinations[index, default: Set(rows[index].entry.destinations)].insert(destination).inserted {
      rows[index].entry.destinations.append(destination)
    }
  }
}

/// Several mistakes in a document, each a sentence with its line.
public struct DocumentErrors: Error, Equatable {
  /// In the order in which they were found.
  public let errors: [DocumentError]
  /// How many there are beside them.
  public let more: Int
}
